/** Parts of a run are tried each by itself: what stops the whole run is told once, and an interruption is no failure. */

import { asBulkheadError, cleanLines, type BulkheadError, type JsonObject, type Style } from "@bulkhead/core";
import pLimit from "p-limit";
import type { DeployRun } from "./run.ts";

/** A part of what is deployed: a stack, or a function. */
export interface Part {
  /** In the deploy file. */
  readonly key: string;
  /** In AWS. */
  readonly name: string;
}

export type NotDone =
  | { readonly status: "failed"; readonly error: BulkheadError }
  | { readonly status: "not tried"; readonly reason: string };

/** Does the work for one part, and waits while as many others as `--concurrency` says are worked on. */
export type Attempt = <T>(work: () => Promise<T>) => Promise<T | NotDone>;

/** One for all parts of a run. */
export function attempts({ context: { flags, signal } }: Pick<DeployRun, "context">): Attempt {
  const limit = pLimit(flags.concurrency);
  const told = new Set<BulkheadError>();
  const interrupted: NotDone = { status: "not tried", reason: "interrupted" };
  return (work) =>
    limit(async () => {
      if (signal.aborted) return interrupted;
      try {
        return await work();
      } catch (thrown) {
        if (thrown === signal.reason) return interrupted;
        const error = asBulkheadError(thrown);
        // The fence and the lease stop all parts by the same error.
        if (told.has(error)) return { status: "not tried", reason: `as for the others (${error.code})` };
        told.add(error);
        return { status: "failed", error };
      }
    });
}

export function notDoneDocument(one: NotDone): JsonObject {
  if (one.status === "not tried") return { status: one.status, reason: one.reason };
  const { code, message, next } = one.error;
  return { status: one.status, code, message, next: next ?? null };
}

/** @param subject what wasn't done, by its name */
export function renderNotDone(subject: string, one: NotDone, style: Style): string {
  if (one.status === "not tried") return `${style.dim("-")} ${subject}: ${notDoneSentence(one)}`;
  const { code, message, next } = one.error;
  const advice = next === undefined ? "" : `\n    ${cleanLines(next)}`;
  return `${style.removed("✗")} ${subject}: ${cleanLines(message)} ${style.dim(`(${code})`)}${advice}`;
}

export function notDoneSentence(one: NotDone): string {
  return one.status === "failed" ? one.error.message : `not tried, ${one.reason}`;
}
