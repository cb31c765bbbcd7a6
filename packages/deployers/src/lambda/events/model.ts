/** What wiring is: an event source and a function's alias, as it is wanted, as it was found, and what is to change. */

import type { Json, Where } from "@bulkhead/core";

/** The function whose alias hears of events. */
export interface WiredFunction {
  readonly functionName: string;
  readonly alias: string;
  /** Whether the alias exists; if it doesn't, nothing is asked of AWS. */
  readonly exists: boolean;
}

export const eventKinds = ["sqs", "kinesis", "dynamodb", "s3", "sns", "schedule", "pattern", "logs"] as const;
export type EventKind = (typeof eventKinds)[number];

/** Settings by AWS's own names; null where one isn't set. */
export type Settings = Readonly<Record<string, Json>>;

/** One wiring, as it is wanted. */
export interface Wiring {
  readonly kind: EventKind;
  /** What makes it this one and no other among all of its kind at the alias. */
  readonly id: string;
  /** Where the events come from: an ARN, or the name of a log group. */
  readonly source: string;
  readonly settings: Settings;
  /** What lets the source invoke the alias; undefined where Lambda itself fetches the events. */
  readonly permission: Permission | undefined;
  /** Where a new mapping begins to read its stream; later it can't be changed. */
  readonly position?: "LATEST" | "TRIM_HORIZON" | undefined;
  readonly where?: Where | undefined;
}

/** A statement of the alias's policy. */
export interface Permission {
  readonly sid: string;
  /** `s3.amazonaws.com` */
  readonly principal: string;
  readonly sourceArn: string;
  /** Undefined where the ARN says it. */
  readonly sourceAccount: string | undefined;
}

/** One wiring, as it was found; proven to be ours. */
export interface FoundWiring extends Pick<Wiring, "kind" | "id" | "source" | "settings"> {
  /** AWS's own id, where it has one: a mapping's UUID, a subscription's ARN. */
  readonly handle: string | undefined;
  /** The statement that it needs, whether it is there or not. */
  readonly sid: string | undefined;
}

/** What was found at some sources. */
export type Reading = Pick<Found, "wirings" | "unmanaged">;

/** What is wired to an alias. */
export interface Found {
  readonly wirings: readonly FoundWiring[];
  /** The statements of the alias's policy that are ours. */
  readonly permissions: readonly Permission[];
  /** Sentences about what others have wired to the alias. */
  readonly unmanaged: readonly string[];
}

export interface SettingChange {
  readonly name: string;
  readonly before: Json;
  readonly after: Json;
}

/** One change, as a plan shows it. */
export interface EventChange {
  readonly action: "create" | "update" | "delete";
  readonly kind: EventKind;
  readonly id: string;
  readonly source: string;
  readonly settings: readonly SettingChange[];
  /** `sqs arn:…:orders: BatchSize 10 → 5` */
  readonly sentence: string;
}

/** One change with all that carrying it out needs. */
export interface WiringStep {
  readonly change: EventChange;
  readonly wanted: Wiring | undefined;
  readonly found: FoundWiring | undefined;
}

export interface EventPlan {
  readonly changes: readonly EventChange[];
  readonly unmanaged: readonly string[];
}
