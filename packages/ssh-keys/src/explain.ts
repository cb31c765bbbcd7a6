/**
 * Why one person may or may not sign in to this host: pure.
 *
 *   directory entry → status → groups (by users.groups.name, through nested ones) → rules of ssh.access for this account
 *   → login and UID → keys, each taken or refused → user of the host; with the first step that fails, if one does.
 */

import { suggest } from "@bulkhead/core";
import { findPeople, type DirectoryRead, type Person } from "@bulkhead/directory";
import { nameOf, pendingFor } from "@bulkhead/plan";
import { groupsWithAccess } from "./access.ts";
import { hasLeft, type LandingZoneWithSsh } from "./desired.ts";
import { wantedGroups, type AllowedGroup } from "./desired-groups.ts";
import { fingerprint, parseKeys } from "./keys.ts";
import type { FoundHost, FoundPerson, Wanted } from "./model.ts";
import type { HostPlan } from "./plan.ts";

/** A type rather than an interface, as it is a JSON document too. */
export type Explanation = {
  /** What was asked for. */
  readonly asked: string;
  /** Name of the account that the host is in. */
  readonly account: string;
  /** The entry of the directory; null where none fits, or several do. */
  readonly entry: {
    readonly dn: string;
    readonly key: string;
    readonly state: string;
    readonly evidence: string;
  } | null;
  readonly groups: readonly ExplainedGroup[];
  /** Null where the entry makes none. */
  readonly login: string | null;
  readonly sudo: boolean;
  readonly keys: readonly ExplainedKey[];
  /** The user of the host; null where there is none of theirs. */
  readonly user: {
    readonly login: string;
    readonly uid: number;
    readonly locked: boolean;
    /** The day on which everything was closed, as 2026-11-22. */
    readonly left: string | null;
    /** In the file that sshd reads. */
    readonly keys: number;
  } | null;
  /** What the next sync would do with this person, a sentence each. */
  readonly pending: readonly string[];
  /** Why the person can't sign in here, at the first step that fails; null where they can. */
  readonly stops: string | null;
};

export type ExplainedGroup = {
  /** As users.groups.name makes it. */
  readonly name: string;
  readonly dn: string;
  /** DNs of nested groups in between, outermost first. */
  readonly through: readonly string[];
  /** Places of the rules in ssh.access, from 0. */
  readonly rules: readonly number[];
};

/** A key with its fingerprint, or the beginning of a value and why it is refused. */
export type ExplainedKey = { readonly fingerprint: string } | { readonly value: string; readonly refused: string };

export interface Known {
  readonly landingZone: LandingZoneWithSsh;
  /** With `attributesToFindBy` among the attributes. */
  readonly read: DirectoryRead;
  readonly wanted: Wanted;
  readonly found: FoundHost;
  readonly plan: Pick<HostPlan, "changes" | "held">;
}

/** @param asked a login, a value of an attribute that was read (uid, mail), a DN or a key; case doesn't count */
export function explain(asked: string, known: Known): Explanation {
  const people = findPeople(asked, known.read.people, keysOf(asked, known));
  const [person, ...others] = people;
  if (person === undefined || others.length > 0) return nobody(asked, people, known);
  const { landingZone, read, wanted, found } = known;
  const { key, dn, status } = person;
  const access = groupsWithAccess(landingZone, landingZone.ssh, wanted.account);
  const groups = groupsOf(person, wantedGroups(landingZone.users, access, read).allowed);
  const here = wanted.people.find((it) => it.key === key);
  const user = found.people.find((it) => it.key === key);
  const { keys, refused } = parseKeys(person.attributes[landingZone.ssh.keys] ?? []);
  return {
    asked,
    account: wanted.account,
    entry: { dn, key, state: status.state, evidence: status.evidence },
    groups,
    login: here?.login ?? user?.login ?? null,
    sudo: here?.sudo ?? false,
    keys: [
      ...keys.map((it) => ({ fingerprint: fingerprint(it) })),
      ...refused.map(({ excerpt, reason }) => ({ value: excerpt, refused: reason })),
    ],
    user: user ? explainedUser(user) : null,
    pending: pendingOf(key, known),
    stops: whyNot(person, groups, keys.length, user, known),
  };
}

function whyNot(
  person: Person,
  groups: readonly ExplainedGroup[],
  keys: number,
  user: FoundPerson | undefined,
  { wanted, landingZone, plan }: Known,
): string | null {
  const { key, status } = person;
  if (hasLeft(person)) return `the entry is ${status.state}: ${status.evidence}`;
  if (groups.length === 0) return `in no group that ssh.access lets in to ${wanted.account}`;
  const unmapped = wanted.unmapped.find((it) => it.key === key)?.reason;
  if (unmapped !== undefined) return unmapped;
  if (keys === 0) return `the entry has no ${landingZone.ssh.keys} that can be taken`;
  const held = plan.held.find(({ change }) => nameOf(change) === key)?.reason;
  if (user === undefined) return held ?? "the host has no such user yet: the next sync makes it";
  if (user.locked || user.left !== null) return held ?? "shut out: the next sync lets them in again";
  if ((user.keyFile?.lines.length ?? 0) === 0)
    return held ?? "the host has none of their keys yet: the next sync writes them";
  return null;
}

function groupsOf({ key }: Person, allowed: readonly AllowedGroup[]): readonly ExplainedGroup[] {
  return allowed.flatMap(({ name, rules, groups }) =>
    groups.flatMap(({ dn, members }) => {
      const member = members.find(({ person }) => person === key);
      return member ? [{ name, dn, through: member.through, rules }] : [];
    }),
  );
}

function explainedUser({ login, uid, locked, left, keyFile }: FoundPerson): NonNullable<Explanation["user"]> {
  return { login, uid, locked, left, keys: keyFile?.lines.length ?? 0 };
}

function pendingOf(key: string, { plan }: Known): readonly string[] {
  return pendingFor(plan, (change) => nameOf(change) === key);
}

/** Those who have this login, or are to have it. */
function keysOf(asked: string, { wanted, found }: Known): readonly string[] {
  const login = asked.toLowerCase();
  return [...found.people, ...wanted.people].filter((it) => it.login === login).map(({ key }) => key);
}

function nobody(asked: string, people: readonly Person[], known: Known): Explanation {
  const user = known.found.people.find(({ login }) => login === asked.toLowerCase());
  return {
    asked,
    account: known.wanted.account,
    entry: null,
    groups: [],
    login: user?.login ?? null,
    sudo: false,
    keys: [],
    user: user ? explainedUser(user) : null,
    pending: user ? pendingOf(user.key, known) : [],
    stops: notOne(asked, people, user, known),
  };
}

function notOne(asked: string, people: readonly Person[], user: FoundPerson | undefined, known: Known): string {
  const { read, wanted, found } = known;
  if (people.length > 0) return `${people.map(({ dn }) => dn).join(" and ")} fit: ask by DN`;
  const partly = wanted.incomplete === null ? "" : `, which wasn't read completely: ${wanted.incomplete}`;
  if (user) return `the host has the user ${user.login}, and the directory no such person${partly}`;
  const stranger = found.users.has(asked.toLowerCase()) ? `${asked} is a user of the host that isn't Bulkhead's; ` : "";
  const near = suggest(
    asked,
    [...wanted.people, ...found.people].map(({ login }) => login),
  );
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return `${stranger}none of the ${read.people.length} people of the directory has this name${partly}${hint}`;
}
