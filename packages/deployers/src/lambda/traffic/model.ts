/** What shifting traffic is: how it was declared, between which versions, and how it ended. */

export interface TrafficDeclaration {
  /** How much of the traffic the new version gets, step by step: rising percentages above 0 and below 100. */
  readonly steps: readonly number[];
  /** How long each step is watched, in seconds. */
  readonly waitSeconds: number;
  /** Names of CloudWatch alarms; one that goes off turns the traffic back. */
  readonly alarms: readonly string[];
}

/** An alias, as GetAlias says it. */
export interface FoundAlias {
  /** The version that has the traffic, or most of it. */
  readonly version: string;
  /** The weights of other versions, above 0 and at most 1; AWS allows one such version. */
  readonly weights: ReadonlyMap<string, number>;
  readonly revisionId: string;
}

export interface Shift {
  readonly functionName: string;
  readonly alias: string;
  /** The version that had all traffic, and gets it again if something goes wrong. */
  readonly from: string;
  readonly to: string;
  /** The alias's, as it was read last: somebody else's change in between is never written over. */
  readonly revisionId: string;
  /** The first of the steps to go, where an earlier run has begun the shift. */
  readonly step?: number | undefined;
}

export type Shifted = { readonly outcome: "shifted" } | { readonly outcome: "turned back"; readonly reason: string };
