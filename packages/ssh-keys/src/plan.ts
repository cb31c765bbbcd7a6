/** Plans a host: compares what is wanted with what it has, and guards what comes out. Pure. */

import type { Ssh } from "@bulkhead/landing-zone";
import { guard, type Ceiling, type Change, type Plan } from "@bulkhead/plan";
import { closingChanges } from "./closing.ts";
import { diffHost } from "./diff.ts";
import { kinds, type FoundHost, type Wanted } from "./model.ts";

/** A plan without what only those about an organization have. */
export type HostPlan = Pick<Plan, "changes" | "held" | "warnings" | "cost">;

export interface PlanOptions {
  /** Ceiling on the losses (diff.ts) of a day: a count, or a share of our people on the host. */
  readonly maxLeavers: Ssh["maxLeavers"];
  /** As 2026-11-22. */
  readonly today: string;
}

export function planHost(wanted: Wanted, found: FoundHost, { maxLeavers, today }: PlanOptions): HostPlan {
  const { changes, impossible, warnings } = diffHost(wanted, found, today);
  const gone = lostToday(wanted, found, today);
  const { changes: allowed, held } = guard(changes, { impossible, ceiling: ceilingOf(maxLeavers, found, gone) });
  const already = gone > 0 ? `, as ${gone} ${gone === 1 ? "was" : "were"} let go today already` : "";
  return {
    changes: allowed,
    held: held.map((it) => (it.approvable ? { ...it, reason: `${it.reason}${already}` } : it)),
    warnings,
    cost: costOf(allowed),
  };
}

/** Takes everybody's keys away until the directory answers again, as `maxStaleHours` asks for. */
export function planClosing(account: string, found: FoundHost, reason: string): HostPlan {
  const changes = closingChanges(account, found, reason);
  return { changes, held: [], warnings: [reason], cost: costOf(changes) };
}

/** The plan in the shape in which plans are shown and identified. */
export function asPlan(plan: HostPlan, managementAccountId: string): Plan {
  return { managementAccountId, ...plan, deferred: [], unread: [], unmanaged: [] };
}

/** How many the ceiling has let go today: a directory that is emptied entry by entry comes as many small changes. */
function lostToday({ outsiders }: Wanted, { people, state }: FoundHost, today: string): number {
  const told = new Set(outsiders.filter(({ toldToLeave }) => toldToLeave).map(({ key }) => key));
  return people.filter(({ key, left, keyFile }) =>
    left === null ? keyFile === null && state.people[key]?.keysLost === today : left === today && !told.has(key),
  ).length;
}

/** @param gone how many of the day's losses there have been */
function ceilingOf(maxLeavers: Ssh["maxLeavers"], { people }: FoundHost, gone: number): Ceiling {
  if (typeof maxLeavers === "number") return { count: Math.max(0, maxLeavers - gone) };
  const percent = Number(maxLeavers.slice(0, -1));
  const active = people.filter(({ left }) => left === null).length;
  if (gone === 0) return { percent, of: active };
  // As the guard counts a share: more than none is one at least.
  const most = percent === 0 ? 0 : Math.max(1, Math.floor(((active + gone) * percent) / 100));
  return { count: Math.max(0, most - gone) };
}

/** One call of a user tool for most; 12 ms each was seen with 5,000 users. */
function costOf(changes: readonly Change[]): Plan["cost"] {
  const calls = changes.filter(({ kind }) => kind === kinds.user || kind === kinds.group).length;
  return { calls, seconds: calls * 0.02 };
}
