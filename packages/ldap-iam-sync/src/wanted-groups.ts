/**
 * The directory's groups as IAM groups: pure.
 *
 *   directory's groups                          | IAM group
 *   --------------------------------------------+------------------------------------------------
 *   one whose name matches the rule             | named by the rule, with the group's people
 *   several that come to one name               | one, with the people of all; a warning
 *   several whose names differ in case only     | none of them; a warning
 *   one whose name IAM doesn't take             | none; a warning
 *   one whose name doesn't match the rule       | none
 */

import { suggest } from "@bulkhead/core";
import type { DirectoryRead, Group } from "@bulkhead/directory";
import { groupName, whoMayEnterWhat, type LandingZone, type Users } from "@bulkhead/landing-zone";
import { accessPolicies, accessPolicyName, type KnownIds } from "./access-policies.ts";
import { caseless, nameFault } from "./iam-rules.ts";
import type { Unmapped, WantedGroup } from "./model.ts";

export interface MappedGroups {
  readonly groups: readonly WantedGroup[];
  readonly unmapped: readonly Unmapped[];
  /** Names of IAM groups by the key of a person, sorted. */
  readonly groupsOf: ReadonlyMap<string, readonly string[]>;
  readonly warnings: readonly string[];
}

export function mapGroups(
  landingZone: LandingZone & { readonly users: Users },
  { groups: found, proof }: Pick<DirectoryRead, "groups" | "proof">,
  ids: KnownIds,
  partition: string,
): MappedGroups {
  const named = found.flatMap((group) => {
    const name = groupName(landingZone.users.groups, group);
    return name === undefined ? [] : [{ name, group }];
  });
  const byName = new Map([...Map.groupBy(named, ({ name }) => name)].sort());
  const spellings = Map.groupBy(byName.keys(), caseless);
  const unmapped: Unmapped[] = [];
  const warnings: string[] = [];
  const mapped = new Map<string, readonly Group[]>();
  for (const [name, those] of byName) {
    const groups = those.map(({ group }) => group);
    const fault = nameFault("group", name);
    const others = (spellings.get(caseless(name)) ?? []).filter((other) => other !== name);
    const reason =
      fault !== undefined
        ? `the group's IAM name ${JSON.stringify(name)} ${fault}: mend users.groups.name, or rename it in the directory`
        : others.length > 0
          ? `the group's IAM name ${name} differs from ${others.join(", ")} in case only, which IAM takes for one: rename one in the directory`
          : undefined;
    if (reason !== undefined) {
      unmapped.push(...groups.map(({ key, dn }) => ({ key, dn, name, reason })));
      continue;
    }
    mapped.set(name, groups);
    if (groups.length > 1) {
      warnings.push(`the IAM group ${name} unites ${groups.map(({ dn }) => dn).join(" and ")}`);
    }
  }

  const access = Map.groupBy(whoMayEnterWhat(landingZone), ({ group }) => group);
  const groups = [...mapped].map(([name, those]): WantedGroup => {
    const dns = those.map(({ dn }) => dn);
    // A group's own name may leave no room for the rest of a policy's.
    const fits = nameFault("policy", accessPolicyName(name, 10)) === undefined;
    const entries = fits ? (access.get(name) ?? []) : [];
    if (!fits && access.has(name))
      warnings.push(`the name of the group ${name} is too long for a policy's: it enters nothing`);
    return { name, dns, ...accessPolicies(name, entries, landingZone.roles, ids, partition) };
  });
  if (proof.complete) warnings.push(...missingGroups(access.keys(), mapped, unmapped));
  return { groups, unmapped, groupsOf: membership(mapped), warnings };
}

/** Groups that `access` speaks of and that the directory lacks. */
function missingGroups(
  named: Iterable<string>,
  mapped: ReadonlyMap<string, unknown>,
  unmapped: readonly Unmapped[],
): readonly string[] {
  const unmappedNames = new Set(unmapped.map(({ name }) => name));
  return [...named]
    .filter((name) => !mapped.has(name) && !unmappedNames.has(name))
    .map((name) => {
      const near = suggest(name, mapped.keys());
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      return `access names the group ${name}, and no group of the directory comes to that name${hint}`;
    });
}

function membership(mapped: ReadonlyMap<string, readonly Group[]>): ReadonlyMap<string, readonly string[]> {
  const groupsOf = new Map<string, Set<string>>();
  for (const [name, groups] of mapped) {
    for (const { person } of groups.flatMap(({ members }) => members)) {
      const names = groupsOf.get(person);
      if (names) names.add(name);
      else groupsOf.set(person, new Set([name]));
    }
  }
  return new Map([...groupsOf].map(([person, names]) => [person, [...names].sort()]));
}
