/**
 * What becomes of one person, and why: pure.
 *
 *   directory entry → status → IAM user (by the rule for names) → groups (by the rule for groups, through nested ones)
 *   → roles → accounts; with the first step that fails, if one does.
 */

import { suggest } from "@bulkhead/core";
import { findPeople, type DirectoryRead, type Person } from "@bulkhead/directory";
import { groupName, whoMayEnterWhat } from "@bulkhead/landing-zone";
import { pendingFor } from "@bulkhead/plan";
import type { StagePlan } from "@bulkhead/stages";
import type { LandingZoneWithUsers } from "./desired.ts";
import { caseless } from "./iam-rules.ts";
import { isOurs } from "./match.ts";
import { idOf, kinds, leftTag, personTag, type FoundIam, type FoundUser, type WantedUsers } from "./model.ts";
import { hasLeft } from "./wanted-people.ts";

export type Explanation = {
  /** What was asked for. */
  readonly asked: string;
  /** The entry of the directory; null where none fits, or several do. */
  readonly entry: {
    readonly dn: string;
    readonly key: string;
    readonly state: string;
    /** The attribute that says so; empty for active people. */
    readonly evidence: string;
  } | null;
  readonly user: {
    /** In IAM as it is, or as it will be; null where the rule gives none. */
    readonly name: string | null;
    /** The template that names it. */
    readonly rule: string;
    readonly standing: "missing" | "active" | "left";
    /** Since when, as 2026-11-22. */
    readonly left: string | null;
  } | null;
  readonly groups: readonly ExplainedGroup[];
  /** What the next apply would do with this person, a sentence each. */
  readonly pending: readonly string[];
  /** Why the person can enter nothing, at the first step that fails; null where there is something to enter. */
  readonly stops: string | null;
};

export type ExplainedGroup = {
  /** In IAM. */
  readonly name: string;
  /** In the directory. */
  readonly dn: string;
  /** DNs of nested groups in between, outermost first. */
  readonly through: readonly string[];
  /** The pattern that names it, and what it gives; null where groups keep their names. */
  readonly rule: string | null;
  /** Whether IAM has the user in it already. */
  readonly joined: boolean;
  readonly roles: readonly {
    readonly role: string;
    /** Names, sorted; with `everywhere` those of today. */
    readonly accounts: readonly string[];
    /** Whether accounts to come count as well. */
    readonly everywhere: boolean;
  }[];
};

export interface Known {
  readonly landingZone: LandingZoneWithUsers;
  /** With `attributesToFindBy` among the attributes. */
  readonly read: DirectoryRead;
  readonly wanted: WantedUsers;
  readonly found: FoundIam;
  readonly plan: Pick<StagePlan, "changes" | "held">;
}

/** @param asked an IAM name, a value of an attribute that was read (uid, mail), a DN or a key; case doesn't count */
export function explain(asked: string, known: Known): Explanation {
  const people = findPeople(asked, known.read.people, keysOf(asked, known));
  const [person, ...others] = people;
  if (person === undefined || others.length > 0) {
    return { ...nobody(asked, known), stops: notOne(asked, people, known) };
  }
  const { key, dn, status } = person;
  const { landingZone, wanted, plan } = known;
  const user = findUser(key, known);
  const unmapped = wanted.unmapped.find((it) => it.key === key);
  const name = user?.name ?? wanted.users.find((it) => it.key === key)?.name ?? unmapped?.name ?? null;
  const groups = groupsOf(person, user, known);
  const held = plan.held.find(({ change }) => change.id === idOf(wanted.account, kinds.user, key));
  return {
    asked,
    entry: { dn, key, state: status.state, evidence: status.evidence },
    user: { name, rule: landingZone.users.people.name, standing: standingOf(user), left: user?.tags[leftTag] ?? null },
    groups,
    pending: pendingOf(key, known),
    stops: whyNot(person, unmapped?.reason, user, groups, held?.reason),
  };
}

function pendingOf(key: string, { wanted, plan }: Known): readonly string[] {
  const id = idOf(wanted.account, kinds.user, key);
  return pendingFor(plan, (change) => change.id === id);
}

