/** One piece of work in many accounts side by side, with an outcome for each: a failed account doesn't stop the others. */

import { asBulkheadError, type BulkheadError, type Report } from "@bulkhead/core";
import pLimit from "p-limit";

export type AccountOutcome<A, T> =
  | { readonly account: A; readonly status: "done"; readonly value: T }
  | { readonly account: A; readonly status: "failed"; readonly error: BulkheadError }
  | { readonly account: A; readonly status: "not tried" };

export interface AcrossOptions {
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly report: Report;
  /** What the progress line calls the work. */
  readonly task: string;
}

/** Does `work` for every account and answers in their order. Once aborted, nothing new starts. */
export async function acrossAccounts<A, T>(
  accounts: readonly A[],
  work: (account: A) => Promise<T>,
  { concurrency, signal, report, task }: AcrossOptions,
): Promise<readonly AccountOutcome<A, T>[]> {
  const limit = pLimit(concurrency);
  let done = 0;
  const one = async (account: A): Promise<AccountOutcome<A, T>> => {
    if (signal.aborted) return { account, status: "not tried" };
    try {
      return { account, status: "done", value: await work(account) };
    } catch (thrown) {
      return { account, status: "failed", error: asBulkheadError(thrown) };
    } finally {
      report({ type: "progress", task, done: ++done, total: accounts.length });
    }
  };
  return Promise.all(accounts.map((account) => limit(one, account)));
}
