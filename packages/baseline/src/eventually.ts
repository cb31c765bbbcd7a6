/** Patience with AWS's copies of itself: what was made a moment ago may be unknown elsewhere for seconds. */

import { BulkheadError } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { setTimeout as sleep } from "node:timers/promises";

/** What AWS says: the error's name, and its message. */
export type TooEarly = (name: string, message: string) => boolean;

/** Milliseconds; some ten seconds in all. */
const usualPauses: readonly number[] = [500, 1_000, 2_000, 3_000, 4_000];

/** Does the work, again and again for some ten seconds while AWS says what may only mean that it is too early. */
export async function eventually<T>(isTooEarly: TooEarly, work: () => Promise<T>, pauses = usualPauses): Promise<T> {
  for (const pause of pauses) {
    try {
      return await work();
    } catch (error) {
      const said = error instanceof BulkheadError ? error.cause : error;
      if (!isTooEarly(awsErrorName(error) ?? "", (said as Partial<Error>).message ?? "")) throw error;
      await sleep(pause);
    }
  }
  return work();
}
