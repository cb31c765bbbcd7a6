/**
 * Which versions stay when a function is pruned: pure.
 *
 *   version                                                       | stays
 *   --------------------------------------------------------------+------
 *   an alias points to it, or gives it some of its traffic        | yes
 *   ran before what an alias runs now: `rollback` goes there      | yes
 *   a deployment that is under way comes from it                  | yes
 *   is among the last ones, as many as are to be kept             | yes
 *   all others                                                    | no
 */

import { predecessor } from "../receipts/history.ts";
import type { Receipt } from "../receipts/model.ts";
import type { FoundAlias } from "./traffic/model.ts";

export interface KeptAlias {
  readonly alias: FoundAlias;
  /** Oldest first; empty where Bulkhead never deployed it. */
  readonly receipts: readonly Receipt[];
}

/**
 * @param versions numbers, oldest first
 * @param keep how many of the last stay at the least
 */
export function versionsToPrune(
  name: string,
  versions: readonly string[],
  aliases: readonly KeptAlias[],
  keep: number,
): readonly string[] {
  const needed = new Set([
    ...versions.slice(-keep),
    ...aliases.flatMap(({ alias: { version, weights }, receipts }) => {
      const last = receipts.at(-1);
      const open = last?.result === "begun" ? last.from : undefined;
      const before = [predecessor(receipts, { name, version }), open].flatMap((side) => side?.version ?? []);
      return [version, ...weights.keys(), ...before];
    }),
  ]);
  return versions.filter((version) => !needed.has(version));
}
