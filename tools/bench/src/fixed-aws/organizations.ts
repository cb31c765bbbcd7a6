/** The answers of AWS Organizations: reads by rule, writes accepted and, but for trusted access, forgotten. */

import {
  accountAt,
  accountArn,
  accountById,
  createdAccountId,
  fullAccessId,
  managementAccount,
  managementAccountId,
  organizationId,
  policyAt,
  rootId,
  unitAt,
  upTo,
  type EstateSize,
  type FixedAccount,
  type FixedPolicy,
  type FixedUnit,
} from "./estate.ts";
import { Refusal, type Fields } from "@bulkhead/sandbox/wire";

export type Operation = (input: Fields) => Fields;

const pageSize = 20;
const type = "SERVICE_CONTROL_POLICY";
const arn = (kind: string, id: string): string =>
  `arn:aws:organizations::${managementAccountId}:${kind}/${organizationId}/${id}`;

/** One page of a list whose items are made only as they are asked for. */
function page<T>(input: Fields, key: string, count: number, item: (index: number) => T): Fields {
  const start = Number(input["NextToken"] ?? 0);
  const end = Math.min(count, start + Number(input["MaxResults"] ?? pageSize));
  const items = upTo(end - start).map((index) => item(start + index));
  return { [key]: items, ...(end < count ? { NextToken: String(end) } : {}) };
}

/** Operations by name. */
export function organizationsOperations(size: EstateSize): Readonly<Record<string, Operation>> {
  let created = 0;
  const trusted = new Set<string>();
  const member = (index: number): FixedAccount => (index === 0 ? managementAccount : accountAt(index - 1, size));
  const child = (parentId: string, index: number): FixedAccount => {
    if (parentId === rootId) return managementAccount;
    return accountAt(unitIndex(parentId) + index * size.units, size);
  };
  const children = (parentId: string): number =>
    parentId === rootId ? 1 : Math.ceil((size.accounts - unitIndex(parentId)) / size.units);
  const unitsBelow = (parentId: string): number => (parentId === rootId ? size.units : 0);
  const policyOf = (id: string): Fields =>
    id === fullAccessId ? fullAccess : policyFields(policyAt(Number(id.slice(7)), size));
  const accountOf = (input: Fields): FixedAccount => accountById(String(input["AccountId"] ?? input["ChildId"]), size);
  const policiesOn = (target: string): Fields[] => [
    fullAccess,
    ...upTo(size.policies)
      .map((index) => policyAt(index, size))
      .filter(({ unitId }) => unitId === target)
      .map(policyFields),
  ];

  return {
    DescribeOrganization: () => ({
      Organization: {
        Id: organizationId,
        Arn: arn("organization", organizationId),
        FeatureSet: "ALL",
        MasterAccountId: managementAccountId,
        MasterAccountArn: accountArn(managementAccountId),
        MasterAccountEmail: managementAccount.email,
        AvailablePolicyTypes: [{ Type: type, Status: "ENABLED" }],
      },
    }),
    ListRoots: () => ({
      Roots: [{ Id: rootId, Arn: arn("root", rootId), Name: "Root", PolicyTypes: [{ Type: type, Status: "ENABLED" }] }],
    }),
    ListAccounts: (input) =>
      page(input, "Accounts", size.accounts + 1, (index) => accountFields(member(index), { paths: true })),
    ListAccountsForParent: (input) => {
      const parentId = String(input["ParentId"]);
      return page(input, "Accounts", children(parentId), (index) => accountFields(child(parentId, index)));
    },
    ListOrganizationalUnitsForParent: (input) =>
      page(input, "OrganizationalUnits", unitsBelow(String(input["ParentId"])), (index) => unitFields(unitAt(index))),
    ListChildren: (input) => {
      const parentId = String(input["ParentId"]);
      const Type = String(input["ChildType"]);
      const units = Type === "ORGANIZATIONAL_UNIT";
      return page(input, "Children", units ? unitsBelow(parentId) : children(parentId), (index) => ({
        Id: units ? unitAt(index).id : child(parentId, index).id,
        Type,
      }));
    },
    ListParents: (input) => {
      const Id = String(input["ChildId"]).startsWith("ou-") ? rootId : accountOf(input).parentId;
      return { Parents: [{ Id, Type: Id === rootId ? "ROOT" : "ORGANIZATIONAL_UNIT" }] };
    },
    ListTagsForResource: (input) => {
      const id = String(input["ResourceId"]);
      return { Tags: /^\d{12}$/.test(id) ? tagFields(accountById(id, size)) : [] };
    },
    ListPolicies: (input) =>
      page(input, "Policies", input["Filter"] === type ? size.policies + 1 : 0, (index) =>
        index === 0 ? fullAccess : policyFields(policyAt(index - 1, size)),
      ),
    DescribePolicy: (input) => {
      const id = String(input["PolicyId"]);
      const Content = id === fullAccessId ? fullAccessContent : policyAt(Number(id.slice(7)), size).content;
      return { Policy: { PolicySummary: policyOf(id), Content } };
    },
    ListTargetsForPolicy: (input) => {
      const id = String(input["PolicyId"]);
      const everything = 1 + size.units + size.accounts + 1;
      return id === fullAccessId
        ? page(input, "Targets", everything, (index) => targetFields(everythingAt(index, size)))
        : { Targets: [targetFields(policyAt(Number(id.slice(7)), size).unitId)] };
    },
    ListPoliciesForTarget: (input) => {
      const all = policiesOn(String(input["TargetId"]));
      return page(input, "Policies", all.length, (index) => all[index] ?? {});
    },
    DescribeAccount: (input) => ({ Account: accountFields(accountOf(input), { paths: true }) }),
    DescribeOrganizationalUnit: (input) => {
      const id = String(input["OrganizationalUnitId"]);
      return { OrganizationalUnit: unitFields(unitAt(unitIndex(id))) };
    },
    ListDelegatedAdministrators: () => ({ DelegatedAdministrators: [] }),
    ListAWSServiceAccessForOrganization: () => ({
      EnabledServicePrincipals: [...trusted].map((ServicePrincipal) => ({ ServicePrincipal })),
    }),
    EnableAWSServiceAccess: (input) => {
      trusted.add(String(input["ServicePrincipal"]));
      return {};
    },
    ListCreateAccountStatus: () => ({ CreateAccountStatuses: [] }),
    ListHandshakesForOrganization: () => ({ Handshakes: [] }),
    CreateAccount: (input) => {
      created += 1;
      return { CreateAccountStatus: { ...creation(created, size), AccountName: input["AccountName"] } };
    },
    DescribeCreateAccountStatus: (input) => ({
      CreateAccountStatus: creation(Number(String(input["CreateAccountRequestId"]).slice(4)), size, "SUCCEEDED"),
    }),
    MoveAccount: () => ({}),
    TagResource: () => ({}),
    UntagResource: () => ({}),
    AttachPolicy: () => ({}),
    DetachPolicy: () => ({}),
    EnablePolicyType: () => {
      throw new Refusal(400, "PolicyTypeAlreadyEnabledException", "The policy type is already enabled.");
    },
  };
}

