// What can go wrong with a call, one fault of each kind, for tests in which every call of a command goes wrong once.
import type { Fault } from "./faults.ts";

const faults: readonly Fault[] = [
  { kind: "cut" },
  { kind: "fail", status: 503, code: "ServiceUnavailable", message: "later" },
  { kind: "cutAfter" },
  { kind: "fail", status: 400, code: "Throttling", message: "Rate exceeded" },
  { kind: "half" },
  { kind: "notAws" },
];

/**
 * Each with the first call that it strikes, for `it.each`. It strikes again after as many calls as there are faults: so
 * all together they go through every call.
 */
export const everyFault: readonly (readonly [fault: Fault, firstCall: number])[] = faults.map(
  (fault, index) => [fault, index + 1] as const,
);
