/** What a stage of a run is: one feature's part of the plan, and how that part is done. */

import type { Handler, Plan, View } from "@bulkhead/plan";

/** A plan as far as one stage knows it. */
export type StagePlan = Omit<Plan, "managementAccountId">;

export interface Stage {
  /** `accounts`, `baseline` or `users`; what is deferred carries it. */
  readonly name: string;
  /** The kinds of changes that are this stage's. */
  readonly kinds: ReadonlySet<string>;
  /** Reads and compares. What can't be planned before an earlier stage is done comes as `deferred`, by account. */
  plan(): Promise<StagePlan>;
  /**
   * Plans what was deferred for these accounts, after the earlier stages have been applied in this very run. May wait
   * for an account that was made a moment ago to be ready, and reports why. What still can't be planned is deferred again.
   */
  planDeferred(accounts: ReadonlySet<string>): Promise<StagePlan>;
  /** What the last plan is shown with, if anything. */
  view?(): View | null;
  /** How each kind is read and written. What `plan` has read in this run may be used. */
  handlers(): ReadonlyMap<string, Handler>;
  /** Before the stage's first write: proves that the credentials belong where they should, and takes the lease. */
  begin(): Promise<void>;
  /** After the run's last write, whatever became of it. */
  end(): Promise<void>;
}