function whyNot(
  { status }: Person,
  unmapped: string | undefined,
  user: FoundUser | undefined,
  groups: readonly ExplainedGroup[],
  held: string | undefined,
): string | null {
  if (status.state === "disabled" || status.state === "expired")
    return `the entry is ${status.state}: ${status.evidence}`;
  if (unmapped !== undefined) return unmapped;
  if (user === undefined) return held ?? "IAM has no such user yet: the next apply makes it";
  if (user.tags[leftTag] !== undefined)
    return held ?? `shut out since ${user.tags[leftTag]}: the next apply lets them in again`;
  if (groups.length === 0) return "in no group that users.groups makes one of IAM";
  if (groups.every(({ roles }) => roles.length === 0)) return "no rule of access names any of these groups";
  if (groups.every(({ joined, roles }) => !joined || roles.length === 0))
    return held ?? "not in these groups in IAM yet: the next apply adds them";
  return null;
}

/** Those who have this name in IAM, or are to have it. */
function keysOf(asked: string, known: Known): readonly string[] {
  const name = caseless(asked);
  return [
    ownUser(asked, known)?.tags[personTag],
    known.wanted.users.find((it) => caseless(it.name) === name)?.key,
  ].filter((key) => key !== undefined);
}

function nobody(asked: string, known: Known): Omit<Explanation, "stops"> {
  const { landingZone } = known;
  const user = ownUser(asked, known);
  return {
    asked,
    entry: null,
    user: user
      ? {
          name: user.name,
          rule: landingZone.users.people.name,
          standing: standingOf(user),
          left: user.tags[leftTag] ?? null,
        }
      : null,
    groups: [],
    pending: user ? pendingOf(user.tags[personTag] ?? "", known) : [],
  };
}

function ownUser(name: string, { wanted, found }: Known): FoundUser | undefined {
  return found.users.find((user) => isOurs(user, wanted.path) && caseless(user.name) === caseless(name));
}

function notOne(asked: string, people: readonly Person[], known: Known): string {
  const { read, wanted, found } = known;
  if (people.length > 0) return `${people.map(({ dn }) => dn).join(" and ")} fit: ask by DN`;
  const partly = wanted.incomplete === null ? "" : `, which wasn't read completely: ${wanted.incomplete}`;
  const user = ownUser(asked, known);
  if (user) return `IAM has the user ${user.name}, and the directory no such person${partly}`;
  const names = [...wanted.users.map(({ name }) => name), ...found.users.map(({ name }) => name)];
  const near = suggest(asked, names);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return `none of the ${read.people.length} people of the directory has this name${partly}${hint}`;
}

function findUser(key: string, { wanted, found }: Known): FoundUser | undefined {
  return found.users.find((user) => isOurs(user, wanted.path) && user.tags[personTag] === key);
}

function standingOf(user: FoundUser | undefined): "missing" | "active" | "left" {
  if (user === undefined) return "missing";
  return user.tags[leftTag] === undefined ? "active" : "left";
}

function groupsOf(
  person: Person,
  user: FoundUser | undefined,
  { landingZone, read, wanted }: Known,
): readonly ExplainedGroup[] {
  if (hasLeft(person)) return [];
  const rules = landingZone.users.groups;
  const usable = new Set(wanted.groups.map(({ name }) => name));
  const access = Map.groupBy(whoMayEnterWhat(landingZone), ({ group }) => group);
  return read.groups.flatMap((group): readonly ExplainedGroup[] => {
    const member = group.members.find((it) => it.person === person.key);
    const name = groupName(rules, group);
    if (member === undefined || name === undefined || !usable.has(name)) return [];
    const byRole = Map.groupBy(access.get(name) ?? [], ({ role }) => role);
    return [
      {
        name,
        dn: group.dn,
        through: member.through,
        rule: rules.name ? `${rules.name.match} → ${rules.name.to}` : null,
        joined: user?.groups.some((it) => caseless(it) === caseless(name)) ?? false,
        roles: [...byRole].map(([role, entries]) => ({
          role,
          accounts: entries.map(({ account }) => account),
          everywhere: entries.some(({ everywhere }) => everywhere),
        })),
      },
    ];
  });
}
