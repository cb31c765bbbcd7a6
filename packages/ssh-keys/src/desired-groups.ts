/**
 * The directory's groups that ssh.access lets in here, as Linux groups: pure.
 *
 *   group of the directory, by the name that users.groups.name gives | result
 *   ------------------------------------------------------------------+-------------------------------------------------
 *   ssh.access names it for this account                              | its people may sign in, and are in the Linux group
 *   … and Linux doesn't take the name, or the system keeps it         | its people may sign in; no Linux group; a warning
 *   several come to one name                                          | one group with the people of all
 *   ssh.access doesn't name it here                                   | nothing
 *   ssh.access names a group that the directory lacks                 | a warning
 */

import { suggest } from "@bulkhead/core";
import type { DirectoryRead, Group } from "@bulkhead/directory";
import { groupName, type Users } from "@bulkhead/landing-zone";
import type { GroupAccess } from "./access.ts";
import { parseGroupName } from "./login.ts";

export interface AllowedGroup extends GroupAccess {
  /** As `users.groups.name` makes it. */
  readonly name: string;
  /** Undefined where it can't be one. */
  readonly linuxName: string | undefined;
  /** The directory's groups that come to this name. */
  readonly groups: readonly Group[];
}

export interface WantedGroups {
  readonly allowed: readonly AllowedGroup[];
  /** Sorted. */
  readonly linuxNames: readonly string[];
  /** How many of the directory's groups the rule for names matches, allowed here or not. */
  readonly matching: number;
  readonly warnings: readonly string[];
}

export function wantedGroups(
  users: Users,
  access: ReadonlyMap<string, GroupAccess>,
  { groups, proof }: DirectoryRead,
): WantedGroups {
  const named = groups.flatMap((group) => {
    const name = groupName(users.groups, group);
    return name === undefined ? [] : [{ name, group }];
  });
  const byName = Map.groupBy(named, ({ name }) => name);
  const allowed: AllowedGroup[] = [];
  const warnings: string[] = [];
  for (const [name, it] of access) {
    const those = byName.get(name);
    if (those === undefined) {
      if (proof.complete) warnings.push(missing(name, byName.keys()));
      continue;
    }
    const linux = parseGroupName(name);
    if (typeof linux === "object") {
      warnings.push(`the group ${JSON.stringify(name)} ${linux.fault}: its people come without a Linux group of it`);
    }
    const linuxName = typeof linux === "string" ? linux : undefined;
    allowed.push({ ...it, name, linuxName, groups: those.map(({ group }) => group) });
  }
  const linuxNames = [...new Set(allowed.flatMap(({ linuxName }) => linuxName ?? []))].sort();
  return { allowed, linuxNames, matching: named.length, warnings };
}

/** What somebody's groups come to. */
export interface PersonsGroups {
  /** Sorted. */
  readonly linuxNames: readonly string[];
  readonly sudo: boolean;
}

/** Everybody who may sign in, by the person's key. */
export function peopleOf({ allowed }: WantedGroups): ReadonlyMap<string, PersonsGroups> {
  const people = new Map<string, { names: Set<string>; sudo: boolean }>();
  for (const { linuxName, sudo, groups } of allowed) {
    for (const { person } of groups.flatMap(({ members }) => members)) {
      const entry = people.get(person) ?? { names: new Set<string>(), sudo: false };
      if (linuxName !== undefined) entry.names.add(linuxName);
      entry.sudo ||= sudo;
      people.set(person, entry);
    }
  }
  return new Map([...people].map(([key, { names, sudo }]) => [key, { linuxNames: [...names].sort(), sudo }]));
}

function missing(name: string, known: Iterable<string>): string {
  const near = suggest(name, known);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return `ssh.access names the group ${name}, and no group of the directory comes to that name${hint}`;
}
