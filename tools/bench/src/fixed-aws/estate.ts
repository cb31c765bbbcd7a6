/** An organization of any size, by rule: nothing of it is stored, every id tells what it belongs to. */

/** How much there is of each. */
export interface EstateSize {
  /** Members, besides the management account. */
  readonly accounts: number;
  readonly units: number;
  readonly policies: number;
}

export const managementAccountId = "111111111111";
const managementAccountName = "management";
export const organizationId = "o-fixedaws00";
export const rootId = "r-f1ed";
/** AWS's own policy, which is attached to everything. */
export const fullAccessId = "p-FullAWSAccess";
export const region = "eu-central-1";

const firstAccountId = 200_000_000_000;

export interface FixedAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly parentId: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface FixedUnit {
  readonly id: string;
  readonly name: string;
}

export interface FixedPolicy {
  readonly id: string;
  readonly name: string;
  readonly content: string;
  /** The unit that it is attached to. */
  readonly unitId: string;
}

const twoDigits = (index: number): string => String(index + 1).padStart(2, "0");

export function unitAt(index: number): FixedUnit {
  return { id: `ou-f1ed-${String(index).padStart(8, "0")}`, name: `Unit-${twoDigits(index)}` };
}

export function accountAt(index: number, { units }: EstateSize): FixedAccount {
  const name = `account-${String(index + 1).padStart(5, "0")}`;
  return {
    id: String(firstAccountId + index),
    name,
    email: `aws+${name}@example.com`,
    parentId: unitAt(index % units).id,
    tags: { "bulkhead:account": name },
  };
}

export const managementAccount: FixedAccount = {
  id: managementAccountId,
  name: managementAccountName,
  email: "aws@example.com",
  parentId: rootId,
  tags: {},
};

/** An account that was created while the server ran stands in the root, whatever was done with it since. */
export function accountById(id: string, size: EstateSize): FixedAccount {
  if (id === managementAccountId) return managementAccount;
  const index = Number(id) - firstAccountId;
  const account = accountAt(index, size);
  return index < size.accounts ? account : { ...account, parentId: rootId, tags: {} };
}

/** The id of the n-th account that is created, counting from 1. */
export function createdAccountId(count: number, size: EstateSize): string {
  return String(firstAccountId + size.accounts + count - 1);
}

export function policyAt(index: number, { units }: EstateSize): FixedPolicy {
  const statement = {
    Sid: `Rule${index + 1}`,
    Effect: "Deny",
    Action: "organizations:LeaveOrganization",
    Resource: "*",
  };
  return {
    id: `p-fixed${String(index).padStart(3, "0")}`,
    name: `policy-${twoDigits(index)}`,
    content: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    unitId: unitAt(index % units).id,
  };
}

export function accountArn(id: string): string {
  return `arn:aws:organizations::${managementAccountId}:account/${organizationId}/${id}`;
}

/** All numbers below a limit, to map over. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
