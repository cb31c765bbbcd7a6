/** `--skip-superseded`: units that run a newer commit than the one that is checked out, for which this job came too late. */

import { comesBefore } from "./checkout.ts";
import { ageUnknown, noCommit } from "./errors.ts";
import type { Receipt, ReceiptBook } from "./model.ts";

/**
 * @param lastOf a unit's last receipt: read under the lease, so that no job can come between, and settled where a job
 *   was cut off, whose commit may be the newer one
 * @returns the newer commit that each superseded unit runs
 * @throws Receipt.NoCommit, Receipt.AgeUnknown
 */
export async function findSuperseded(
  book: Pick<ReceiptBook, "checkout">,
  folder: string,
  units: readonly string[],
  lastOf: (unit: string) => Promise<Receipt | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const { commit } = await book.checkout();
  if (commit === null) throw noCommit("--skip-superseded");
  const newer = new Map<string, string>();
  for (const unit of units) {
    const last = await lastOf(unit);
    const runs = (last?.result === "begun" ? last.from : last?.to)?.commit ?? null;
    if (runs === null) continue;
    const before = await comesBefore(folder, commit, runs);
    if (before === undefined) throw ageUnknown(unit, runs);
    if (before) newer.set(unit, runs);
  }
  return newer;
}
