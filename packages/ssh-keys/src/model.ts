/** What the stages pass on: people as directory and landing zone want them on this host, and as the host has them. */

import { changeId, type Change, type Compared } from "@bulkhead/plan";
import type { Login } from "./login.ts";
import type { PublicKey } from "./keys.ts";

export const kinds = {
  group: "linux-group",
  user: "linux-user",
  keyFile: "key-file",
  sudoRules: "sudo-rules",
  revokedKeys: "revoked-keys",
} as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

/**
 * The id of a change. Hosts have no region, and no name: the same plan on two hosts is the same plan.
 * @param account the name of the host's account in the landing zone
 * @param name a user's is the person's key in the directory, which survives renames
 */
export function idOf(account: string, kind: Kind, name: string): string {
  return changeId({ account, region: hostRegion, kind, name });
}

/** What stands where other changes have an AWS region. */
export const hostRegion = "host";

/** Somebody who may sign in here. */
export interface WantedPerson {
  /** entryUUID or objectGUID. */
  readonly key: string;
  readonly dn: string;
  readonly login: Login;
  /** The directory's; null where the host allots one. */
  readonly uid: number | null;
  /** What the directory or the file asks for; the host may not have it. */
  readonly shell: string;
  /** Where the home is made; one that exists already stays where it is. */
  readonly home: string;
  /** Linux groups, sorted. */
  readonly groups: readonly string[];
  /** May become root. */
  readonly sudo: boolean;
  /** Each once, sorted. */
  readonly keys: readonly PublicKey[];
}

/** Somebody who may sign in here, and can't, because the entry doesn't make a Linux user; what the host has stays as it is. */
export interface Unmapped {
  readonly key: string;
  readonly dn: string;
  /** What is wrong and how to put it right. */
  readonly reason: string;
}

/** Somebody in the directory who may not sign in here. */
export interface Outsider {
  readonly key: string;
  readonly dn: string;
  /** Why: `pwdAccountLockedTime=…`, or that no group of theirs has access. */
  readonly reason: string;
  /** Whether the entry itself says that they left, rather than something that is missing. */
  readonly toldToLeave: boolean;
}

export interface Wanted {
  /** Name in the landing zone of the account that the host is in. */
  readonly account: string;
  readonly people: readonly WantedPerson[];
  readonly unmapped: readonly Unmapped[];
  readonly outsiders: readonly Outsider[];
  /** Linux groups that are to exist, besides the marker; sorted. */
  readonly groups: readonly string[];
  /** UIDs and GIDs that Bulkhead may give, both ends included. */
  readonly uidRange: readonly [number, number];
  /** Days between shutting somebody out and removing the user. */
  readonly graceDays: number;
  /** Whether what leavers run is ended. */
  readonly endProcesses: boolean;
  /** Why nobody may be removed or lose anything; null where the directory was read completely. */
  readonly incomplete: string | null;
  readonly warnings: readonly string[];
}

/** What Bulkhead remembers of somebody whom it made a user, for good: a UID is never given to another. */
export interface PersonRecord {
  readonly login: Login;
  readonly uid: number;
  /** The day, as 2026-11-22, on which everything was closed; null for who may sign in. */
  readonly left: string | null;
  /** The day on which the last key went of somebody who stayed; not there for who never lost it. */
  readonly keysLost?: string;
}

/** What Bulkhead remembers: with the marker group, the proof of what is ours. */
export interface State {
  /** By the person's key in the directory; those who have been removed included. */
  readonly people: Readonly<Record<string, PersonRecord>>;
  /** GIDs by name; those of groups that have been removed included. */
  readonly groups: Readonly<Record<string, number>>;
}

/** A file of ours: its lines, and whether it is as Bulkhead writes it (root's, a plain file, with our mode and layout). */
export interface FoundFile {
  readonly lines: readonly string[];
  readonly intact: boolean;
}

/** A user of the host that is provably ours: in the state, with that UID, and the marker as primary group. */
export interface FoundPerson {
  readonly key: string;
  readonly login: Login;
  readonly uid: number;
  readonly shell: string;
  readonly home: string;
  /** Of our groups, sorted. */
  readonly groups: readonly string[];
  /** Password locked and account expired. */
  readonly locked: boolean;
  readonly left: string | null;
  /** Null where there is none. */
  readonly keyFile: FoundFile | null;
}

/** A group of the host. */
export interface FoundGroup {
  readonly gid: number;
  /** Logins. */
  readonly members: readonly string[];
}

/** All of the host that matters here. */
export interface FoundHost {
  readonly state: State;
  readonly people: readonly FoundPerson[];
  /** Every user of the host, ours or not: UID by login. */
  readonly users: ReadonlyMap<string, number>;
  /** Every group of the host, ours or not. */
  readonly groups: ReadonlyMap<string, FoundGroup>;
  /** Names in the folder of key files that are nobody's of ours. */
  readonly strayKeyFiles: readonly string[];
  /** Null where it is missing. */
  readonly sudoRules: FoundFile | null;
  readonly revokedKeys: FoundFile | null;
  /** Lines of the keys with which root itself signs in: these are never revoked. */
  readonly rootKeys: ReadonlySet<string>;
  /** From /etc/shells. */
  readonly shells: ReadonlySet<string>;
}

/** What one kind of object comes to, or all of them. */
export type Difference = Compared & {
  /** Reasons by the ids of changes that can't be done as things stand. */
  readonly impossible: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
};

/** What a change of a user speaks of; `left` is a day as 2026-11-22. */
export type UserFields = {
  readonly login: string;
  readonly uid: number;
  readonly shell: string;
  readonly home: string;
  /** True to be in it, false to be out. */
  readonly groups: Readonly<Record<string, boolean>>;
  readonly sudo: boolean;
  /** By type and fingerprint; true to have it, false not to. Empty where they are as wanted already. */
  readonly keys: Readonly<Record<string, boolean>>;
  /** Password locked and account expired. */
  readonly locked: boolean;
  readonly left: string | null;
};

/** A change of a user, with the user as it was found. */
export interface UserChange {
  readonly change: Change;
  readonly key: string;
  /** Undefined for who is new. */
  readonly user: FoundPerson | undefined;
  /** Null for who is removed. */
  readonly after: Partial<UserFields> | null;
}
