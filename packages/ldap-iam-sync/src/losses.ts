/** How many people each change takes something from, for the ceiling: pure; what counts stands in diff.ts. */

import { nameOf, type Change } from "@bulkhead/plan";
import type { UserFields } from "./fields.ts";
import type { SettledGroups } from "./group-names.ts";
import { kinds, leftTag, type FoundIam, type WantedUsers } from "./model.ts";
import { isShuttingOut } from "./user-changes.ts";

export function withLosses(
  changes: readonly Change[],
  wanted: WantedUsers,
  { users }: FoundIam,
  { usable }: SettledGroups,
): readonly Change[] {
  const peopled = new Set(wanted.users.flatMap(({ groups }) => groups.map((group) => usable.get(group)?.name)));
  const members = Map.groupBy(
    users.filter(({ tags }) => tags[leftTag] === undefined).flatMap(({ groups }) => groups),
    (group) => group,
  );
  /** Undefined where the action tells. */
  const lossesBy = (change: Change): number | undefined => {
    const { kind, action } = change;
    if (kind === kinds.policy) return action === "delete" ? 0 : undefined;
    if (kind === kinds.group)
      return action === "delete" ? Math.max(1, members.get(nameOf(change))?.length ?? 0) : undefined;
    if (isShuttingOut(change)) return 1;
    const { groups = {} } = (change.after ?? {}) as Partial<UserFields>;
    return Object.entries(groups).some(([group, joined]) => !joined && !peopled.has(group)) ? 1 : undefined;
  };
  return changes.map((change) => {
    const losses = lossesBy(change);
    return losses === undefined ? change : { ...change, losses };
  });
}
