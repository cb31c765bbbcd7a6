/**
 * What may not simply be done, however the difference came about: pure, and the last word before a plan is shown.
 *
 *   change               | held when                                        | approving the plan lets it through
 *   ---------------------+--------------------------------------------------+-----------------------------------
 *   any                  | whoever found it says that it can't be done       | no
 *   delete, replace      | nothing proves that the object is ours           | no
 *   delete, replace      | its id is protected                              | no
 *   all deletes, replaces| together they pass the ceiling                   | yes
 *   any                  | a change that it depends on is held              | as that one
 */

import { isRemoval, type Change, type Held } from "./change.ts";

/** How many objects may be removed at once: a count, or a share of those there are. */
export type Ceiling = { readonly count: number } | { readonly percent: number; readonly of: number };

export interface GuardRules {
  /** What can't be done, by id, with the reason: AWS has no call for it, say. */
  readonly impossible?: ReadonlyMap<string, string>;
  /** Ids that are never removed. */
  readonly protectedIds?: ReadonlySet<string>;
  readonly ceiling?: Ceiling;
}

export interface Guarded {
  readonly changes: readonly Change[];
  readonly held: readonly Held[];
}

/** Splits changes into those that may be done and those held back, with the reason for each. Keeps the order. */
export function guard(changes: readonly Change[], rules: GuardRules): Guarded {
  const reasons = new Map<string, Omit<Held, "change">>();
  for (const [id, reason] of rules.impossible ?? []) reasons.set(id, { reason, approvable: false });
  for (const change of changes.filter(isRemoval)) {
    if (change.ownership === null) {
      reasons.set(change.id, { reason: "nothing proves that it is Bulkhead's own", approvable: false });
    } else if (rules.protectedIds?.has(change.id)) {
      reasons.set(change.id, { reason: "it is protected", approvable: false });
    }
  }

  const removals = changes.filter((change) => isRemoval(change) && !reasons.has(change.id));
  if (rules.ceiling && removals.length > highest(rules.ceiling)) {
    const reason = `${removals.length} removals at once pass the ceiling of ${describe(rules.ceiling)}`;
    for (const { id } of removals) reasons.set(id, { reason, approvable: true });
  }

  holdDependents(changes, reasons);
  return {
    changes: changes.filter(({ id }) => !reasons.has(id)),
    held: changes.flatMap((change) => {
      const reason = reasons.get(change.id);
      return reason ? [{ change, ...reason }] : [];
    }),
  };
}

function holdDependents(changes: readonly Change[], reasons: Map<string, Omit<Held, "change">>): void {
  for (let grown = true; grown;) {
    grown = false;
    for (const { id, dependsOn } of changes) {
      const cause = reasons.has(id) ? undefined : dependsOn.find((first) => reasons.has(first));
      if (cause === undefined) continue;
      reasons.set(id, {
        reason: `it needs ${cause}, which is held`,
        approvable: reasons.get(cause)?.approvable ?? false,
      });
      grown = true;
    }
  }
}

function highest(ceiling: Ceiling): number {
  return "count" in ceiling ? ceiling.count : Math.floor((ceiling.of * ceiling.percent) / 100);
}

function describe(ceiling: Ceiling): string {
  return "count" in ceiling ? `${ceiling.count}` : `${ceiling.percent} % of ${ceiling.of}`;
}
