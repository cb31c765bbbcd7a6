/**
 * What is to become of a shift that an earlier run may have left half-way. Pure.
 *
 *   weighted version | last receipt                                  | decision
 *   -----------------+-----------------------------------------------+------------------------------------------
 *   none             | any                                           | none: there is no shift
 *   the wanted one   | begun from the alias's version to this one;   | take up at the first step not below it
 *                    | or there is none                              |
 *   the wanted one   | anything else: nobody's deployment gave it    | turn back
 *   another          | any                                           | turn back
 *
 * Turning back gives all traffic to the alias's own version.
 */

import type { FoundAlias, TrafficDeclaration } from "./model.ts";

/** Of the last receipt, what counts here. */
export interface LastDeployment {
  /** Versions; undefined where there was none. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly result: string;
}

export interface WantedShift {
  /** The version that is to have the traffic; undefined where none is as wanted yet. */
  readonly version: string | undefined;
  /** Empty: all at once. */
  readonly steps: TrafficDeclaration["steps"];
}

export type ShiftState =
  | { readonly action: "none" }
  | { readonly action: "take up"; /** Index of the step to begin with. */ readonly step: number }
  | { readonly action: "turn back"; readonly reason: string };

/** @param receipt the unit's last receipt, where it has one */
export function shiftState(
  { version, weights }: Pick<FoundAlias, "version" | "weights">,
  wanted: WantedShift,
  receipt: LastDeployment | undefined,
): ShiftState {
  const [weighted, ...more] = [...weights].filter(([, weight]) => weight > 0);
  if (weighted === undefined) return { action: "none" };
  const [other, weight] = weighted;
  const share = `version ${other} has ${percent(weight)} of the traffic`;
  if (more.length > 0 || other !== wanted.version) {
    return { action: "turn back", reason: `${share}, but isn't what is deployed now` };
  }
  const ours = receipt?.result === "begun" && receipt.from === version && receipt.to === other;
  if (receipt !== undefined && !ours) {
    return { action: "turn back", reason: `${share}, but no deployment that is under way gave it that` };
  }
  const step = wanted.steps.findIndex((percentage) => percentage / 100 >= weight);
  return { action: "take up", step: step < 0 ? wanted.steps.length : step };
}

/** A weight as a person reads it. */
export function percent(weight: number): string {
  return `${Number((weight * 100).toFixed(2))} %`;
}
