/**
 * When a directory that failed is tried again: pure.
 *
 *   what failed                 | first try after | at the latest after
 *   ----------------------------+-----------------+--------------------------------------
 *   no server can be reached    | 0.1 s           | 1 s: it costs no server anything
 *   anything else               | 0.1 s           | 30 s
 *   the password was refused    | `refused-bind.ts` says
 */

import type { BulkheadError } from "@bulkhead/core";

const FIRST_MS = 100;
const UNREACHABLE_MS = 1_000;
const LONGEST_MS = 30_000;
/** Who served for so long hasn't failed again, but anew. */
export const STEADY_MS = 2 * LONGEST_MS;

/**
 * Doubles each time; by chance up to half of it is left out, so that many hosts don't come back at once.
 * @param before how many failures came before, without a steady time between
 * @param free whether the try costs no server anything
 * @param random from 0 to 1
 * @returns milliseconds
 */
export function retryAfter(before: number, free: boolean, random: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(before, 20), free ? UNREACHABLE_MS : LONGEST_MS) * (1 - random / 2);
}

export function isUnreachable({ code, parts }: BulkheadError): boolean {
  return code === "Directory.Unreachable" && parts.every((part) => part.code === code);
}
