/** Plans the baseline: reads every place that the file wants something of, compares, and guards what comes out. */

import { guard, type Deferred } from "@bulkhead/plan";
import type { StagePlan } from "@bulkhead/stages";
import { readPlaces, type ReadOptions, type ReadPlace } from "./actual.ts";
import type { Control, Reach } from "./control.ts";
import { predictCost } from "./cost.ts";
import { wantedBaseline, type Place, type Selection } from "./desired.ts";
import { diffBaseline } from "./diff.ts";
import { unreadable } from "./unreadable.ts";

export interface BaselinePlan {
  readonly plan: StagePlan;
  /** Every place that was looked at, with what came of it. */
  readonly places: readonly ReadPlace[];
  /** Places in accounts that aren't there yet. */
  readonly waiting: readonly (Place & Deferred)[];
}

export interface PlanOptions extends ReadOptions {
  readonly controls: readonly Control[];
  readonly selection: Selection;
  readonly reach: Reach;
}

/** @throws what the controls find wrong in the file */
export async function planBaseline({ controls, selection, reach, ...options }: PlanOptions): Promise<BaselinePlan> {
  const { places: wanted, waiting } = wantedBaseline(controls, selection, reach);
  const places = await readPlaces(wanted, reach, options);
  const found = places
    .filter((place) => place.status === "read")
    .map((place) => {
      const { control, wanted: atFirst, found: there } = place;
      return { ...place, wanted: control.settle?.(atFirst, there, reach) ?? atFirst };
    });
  const { changes, unmanaged, impossible } = diffBaseline(found);
  const guarded = guard(changes, { impossible });
  return {
    plan: {
      ...guarded,
      deferred: onceEach(waiting),
      unread: unreadable(places),
      unmanaged,
      warnings: [],
      cost: predictCost(guarded.changes, options.concurrency),
    },
    places,
    waiting,
  };
}

/** One line for each account and reason, however many places wait. */
function onceEach(waiting: readonly Deferred[]): Deferred[] {
  const lines = waiting.map(({ stage, account, reason }) => ({ stage, account, reason }));
  return [...new Map(lines.map((line) => [`${line.account} ${line.reason}`, line])).values()];
}
