/** What the stages pass on: people and groups as the directory wants them in IAM, and as IAM has them. */

import type { AccountStatus } from "@bulkhead/directory";
import { changeId, type Compared } from "@bulkhead/plan";

export const kinds = {
  user: "user",
  group: "group",
  policy: "policy",
} as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

/**
 * The id of a change.
 * @param account the identity account's name in the file
 * @param name a user's is the person's key in the directory, which survives renames; a group's and a policy's its name
 */
export function idOf(account: string, kind: Kind, name: string): string {
  return changeId({ account, region: "global", kind, name });
}

/** Marks an IAM user as ours, with the person's key in the directory (entryUUID or objectGUID). */
export const personTag = "bulkhead:person";
/** The day, as 2026-11-22, on which a leaver was shut out: set last, so that it also says that nothing is left to do. */
export const leftTag = "bulkhead:left";
/** Ids of the access keys that were active when their owner left, so that a return brings back these and no others. */
export const keysTag = "bulkhead:keys";

/** Managed policy of every person: look after one's own password, MFA and keys, and without MFA nothing else. */
export const selfServicePolicy = "bulkhead-self-service";
/** Managed policy of leavers: denies everything. */
export const leaverPolicy = "bulkhead-left";

/** How an IAM user that isn't ours yet is recognised as a person's, where the file asks for it. */
export type Adoption = { readonly by: "name" } | { readonly by: "tag"; readonly key: string; readonly value: string };

/** Somebody who should be an IAM user. */
export interface WantedUser {
  /** The person's key in the directory. */
  readonly key: string;
  readonly dn: string;
  readonly name: string;
  /** Those of the file, without Bulkhead's own. */
  readonly tags: Readonly<Record<string, string>>;
  /** Names of IAM groups, sorted. */
  readonly groups: readonly string[];
  readonly adopt: Adoption | null;
}

/** Somebody in the directory who may not work any more. */
export interface WantedLeaver {
  readonly key: string;
  readonly dn: string;
  readonly status: AccountStatus;
}

/** A person or group of the directory that the rules can't turn into one of IAM; what IAM has of it is left alone. */
export interface Unmapped {
  readonly key: string;
  readonly dn: string;
  /** The name in IAM, where it is known. */
  readonly name: string | null;
  /** What is wrong and how to put it right. */
  readonly reason: string;
}

export interface WantedGroup {
  readonly name: string;
  /** DNs of the directory's groups that come to this name. */
  readonly dns: readonly string[];
  /** The managed policies that carry its access, in order. */
  readonly policies: readonly WantedPolicy[];
  /** Accounts that it may enter and whose ids aren't known yet; `policies` are without them. */
  readonly accountsWithoutId: readonly string[];
}

export interface WantedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface WantedUsers {
  /** Name of the account that holds the users. */
  readonly account: string;
  /** IAM path of all that is ours, such as `/people/`; never `/`. */
  readonly path: string;
  /** Days between shutting a leaver out and deleting the user. */
  readonly graceDays: number;
  readonly users: readonly WantedUser[];
  readonly leavers: readonly WantedLeaver[];
  readonly unmapped: readonly Unmapped[];
  readonly groups: readonly WantedGroup[];
  readonly unmappedGroups: readonly Unmapped[];
  /** The policies of people and of leavers; those of groups stand with the group. */
  readonly policies: readonly WantedPolicy[];
  /** Why nobody may be removed, or null if the directory was read completely. */
  readonly incomplete: string | null;
  readonly warnings: readonly string[];
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface FoundUser {
  readonly name: string;
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Names of all its groups. */
  readonly groups: readonly string[];
  /** ARNs of the managed policies attached to the user itself. */
  readonly policies: readonly string[];
}

export interface FoundGroup {
  readonly name: string;
  readonly path: string;
  /** ARNs of attached managed policies. */
  readonly policies: readonly string[];
  /** Names of inline policies: Bulkhead makes none. */
  readonly inlinePolicies: readonly string[];
}

export interface FoundPolicy {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** Of the default version. */
  readonly document: unknown;
}

/** The account's quotas, as `GetAccountSummary` tells them. */
export interface Quotas {
  /** UsersQuota */
  readonly users: number;
  /** GroupsQuota */
  readonly groups: number;
  /** PoliciesQuota: customer managed policies. */
  readonly policies: number;
  /** GroupsPerUserQuota */
  readonly groupsPerUser: number;
  /** AttachedPoliciesPerUserQuota */
  readonly policiesPerUser: number;
  /** AttachedPoliciesPerGroupQuota */
  readonly policiesPerGroup: number;
}

/** All of IAM in the identity account that matters here. */
export interface FoundIam {
  /** All users of the account, ours or not: their names are taken. */
  readonly users: readonly FoundUser[];
  readonly groups: readonly FoundGroup[];
  /** Customer managed policies. */
  readonly policies: readonly FoundPolicy[];
  readonly quotas: Quotas;
}

/** What one kind of object comes to. */
export type Part = Compared & {
  /** Reasons by the ids of changes that can't be done as things stand. */
  readonly impossible: ReadonlyMap<string, string>;
};
