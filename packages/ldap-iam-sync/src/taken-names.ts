/**
 * Names that somebody in IAM has already: pure.
 *
 *   the name is that of …                    | the change that wants it
 *   -----------------------------------------+---------------------------------------------
 *   somebody who is renamed or deleted       | comes after that one
 *   two or more who pass their names round   | is held, as all of theirs
 *   somebody of ours who keeps it            | is held
 *   a user that isn't ours                   | is held, with the way to adopt it
 */

import type { Change } from "@bulkhead/plan";
import { caseless } from "./iam-rules.ts";
import type { Matches } from "./match.ts";
import { leftTag, personTag, type FoundUser, type WantedUsers } from "./model.ts";

interface Settled {
  readonly changes: readonly Change[];
  readonly impossible: ReadonlyMap<string, string>;
}

export function takenNames(
  changes: readonly Change[],
  users: readonly FoundUser[],
  wanted: WantedUsers,
  { ours }: Matches,
): Settled {
  const holders = new Map(users.map((user) => [caseless(user.name), user]));
  const freeing = new Map(
    changes.filter(freesName).map((change) => [caseless(String(change.before?.["name"])), change]),
  );
  /** The change that must come first, by the id of the one that wants its name. */
  const waitsFor = new Map<string, Change>();
  const impossible = new Map<string, string>();
  for (const change of changes) {
    const name = wantedName(change);
    const holder = name === undefined ? undefined : holders.get(caseless(name));
    if (holder === undefined) continue;
    const first = freeing.get(caseless(holder.name));
    if (first) waitsFor.set(change.id, first);
    else impossible.set(change.id, whyTaken(holder, wanted, ours));
  }
  for (const { id } of changes) {
    const ring = ringFrom(id, waitsFor);
    if (ring === undefined) continue;
    const names = ring.map(({ before }) => String(before?.["name"])).sort();
    impossible.set(id, `${names.join(" and ")} exchange names: give one of them another name first`);
  }
  return {
    changes: changes.map((change) => {
      const first = waitsFor.get(change.id);
      if (first === undefined || impossible.has(change.id)) return change;
      return { ...change, dependsOn: [...change.dependsOn, first.id].sort() };
    }),
    impossible,
  };
}

/** The name that a change wants and its object hasn't. */
function wantedName({ before, after }: Change): string | undefined {
  const name = after?.["name"];
  return typeof name !== "string" || name === before?.["name"] ? undefined : name;
}

function freesName(change: Change): boolean {
  return change.action === "delete" || (change.action === "update" && wantedName(change) !== undefined);
}

/** The changes that wait for one another in a ring that comes back to this one. */
function ringFrom(id: string, waitsFor: ReadonlyMap<string, Change>): readonly Change[] | undefined {
  const ring: Change[] = [];
  for (let next = waitsFor.get(id); next !== undefined && !ring.includes(next); next = waitsFor.get(next.id)) {
    ring.push(next);
    if (next.id === id) return ring;
  }
  return undefined;
}

function whyTaken(holder: FoundUser, { users, path }: WantedUsers, ours: Matches["ours"]): string {
  const key = holder.tags[personTag] ?? "";
  if (ours.get(key) === holder) {
    const left = holder.tags[leftTag];
    if (left !== undefined)
      return `${holder.name} is the user of somebody who left on ${left}: it goes after the days of grace`;
    const dn = users.find((person) => person.key === key)?.dn ?? `the person with the key ${key}`;
    return `${holder.name} is the user of ${dn}; if it is the same person, tag it ${personTag} with the new key`;
  }
  if (holder.path === path && key !== "")
    return `${holder.name} has the same ${personTag} as another user: take it off one`;
  const way = "take it over with users.adopt, rename it, or give the person another name";
  return `IAM has a user ${holder.name} in ${holder.path} that isn't Bulkhead's: ${way}`;
}
