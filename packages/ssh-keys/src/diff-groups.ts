/** The Linux groups that are to come and go: pure; the decision table stands in diff.ts. */

import type { JsonObject } from "@bulkhead/core";
import { compare } from "@bulkhead/plan";
import { type Difference, hostRegion, idOf, kinds, type FoundHost, type Wanted } from "./model.ts";
import { Numbers } from "./numbers.ts";
import { PEOPLE_GROUP } from "./paths.ts";

export interface SettledGroups {
  /** GIDs of those that people can be in, there already or to come. */
  readonly usable: ReadonlyMap<string, number>;
  /** Reasons by the names of those that can't be. */
  readonly faults: ReadonlyMap<string, string>;
}

export function settleGroups(wanted: Wanted, { groups, state }: FoundHost): SettledGroups {
  const inUse = new Map([...groups].map(([name, { gid }]) => [gid, name]));
  const given = new Map(Object.entries(state.groups).map(([name, gid]) => [gid, name]));
  const numbers = new Numbers(wanted.uidRange, inUse, given);
  const usable = new Map<string, number>();
  const faults = new Map<string, string>();
  for (const name of wanted.groups) {
    const found = groups.get(name)?.gid;
    const before = Object.hasOwn(state.groups, name) ? state.groups[name] : undefined;
    if (found !== undefined && found === before) usable.set(name, found);
    else if (found !== undefined) faults.set(name, `the host has a group ${name} that isn't Bulkhead's`);
    else {
      const gid = before === undefined ? numbers.allot(name, null) : numbers.again(before);
      if (typeof gid === "number") usable.set(name, gid);
      else faults.set(name, gid.fault);
    }
  }
  return { usable, faults };
}

/** Whether the state and the host agree that a group is ours. */
function isOurGroup({ groups, state }: FoundHost, name: string): boolean {
  return Object.hasOwn(state.groups, name) && groups.get(name)?.gid === state.groups[name];
}

export function groupChanges(wanted: Wanted, found: FoundHost, { usable, faults }: SettledGroups): Difference {
  const ours = [...found.groups].filter(([name]) => isOurGroup(found, name));
  const people = new Set<string>(found.people.map(({ login }) => login));
  const strangers = new Map(ours.map(([name, { members }]) => [name, members.filter((it) => !people.has(it))]));
  // A group that somebody else uses as well stays.
  const leaving = ours.filter(([name]) => usable.has(name) || strangers.get(name)?.length === 0);
  const desired = new Map<string, JsonObject>([...usable].map(([name, gid]) => [name, { gid }]));
  // It has a number of the system's, and nobody takes it away while Bulkhead is at work here.
  if (!found.groups.has(PEOPLE_GROUP)) desired.set(PEOPLE_GROUP, {});
  const { changes, unmanaged } = compare({
    kind: kinds.group,
    account: wanted.account,
    region: hostRegion,
    desired,
    actual: new Map(leaving.map(([name, { gid }]) => [name, { fields: { gid }, ownership: "Bulkhead's state" }])),
    extra: "delete",
    sentence: (action, name) => `${action === "create" ? "make" : "remove"} the group ${name}`,
  });
  return {
    changes: changes.map((change) => (change.action === "delete" ? { ...change, losses: 0 } : change)),
    unmanaged,
    impossible: new Map(),
    warnings: [
      ...[...faults].map(([name, fault]) => `${fault}: its people come without the group ${name}`),
      ...ours
        .filter(([name]) => !usable.has(name) && (strangers.get(name)?.length ?? 0) > 0)
        .map(([name]) => `the group ${name} isn't needed any more, and stays for ${strangers.get(name)?.join(", ")}`),
    ],
  };
}

/** The id of the group's change, whether or not there is one. */
export function groupId({ account }: Wanted, name: string): string {
  return idOf(account, kinds.group, name);
}
