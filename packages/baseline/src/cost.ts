/** What applying changes of the baseline is expected to take: pure, an estimate. */

import type { Change, Cost } from "@bulkhead/plan";
import { callsToHold } from "@bulkhead/stages";

/** To enter an account, and to prove that we are in it. */
const callsPerAccount = 2;
/** An object is read again and written. */
const callsPerChange = 2;
/** What AWS usually takes to answer. */
const secondsPerCall = 0.15;

export function predictCost(changes: readonly Change[], concurrency: number): Cost {
  if (changes.length === 0) return { calls: 0, seconds: 0 };
  const accounts = new Set(changes.map(({ account }) => account)).size;
  const calls = callsToHold + accounts * callsPerAccount + changes.length * callsPerChange;
  return { calls, seconds: (calls * secondsPerCall) / Math.min(concurrency, changes.length) };
}
