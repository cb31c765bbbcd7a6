/** Plans the accounts: reads the organization, compares it with the file, and guards what comes out. */

import { throwAny } from "@bulkhead/core";
import { guard, type Plan } from "@bulkhead/plan";
import { readOrganization, type ReadOptions } from "./actual.ts";
import { predictCost } from "./cost.ts";
import { diffOrganization } from "./diff.ts";
import type { FoundOrganization, WantedOrganization } from "./model.ts";

export interface AccountsPlan {
  readonly plan: Plan;
  readonly found: FoundOrganization;
  /** Ids of the accounts that the file speaks of and that exist, by name. */
  readonly accountIds: ReadonlyMap<string, string>;
}

/** @throws what reading throws, and Accounts.* where the file and the organization contradict each other */
export async function planAccounts(wanted: WantedOrganization, options: ReadOptions): Promise<AccountsPlan> {
  const found = await readOrganization(options);
  const { changes, impossible, unmanaged, warnings, problems, accountIds } = diffOrganization(wanted, found);
  throwAny(problems);
  const { managementAccountId } = wanted;
  const guarded = guard(changes, { impossible });
  return {
    plan: { managementAccountId, ...guarded, deferred: [], unmanaged, warnings, cost: predictCost(guarded.changes) },
    found,
    accountIds,
  };
}
