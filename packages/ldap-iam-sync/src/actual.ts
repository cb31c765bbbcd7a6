/** Reads users, groups and policies of the identity account as they are, in as few calls as IAM allows. */

import {
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  type AttachedPolicy,
  type GroupDetail,
  type ManagedPolicyDetail,
  type Tag,
  type UserDetail,
} from "@aws-sdk/client-iam";
import type { Report } from "@bulkhead/core";
import { readPages } from "@bulkhead/credentials";
import type { IamApi } from "./iam-api.ts";
import type { FoundGroup, FoundIam, FoundPolicy, FoundUser, Quotas } from "./model.ts";

/** As many as IAM gives at once. */
const pageSize = 1_000;
/** What AWS gives a new account (IAM User Guide, “IAM and AWS STS quotas”), for answers that lack one. */
const usualQuotas = {
  users: 5_000,
  groups: 300,
  policies: 1_500,
  groupsPerUser: 10,
  policiesPerUser: 10,
  policiesPerGroup: 10,
};

/**
 * Calls: one for the quotas, and one for each thousand of users, groups and customer managed policies together. Neither
 * access keys nor passwords are among what they tell.
 */
export async function readIam(api: IamApi, report: Report): Promise<FoundIam> {
  const [quotas, found] = await Promise.all([readQuotas(api), readDetails(api, report)]);
  return { ...found, quotas };
}

async function readDetails(api: IamApi, report: Report): Promise<Omit<FoundIam, "quotas">> {
  const users: FoundUser[] = [];
  const groups: FoundGroup[] = [];
  const policies: FoundPolicy[] = [];
  const told = (done: number, total: number | null): void =>
    report({ type: "progress", task: "reading IAM", done, total });
  const pages = readPages("Marker", (page) =>
    api.read(
      new GetAccountAuthorizationDetailsCommand({
        Filter: ["User", "Group", "LocalManagedPolicy"],
        MaxItems: pageSize,
        ...page,
      }),
    ),
  );
  for await (const { UserDetailList = [], GroupDetailList = [], Policies = [] } of pages) {
    users.push(...UserDetailList.map(foundUser));
    groups.push(...GroupDetailList.map(foundGroup));
    policies.push(...Policies.map(foundPolicy));
    told(users.length + groups.length + policies.length, null);
  }
  const total = users.length + groups.length + policies.length;
  told(total, total);
  return { users, groups, policies };
}

async function readQuotas(api: IamApi): Promise<Quotas> {
  const { SummaryMap = {} } = await api.read(new GetAccountSummaryCommand({}));
  const told: Readonly<Record<string, number | undefined>> = SummaryMap;
  return {
    users: told["UsersQuota"] ?? usualQuotas.users,
    groups: told["GroupsQuota"] ?? usualQuotas.groups,
    policies: told["PoliciesQuota"] ?? usualQuotas.policies,
    groupsPerUser: told["GroupsPerUserQuota"] ?? usualQuotas.groupsPerUser,
    policiesPerUser: told["AttachedPoliciesPerUserQuota"] ?? usualQuotas.policiesPerUser,
    policiesPerGroup: told["AttachedPoliciesPerGroupQuota"] ?? usualQuotas.policiesPerGroup,
  };
}

function foundUser(user: UserDetail): FoundUser {
  return {
    name: user.UserName ?? "",
    path: user.Path ?? "/",
    tags: tagsOf(user.Tags),
    groups: user.GroupList ?? [],
    policies: arnsOf(user.AttachedManagedPolicies),
  };
}

function foundGroup(group: GroupDetail): FoundGroup {
  return {
    name: group.GroupName ?? "",
    path: group.Path ?? "/",
    policies: arnsOf(group.AttachedManagedPolicies),
    inlinePolicies: (group.GroupPolicyList ?? []).map(({ PolicyName = "" }) => PolicyName),
  };
}

function foundPolicy({
  Arn = "",
  Path = "/",
  DefaultVersionId,
  PolicyVersionList = [],
}: ManagedPolicyDetail): FoundPolicy {
  const version = PolicyVersionList.find(({ VersionId }) => VersionId === DefaultVersionId);
  return {
    name: Arn.slice(Arn.lastIndexOf("/") + 1),
    path: Path,
    arn: Arn,
    document: parseDocument(version?.Document),
  };
}

export function tagsOf(tags: readonly Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

export function arnsOf(policies: readonly AttachedPolicy[] = []): string[] {
  return policies.map(({ PolicyArn = "" }) => PolicyArn);
}

/** IAM gives documents URL-encoded (RFC 3986); null for what is no JSON at all. */
export function parseDocument(text = ""): unknown {
  try {
    // Never decoded twice: a document's own percent signs are part of it.
    return JSON.parse(text.startsWith("%") ? decodeURIComponent(text) : text);
  } catch {
    return null;
  }
}
