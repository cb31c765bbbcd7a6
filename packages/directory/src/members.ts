/**
 * Who is in a group, nested groups included: pure.
 *
 *   attribute            | names                   | of
 *   ---------------------+-------------------------+---------------------------------------------
 *   member, uniqueMember | a person or group by DN | groupOfNames, groupOfUniqueNames, AD's group
 *   memberUid            | a person by uid         | posixGroup (RFC 2307)
 *   primaryGroupID       | the group, at a person  | AD, which leaves such people out of `member`
 */

import { normalizeDn } from "./dn.ts";
import type { Group, IncompleteReason, Member } from "./model.ts";

export interface GroupEntry {
  readonly key: string;
  readonly dn: string;
  readonly name: string;
  readonly memberDns: readonly string[];
  readonly memberNames: readonly string[];
  /** The group's number within its AD domain. */
  readonly relativeId: string | undefined;
}

/** People by each of the ways in which groups name them. */
export class PeopleIndex {
  readonly #byDn = new Map<string, string>();
  readonly #byName = new Map<string, readonly string[]>();
  readonly #byPrimaryGroup = new Map<string, string[]>();

  /** @param dn normalised */
  add(key: string, dn: string, names: readonly string[], primaryGroupId: string | undefined): void {
    this.#byDn.set(dn, key);
    for (const name of names) this.#byName.set(name, [...(this.#byName.get(name) ?? []), key]);
    if (primaryGroupId === undefined) return;
    const sharing = this.#byPrimaryGroup.get(primaryGroupId);
    if (sharing) sharing.push(key);
    else this.#byPrimaryGroup.set(primaryGroupId, [key]);
  }

  /** @param dn normalised */
  byDn(dn: string): string | undefined {
    return this.#byDn.get(dn);
  }

  byName(name: string): readonly string[] {
    return this.#byName.get(name) ?? [];
  }

  byPrimaryGroup(relativeId: string | undefined): readonly string[] {
    return (relativeId !== undefined && this.#byPrimaryGroup.get(relativeId)) || [];
  }
}

/** uniqueMember is a DN with an optional bit string behind (NameAndOptionalUID, RFC 4517 §3.3.21). */
export function memberDn(value: string): string {
  return normalizeDn(value.replace(/#'[01]*'B$/, ""));
}

/** The DNs, normalised, that groups name as members and that are neither a person nor one of the groups. */
export function unknownMembers(groups: Iterable<GroupEntry>, people: PeopleIndex): ReadonlySet<string> {
  const all = [...groups];
  const known = new Set(all.map(({ dn }) => normalizeDn(dn)));
  const named = all.flatMap(({ memberDns }) => memberDns.map(memberDn));
  return new Set(named.filter((dn) => !known.has(dn) && people.byDn(dn) === undefined));
}

/**
 * The groups with their people.
 * @param nested further groups, whose people count for those that hold them
 * @param reasons takes in why members of these groups can't be told apart
 */
export function resolveMembers(
  groups: readonly GroupEntry[],
  nested: readonly GroupEntry[],
  people: PeopleIndex,
  reasons: IncompleteReason[],
): readonly Group[] {
  const byDn = new Map([...nested, ...groups].map((group) => [normalizeDn(group.dn), group]));
  const direct = new Map([...byDn].map(([dn, group]) => [dn, directMembers(group, byDn, people)]));
  const ambiguous = new Set<string>();
  const resolved = groups.map(({ key, dn, name }) => {
    const { passed, members, unresolved } = collect(normalizeDn(dn), direct, byDn);
    for (const inner of passed) for (const message of direct.get(inner)?.ambiguous ?? []) ambiguous.add(message);
    return { key, dn, name, members, unresolved };
  });
  for (const message of ambiguous) reasons.push({ code: "ambiguousMember", message });
  return resolved;
}

interface DirectMembers {
  readonly people: readonly string[];
  /** Normalised DNs. */
  readonly groups: readonly string[];
  readonly unresolved: readonly string[];
  /** A sentence for each name that several people have. */
  readonly ambiguous: readonly string[];
}

function directMembers(group: GroupEntry, groups: ReadonlyMap<string, GroupEntry>, people: PeopleIndex): DirectMembers {
  const found: string[] = [...people.byPrimaryGroup(group.relativeId)];
  const inner: string[] = [];
  const unresolved: string[] = [];
  const ambiguous: string[] = [];
  for (const value of group.memberDns) {
    const dn = memberDn(value);
    const person = people.byDn(dn);
    if (person !== undefined) found.push(person);
    else if (groups.has(dn)) inner.push(dn);
    else unresolved.push(value);
  }
  for (const name of group.memberNames) {
    const [person, ...others] = people.byName(name);
    if (others.length > 0) {
      ambiguous.push(`${group.dn} has the member “${name}”, and ${others.length + 1} people have this uid.`);
    } else if (person === undefined) unresolved.push(name);
    else found.push(person);
  }
  return { people: found, groups: inner, unresolved, ambiguous };
}

/** Breadth first, each group once: the way told is the shortest, and a cycle ends where it began. */
function collect(
  start: string,
  direct: ReadonlyMap<string, DirectMembers>,
  groups: ReadonlyMap<string, GroupEntry>,
): {
  /** The groups that were passed, itself included; normalised DNs. */
  readonly passed: Iterable<string>;
  readonly members: readonly Member[];
  readonly unresolved: readonly string[];
} {
  const members = new Map<string, Member>();
  const unresolved = new Set<string>();
  const ways = new Map<string, readonly string[]>([[start, []]]);
  for (const [dn, through] of ways) {
    const found = direct.get(dn);
    for (const person of found?.people ?? []) if (!members.has(person)) members.set(person, { person, through });
    for (const name of found?.unresolved ?? []) unresolved.add(name);
    for (const inner of found?.groups ?? []) {
      if (!ways.has(inner)) ways.set(inner, [...through, groups.get(inner)?.dn ?? inner]);
    }
  }
  return { passed: ways.keys(), members: [...members.values()], unresolved: [...unresolved] };
}
