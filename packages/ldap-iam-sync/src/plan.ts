/** Plans the users: compares what the directory wants with what IAM has, and guards what comes out. Pure. */

import type { Users } from "@bulkhead/landing-zone";
import { guard, type Ceiling, type Deferred } from "@bulkhead/plan";
import type { StagePlan } from "@bulkhead/stages";
import { predictCost } from "./cost.ts";
import { diffUsers } from "./diff.ts";
import type { FoundIam, WantedUsers } from "./model.ts";

/** The stage's name, which what is deferred carries. */
export const stageName = "users";

export interface PlanOptions {
  /** Ceiling on the losses (diff.ts) of all changes together: a count, or a share of the active people in IAM. */
  readonly maxLeavers: Users["maxLeavers"];
  /** As 2026-11-22. */
  readonly today: string;
}

export function planUsers(wanted: WantedUsers, found: FoundIam, { maxLeavers, today }: PlanOptions): StagePlan {
  const { changes, impossible, active, unmanaged, warnings } = diffUsers(wanted, found, today);
  const guarded = guard(changes, { impossible, ceiling: ceilingOf(maxLeavers, active) });
  return {
    ...guarded,
    deferred: deferredAccess(wanted),
    unread: [],
    unmanaged,
    warnings,
    cost: predictCost(guarded.changes),
  };
}

/** Nobody has said yet where the users are: the whole stage waits. */
export function deferredUsers(account: string): StagePlan {
  const reason = "the account that holds the users has no id yet";
  const deferred = [{ stage: stageName, account, reason }];
  return { changes: [], held: [], deferred, unread: [], unmanaged: [], warnings: [], cost: predictCost([]) };
}

function ceilingOf(maxLeavers: Users["maxLeavers"], active: number): Ceiling {
  return typeof maxLeavers === "number"
    ? { count: maxLeavers }
    : { percent: Number(maxLeavers.slice(0, -1)), of: active };
}

/** One for each account that a group may enter and that has no id yet. */
function deferredAccess({ groups }: WantedUsers): readonly Deferred[] {
  const byAccount = Map.groupBy(
    groups.flatMap(({ name, accountsWithoutId }) => accountsWithoutId.map((account) => ({ account, name }))),
    ({ account }) => account,
  );
  return [...byAccount].sort().map(([account, entries]) => {
    const names = entries.map(({ name }) => name).join(", ");
    return {
      stage: stageName,
      account,
      reason: `the account has no id yet: the access of ${names} to it is planned once it has`,
    };
  });
}
