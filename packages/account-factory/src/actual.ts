/** Reads the organization as it is: one pass over units, accounts, tags and policies, side by side where AWS allows it. */

import type { JsonObject, Report } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListPoliciesCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  type Account,
  type PolicySummary,
  type Root,
} from "@aws-sdk/client-organizations";
import pLimit from "p-limit";
import { notTheManagementAccount } from "./errors.ts";
import { rootPath, type FoundAccount, type FoundOrganization, type FoundPolicy } from "./model.ts";
import { stateOf, type OrganizationsApi } from "./organizations-api.ts";

export interface ReadOptions {
  readonly api: OrganizationsApi;
  /** Tags of many accounts at once, as far as they are to be had. */
  readonly batchTags: () => Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  readonly managementAccountId: string;
  readonly concurrency: number;
  readonly report: Report;
}

const noOrganization: FoundOrganization = {
  featureSet: null,
  rootId: null,
  policyTypeEnabled: false,
  organizationalUnits: new Map(),
  accounts: [],
  policies: [],
};

/**
 * Calls: one for the organization, one for its root, one for each unit, ⌈accounts ÷ 20⌉, ⌈accounts ÷ 100⌉ for tags and
 * one more for each account whose tags don't come that way, and two for each policy. Where accounts come without their paths, one for each unit more.
 * @throws Accounts.NotTheManagementAccount
 */
export async function readOrganization({
  api,
  batchTags,
  managementAccountId,
  concurrency,
  report,
}: ReadOptions): Promise<FoundOrganization> {
  const organization = await describeOrganization(api);
  if (!organization) return noOrganization;
  if (organization.MasterAccountId !== managementAccountId) {
    throw notTheManagementAccount(managementAccountId, organization.MasterAccountId ?? "unknown");
  }
  const limit = pLimit(concurrency);
  const root = await readRoot(api);
  const [units, accounts, policies, tagsOf] = await Promise.all([
    readUnits(api, root.Id ?? ""),
    api.readAll(
      (page) => new ListAccountsCommand(page),
      (answer) => answer.Accounts,
    ),
    readPolicySummaries(api),
    batchTags(),
  ]);
  const pathOf = new Map([[root.Id ?? "", rootPath], ...[...units].map(([path, id]) => [id, path] as const)]);
  const parents = await readParents(api, accounts, [...pathOf.keys()], limit);

  let done = 0;
  const progress = (): void =>
    report({ type: "progress", task: "reading accounts", done: ++done, total: accounts.length });
  const [foundAccounts, foundPolicies] = await Promise.all([
    Promise.all(
      accounts.map((account) =>
        limit(async (): Promise<FoundAccount> => {
          const id = account.Id ?? "";
          const tags = tagsOf.get(id) ?? (await readTags(api, id));
          progress();
          return {
            id,
            name: account.Name ?? "",
            email: account.Email ?? "",
            state: stateOf(account),
            organizationalUnit: pathOf.get(parents.get(id) ?? "") ?? rootPath,
            tags,
          };
        }),
      ),
    ),
    Promise.all(policies.map((policy) => limit(() => readPolicy(api, policy, pathOf)))),
  ]);
  return {
    featureSet: organization.FeatureSet ?? null,
    rootId: root.Id ?? null,
    policyTypeEnabled: hasPolicies(root),
    organizationalUnits: units,
    accounts: foundAccounts,
    policies: foundPolicies,
  };
}

/** Undefined where the account has no organization. */
export async function describeOrganization(api: OrganizationsApi) {
  try {
    return (await api.read(new DescribeOrganizationCommand({}))).Organization;
  } catch (error) {
    if (awsErrorName(error) === "AWSOrganizationsNotInUseException") return undefined;
    throw error;
  }
}

export async function readRoot(api: OrganizationsApi): Promise<Root> {
  const [root] = await api.readAll(
    (page) => new ListRootsCommand(page),
    (answer) => answer.Roots,
  );
  return root ?? {};
}

