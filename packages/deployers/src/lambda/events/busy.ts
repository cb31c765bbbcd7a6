/** Patience with what AWS is still working on, or doesn't know everywhere yet. */

import { awsErrorName, growingPauses, outwait } from "@bulkhead/credentials";
import { awsMessage } from "../errors.ts";

/**
 * Does the work again while AWS refuses it in these words.
 * @param isBusy of the error's name and message
 * @param minutes how long at the most
 */
export function whileBusy<T>(
  isBusy: (name: string, message: string) => boolean,
  signal: AbortSignal,
  work: () => Promise<T>,
  minutes = 1,
): Promise<T> {
  const reasonToWait = (error: unknown): string | undefined =>
    isBusy(awsErrorName(error) ?? "", awsMessage(error)) ? "AWS isn't ready for it yet" : undefined;
  const pauses = growingPauses({ first: 200, longest: 5_000, total: minutes * 60_000 });
  return outwait(work, { reasonToWait, pauses, signal });
}
