/** How many people of ours there are, for health and metrics: pure. */

import { nameOf, type Change } from "@bulkhead/plan";
import { kinds, type FoundHost, type UserFields } from "./model.ts";
import type { Status } from "./status.ts";

/** @param done changes that were made whole since the host was read: to read thousands of files again takes longer than they */
export function countPeople(
  { people }: FoundHost,
  done: readonly Change[],
): Pick<Status, "people" | "keys" | "leavers"> {
  const users = new Map(
    people.map(({ key, left, keyFile }) => [key, { left, keys: keyFile?.lines.length ?? 0 }] as const),
  );
  for (const change of done.filter(({ kind }) => kind === kinds.user)) {
    const key = nameOf(change);
    const { left, keys: before } = users.get(key) ?? { left: null, keys: 0 };
    const after = change.after as Partial<UserFields> | null;
    if (after === null) users.delete(key);
    else users.set(key, { left: after.left === undefined ? left : after.left, keys: keysAfter(before, after) });
  }
  const active = [...users.values()].filter(({ left }) => left === null);
  return {
    people: active.length,
    keys: active.reduce((sum, { keys }) => sum + keys, 0),
    leavers: users.size - active.length,
  };
}

/** No flags at all say that the key file is as it should be. */
function keysAfter(before: number, { keys = {} }: Partial<UserFields>): number {
  const flags = Object.values(keys);
  return flags.length === 0 ? before : flags.filter((has) => has).length;
}