export function hasPolicies(root: Root): boolean {
  return (root.PolicyTypes ?? []).some(({ Type, Status }) => Type === "SERVICE_CONTROL_POLICY" && Status === "ENABLED");
}

/** Ids by path, the children of one unit side by side. */
async function readUnits(api: OrganizationsApi, rootId: string): Promise<Map<string, string>> {
  const units = new Map<string, string>();
  const walk = async (parentId: string, parentPath: string): Promise<void> => {
    const children = await readChildUnits(api, parentId, parentPath);
    for (const [path, id] of children) units.set(path, id);
    await Promise.all([...children].map(([path, id]) => walk(id, path)));
  };
  await walk(rootId, rootPath);
  return units;
}

/** Ids of the units directly below one, by their paths. */
export async function readChildUnits(
  api: OrganizationsApi,
  parentId: string,
  parentPath: string,
): Promise<Map<string, string>> {
  const children = await api.readAll(
    (page) => new ListOrganizationalUnitsForParentCommand({ ParentId: parentId, ...page }),
    (answer) => answer.OrganizationalUnits,
  );
  const prefix = parentPath === rootPath ? "" : `${parentPath}/`;
  return new Map(children.map(({ Id, Name }) => [`${prefix}${Name}`, Id ?? ""]));
}

/** Ids of the parents by account: from the accounts' own paths, or from the list of each unit where AWS doesn't give them. */
async function readParents(
  api: OrganizationsApi,
  accounts: readonly Account[],
  parentIds: readonly string[],
  limit: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Map<string, string>> {
  const fromPaths = accounts.map((account) => [account.Id ?? "", parentInPath(account)] as const);
  if (fromPaths.every((entry): entry is [string, string] => entry[1] !== undefined)) return new Map(fromPaths);
  const lists = await Promise.all(
    parentIds.map((parentId) =>
      limit(async () => {
        const children = await api.readAll(
          (page) => new ListAccountsForParentCommand({ ParentId: parentId, ...page }),
          (answer) => answer.Accounts,
        );
        return children.map(({ Id }) => [Id ?? "", parentId] as const);
      }),
    ),
  );
  return new Map(lists.flat());
}

/** The last unit or root in `o-…/r-…/ou-…/ou-…/`. */
function parentInPath({ Paths: paths }: Account): string | undefined {
  return paths?.[0]?.split("/").findLast((part) => /^(r|ou)-/.test(part));
}

export async function readTags(api: OrganizationsApi, id: string): Promise<Record<string, string>> {
  const tags = await api.readAll(
    (page) => new ListTagsForResourceCommand({ ResourceId: id, ...page }),
    (answer) => answer.Tags,
  );
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** The service control policies of the organization, without those that AWS manages. */
export async function readPolicySummaries(api: OrganizationsApi): Promise<PolicySummary[]> {
  const all = await api.readAll(
    (page) => new ListPoliciesCommand({ Filter: "SERVICE_CONTROL_POLICY", ...page }),
    (answer) => answer.Policies,
  );
  return all.filter(({ AwsManaged }) => !AwsManaged);
}

async function readPolicy(
  api: OrganizationsApi,
  { Id: id = "", Name: name = "" }: PolicySummary,
  pathOf: ReadonlyMap<string, string>,
): Promise<FoundPolicy> {
  const [content, targetIds] = await Promise.all([readPolicyContent(api, id), readTargetIds(api, id)]);
  return { id, name, content, targets: targetIds.map((target) => pathOf.get(target) ?? target).sort() };
}

export async function readPolicyContent(api: OrganizationsApi, id: string): Promise<JsonObject> {
  const { Policy: policy } = await api.read(new DescribePolicyCommand({ PolicyId: id }));
  return JSON.parse(policy?.Content ?? "{}") as JsonObject;
}

export async function readTargetIds(api: OrganizationsApi, policyId: string): Promise<string[]> {
  const targets = await api.readAll(
    (page) => new ListTargetsForPolicyCommand({ PolicyId: policyId, ...page }),
    (answer) => answer.Targets,
  );
  return targets.map(({ TargetId }) => TargetId ?? "");
}