function unitIndex(id: string): number {
  return Number(id.slice("ou-f1ed-".length));
}

function accountFields({ id, name, email, parentId }: FixedAccount, { paths = false } = {}): Fields {
  const below = parentId === rootId ? "" : `${parentId}/`;
  return {
    Id: id,
    Arn: accountArn(id),
    Name: name,
    Email: email,
    State: "ACTIVE",
    Status: "ACTIVE",
    JoinedMethod: "CREATED",
    JoinedTimestamp: 1_700_000_000,
    ...(paths ? { Paths: [`${organizationId}/${rootId}/${below}`] } : {}),
  };
}

/** As Organizations and the tagging API write tags. */
export function tagFields({ tags }: FixedAccount): Fields[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function unitFields({ id, name }: FixedUnit): Fields {
  return { Id: id, Arn: arn("ou", id), Name: name };
}

const fullAccessContent = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
const fullAccess: Fields = {
  Id: fullAccessId,
  Arn: `arn:aws:organizations::aws:policy/service_control_policy/${fullAccessId}`,
  Name: "FullAWSAccess",
  Description: "Allows access to every operation",
  Type: type,
  AwsManaged: true,
};

function policyFields({ id, name }: FixedPolicy): Fields {
  return {
    Id: id,
    Arn: arn("policy", `service_control_policy/${id}`),
    Name: name,
    Description: "",
    Type: type,
    AwsManaged: false,
  };
}

function targetFields(id: string): Fields {
  const kind = id.startsWith("r-") ? "ROOT" : id.startsWith("ou-") ? "ORGANIZATIONAL_UNIT" : "ACCOUNT";
  return { TargetId: id, Arn: arn(kind.toLowerCase(), id), Name: id, Type: kind };
}

/** Root, units, management account and members in one row. */
function everythingAt(index: number, size: EstateSize): string {
  if (index === 0) return rootId;
  if (index <= size.units) return unitAt(index - 1).id;
  return index === size.units + 1 ? managementAccountId : accountAt(index - size.units - 2, size).id;
}

function creation(count: number, size: EstateSize, State = "IN_PROGRESS"): Fields {
  return {
    Id: `car-${String(count).padStart(32, "0")}`,
    State,
    RequestedTimestamp: 1_700_000_000,
    ...(State === "SUCCEEDED" ? { AccountId: createdAccountId(count, size) } : {}),
  };
}
