/** Patience with AWS's copies of itself: what was made a moment ago may be unknown elsewhere for seconds. */

import { BulkheadError } from "@bulkhead/core";
import { awsErrorName, outwait } from "@bulkhead/credentials";

/** What AWS says: the error's name, and its message. */
export type TooEarly = (name: string, message: string) => boolean;

/** Milliseconds; some ten seconds in all. */
const pauses: readonly number[] = [500, 1_000, 2_000, 3_000, 4_000];

/** Does the work, again and again for some ten seconds while AWS says what may only mean that it is too early. */
export function eventually<T>(isTooEarly: TooEarly, work: () => Promise<T>): Promise<T> {
  const reasonToWait = (error: unknown): string | undefined => {
    const said = error instanceof BulkheadError ? error.cause : error;
    const tooEarly = isTooEarly(awsErrorName(error) ?? "", (said as Partial<Error>).message ?? "");
    return tooEarly ? "AWS doesn't know everywhere yet what was just made" : undefined;
  };
  return outwait(work, { reasonToWait, pauses });
}
