/** Reads the organization as it is: one pass over units, accounts, tags and policies, side by side where AWS allows it. */

import type { JsonObject, Report } from "@bulkhead/core";
import { awsErrorName, readPages } from "@bulkhead/credentials";
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
  type ListAccountsCommandOutput,
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
 * one more for each account whose tags don't come that way, and two for each policy. With more than 20 accounts, or where
 * they come without their paths, one for each unit more.
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
  const rootId = root.Id ?? "";
  const [units, firstPage, policies, tagsOf] = await Promise.all([
    readUnits(api, rootId),
    api.read(new ListAccountsCommand({})),
    readPolicySummaries(api),
    batchTags(),
  ]);
  const pathOf = new Map([[rootId, rootPath], ...[...units].map(([path, id]) => [id, path] as const)]);

  let done = 0;
  const describe = async (account: Account, parentId: string): Promise<FoundAccount> => {
    const id = account.Id ?? "";
    const batch = tagsOf.get(id);
    const tags = batch ?? (await limit(() => readTags(api, id)));
    report({ type: "progress", task: "reading accounts", done: ++done, total: null });
    return {
      id,
      name: account.Name ?? "",
      email: account.Email ?? "",
      state: stateOf(account),
      organizationalUnit: pathOf.get(parentId) ?? rootPath,
      tags,
      tagsMayBeOld: batch !== undefined,
    };
  };
  const [accounts, foundPolicies] = await Promise.all([
    readAccounts(api, firstPage, [...pathOf.keys()], describe),
    Promise.all(policies.map((policy) => limit(() => readPolicy(api, policy, pathOf)))),
  ]);
  report({ type: "progress", task: "reading accounts", done, total: done });
  return {
    featureSet: organization.FeatureSet ?? null,
    rootId: root.Id ?? null,
    policyTypeEnabled: hasPolicies(root),
    organizationalUnits: units,
    accounts,
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
  return new Map(children.map(({ Id, Name = "" }) => [childPath(parentPath, Name), Id ?? ""]));
}

/** A unit whose name would be read as a path, or as the root, gets a path that no landing zone file can have. */
function childPath(parentPath: string, name: string): string {
  const path = parentPath === rootPath ? name : `${parentPath}/${name}`;
  return name.includes("/") || path === rootPath ? `${rootPath}/${path}` : path;
}

/**
 * All accounts with their parents. Where one page holds them all and says where they are, it is enough. Otherwise the
 * units are listed side by side: the pages of one list can only be had one after the other, 20 accounts each.
 */
async function readAccounts(
  api: OrganizationsApi,
  { Accounts: first = [], NextToken: more }: ListAccountsCommandOutput,
  parentIds: readonly string[],
  describe: (account: Account, parentId: string) => Promise<FoundAccount>,
): Promise<FoundAccount[]> {
  const placed = first.map((account) => [account, parentInPath(account)] as const);
  if (!more && placed.every((entry): entry is [Account, string] => entry[1] !== undefined)) {
    return Promise.all(placed.map(([account, parentId]) => describe(account, parentId)));
  }
  const lists = parentIds.map(async (parentId) => {
    const described: Promise<FoundAccount>[] = [];
    const list = readPages("NextToken", (page) =>
      api.read(new ListAccountsForParentCommand({ ParentId: parentId, ...page })),
    );
    for await (const { Accounts: accounts = [] } of list) {
      for (const account of accounts) {
        // Begun as it comes, while the next page is under way; should that fail, nobody waits for this any more.
        const begun = describe(account, parentId);
        begun.catch(() => undefined);
        described.push(begun);
      }
    }
    return Promise.all(described);
  });
  return (await Promise.all(lists)).flat();
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
