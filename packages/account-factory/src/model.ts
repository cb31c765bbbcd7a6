/** The organization as Bulkhead speaks of it: its kinds of objects, wanted and found. */

import type { JsonObject } from "@bulkhead/core";
import { changeId } from "@bulkhead/plan";

/** The kinds of objects in an organization, as they stand in changes. */
export const kinds = {
  organization: "organization",
  organizationalUnit: "organizational-unit",
  account: "account",
  accountEmail: "account-email",
  policy: "service-control-policy",
  attachment: "service-control-policy-attachment",
} as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

/** Everything in Organizations lives in the management account and in no region. */
export const home = { account: "management", region: "global" } as const;

export function idOf(kind: Kind, name: string): string {
  return changeId({ ...home, kind, name });
}

/** The path of the organization's root; organizational units are `Workloads/Production`. */
export const rootPath = "Root";

/** The tag by which an account is recognised whatever its name or email have become. */
export const accountTag = "bulkhead:account";

export const organizationName = "organization";

/** One attachment, as the name in a change's id. */
export function attachmentName(policy: string, target: string): string {
  return `${policy}@${target}`;
}

export interface WantedAccount {
  /** Its name in the file. */
  readonly name: string;
  /** The name that AWS is to show. */
  readonly accountName: string;
  /** The name that it had before, where the file renames it. */
  readonly previously?: string | undefined;
  /** 12 digits, where the file gives it. */
  readonly id?: string | undefined;
  readonly email: string;
  /** Whether the address stands with the account, and not only in the organization's template. */
  readonly hasOwnEmail: boolean;
  readonly organizationalUnit: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface WantedOrganization {
  readonly managementAccountId: string;
  /** The role that AWS makes in new accounts, for the management account to enter by. */
  readonly accessRole: string;
  /** Paths, parents before children. */
  readonly organizationalUnits: readonly string[];
  readonly accounts: readonly WantedAccount[];
  /** Content by name. */
  readonly policies: ReadonlyMap<string, JsonObject>;
  /** `target` is the path of a unit, or `Root`. */
  readonly attachments: readonly { readonly policy: string; readonly target: string }[];
  /** How many policies AWS lets one target have. */
  readonly policiesPerTarget: number;
}

/** `Account.State`, since September 2026 in place of `Status`. */
export type AccountState = "PENDING_ACTIVATION" | "ACTIVE" | "SUSPENDED" | "PENDING_CLOSURE" | "CLOSED";

export interface FoundAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly state: AccountState;
  /** Path of the unit that it is in, or `Root`. */
  readonly organizationalUnit: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the tags came in a batch, which may lag behind. */
  readonly tagsMayBeOld: boolean;
}

export interface FoundPolicy {
  readonly id: string;
  readonly name: string;
  readonly content: JsonObject;
  /** Paths of units, and ids of accounts. */
  readonly targets: readonly string[];
}

export interface FoundOrganization {
  /** `ALL` or `CONSOLIDATED_BILLING`; null where there is no organization yet. */
  readonly featureSet: string | null;
  readonly rootId: string | null;
  readonly policyTypeEnabled: boolean;
  /** Ids by path, without the root. */
  readonly organizationalUnits: ReadonlyMap<string, string>;
  readonly accounts: readonly FoundAccount[];
  /** Service control policies that somebody wrote; AWS's own are left out. */
  readonly policies: readonly FoundPolicy[];
}
