/** Plans the accounts: reads the organization, compares it with the file, and guards what comes out. */

import { throwAny } from "@bulkhead/core";
import { guard, type Plan } from "@bulkhead/plan";
import pLimit from "p-limit";
import { readOrganization, readTags, type ReadOptions } from "./actual.ts";
import { predictCost } from "./cost.ts";
import { diffOrganization } from "./diff.ts";
import { kinds, type FoundOrganization, type WantedOrganization } from "./model.ts";

export interface AccountsPlan {
  readonly plan: Plan;
  readonly found: FoundOrganization;
  /** Ids of the accounts that the file speaks of and that exist, by name. */
  readonly accountIds: ReadonlyMap<string, string>;
  /** Names of the accounts that are suspended or closed. */
  readonly inactive: readonly string[];
}

/** @throws what reading throws, and Accounts.* where the file and the organization contradict each other */
export async function planAccounts(wanted: WantedOrganization, options: ReadOptions): Promise<AccountsPlan> {
  const found = await confirmTags(await readOrganization(options), wanted, options);
  const { changes, impossible, unmanaged, warnings, problems, inactive, accountIds } = diffOrganization(wanted, found);
  throwAny(problems);
  const { managementAccountId } = wanted;
  const guarded = guard(changes, { impossible });
  return {
    plan: {
      managementAccountId,
      ...guarded,
      deferred: [],
      unread: [],
      unmanaged,
      warnings,
      cost: predictCost(guarded.changes),
    },
    found,
    accountIds,
    inactive,
  };
}

/** Tags that came in a batch may be a moment old: those that would change something are asked for again, one by one. */
async function confirmTags(
  found: FoundOrganization,
  wanted: WantedOrganization,
  { api, concurrency }: ReadOptions,
): Promise<FoundOrganization> {
  const { changes } = diffOrganization(wanted, found);
  const concerned = new Set(changes.filter(({ kind }) => kind === kinds.account).map(({ before }) => before?.["id"]));
  const limit = pLimit(concurrency);
  const accounts = found.accounts.map(async (account) => {
    const again = account.tagsMayBeOld && concerned.has(account.id);
    return again ? { ...account, tags: await limit(() => readTags(api, account.id)), tagsMayBeOld: false } : account;
  });
  return { ...found, accounts: await Promise.all(accounts) };
}
