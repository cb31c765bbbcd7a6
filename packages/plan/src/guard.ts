/**
 * What may not simply be done, however the difference came about: pure, and the last word before a plan is shown.
 *
 *   change               | held when                                        | approving the plan lets it through
 *   ---------------------+--------------------------------------------------+-----------------------------------
 *   any                  | whoever found it says that it can't be done       | no
 *   delete, replace      | nothing proves that the object is ours           | no
 *   delete, replace      | its id is protected                              | no
 *   all removals         | together they pass the ceiling                   | yes
 *   any                  | a change that it depends on is held              | as that one
 */

import { isRemoval, lossesOf, type Change, type Held } from "./change.ts";

/** How many objects may be removed at once: a count, or a share of those there are (more than 0 % is one at least). */
export type Ceiling = { readonly count: number } | { readonly percent: number; readonly of: number };

export interface GuardRules {
  /** What can't be done, by id, with the reason: AWS has no call for it, say. */
  readonly impossible?: ReadonlyMap<string, string>;
  /** Ids that are never removed. */
  readonly protectedIds?: ReadonlySet<string>;
  /** On the losses of all changes together. */
  readonly ceiling?: Ceiling;
}

export interface Guarded {
  readonly changes: readonly Change[];
  readonly held: readonly Held[];
}

/** Splits changes into those that may be done and those held back, with the reason for each. Keeps the order. */
export function guard(changes: readonly Change[], rules: GuardRules): Guarded {
  const final: Reasons = new Map(rules.impossible);
  for (const { id, ownership } of changes.filter(isRemoval)) {
    if (ownership === null) final.set(id, "nothing proves that it is Bulkhead's own");
    else if (rules.protectedIds?.has(id)) final.set(id, "it is protected");
  }
  holdDependents(changes, final);

  const untilApproved: Reasons = new Map();
  const removals = changes.filter((change) => lossesOf(change) > 0 && !final.has(change.id));
  const losses = removals.reduce((sum, change) => sum + lossesOf(change), 0);
  if (rules.ceiling && losses > highest(rules.ceiling)) {
    const reason = `${losses} removals at once pass the ceiling of ${describe(rules.ceiling)}`;
    for (const { id } of removals) untilApproved.set(id, reason);
  }
  holdDependents(changes, untilApproved);

  return {
    changes: changes.filter(({ id }) => !final.has(id) && !untilApproved.has(id)),
    held: changes.flatMap((change) => {
      const reason = final.get(change.id) ?? untilApproved.get(change.id);
      return reason === undefined ? [] : [{ change, reason, approvable: !final.has(change.id) }];
    }),
  };
}

/** Why changes are held, by id. */
type Reasons = Map<string, string>;

/** Adds to the reasons those that need a held change, through any number of steps. */
export function holdDependents(changes: readonly Change[], reasons: Reasons): void {
  for (let grown = true; grown;) {
    grown = false;
    for (const { id, dependsOn } of changes) {
      const cause = reasons.has(id) ? undefined : dependsOn.find((first) => reasons.has(first));
      if (cause === undefined) continue;
      reasons.set(id, `it needs ${cause}, which is held`);
      grown = true;
    }
  }
}

function highest(ceiling: Ceiling): number {
  if ("count" in ceiling) return ceiling.count;
  // A tenth of five people is none, and yet people leave.
  return ceiling.percent === 0 ? 0 : Math.max(1, Math.floor((ceiling.of * ceiling.percent) / 100));
}

function describe(ceiling: Ceiling): string {
  return "count" in ceiling ? `${ceiling.count}` : `${ceiling.percent} % of ${ceiling.of}`;
}
