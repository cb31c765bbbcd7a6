/** Applies a plan: each object is read again, changed only if it still is as planned, in the order of dependencies. */

import { asBulkheadError, BulkheadError, type JsonObject, type Report } from "@bulkhead/core";
import pLimit, { type LimitFunction } from "p-limit";
import type { Change } from "./change.ts";
import { dependencyCycle, unknownKind } from "./errors.ts";
import { standing } from "./standing.ts";

/** How one kind of object is read and written. */
export interface Handler {
  /** The object as it is now, with at least the declared fields; null where it doesn't exist. */
  read(change: Change): Promise<JsonObject | null>;
  /**
   * Makes it so. `current` is what `read` just gave.
   * Everything it does must be safe to do again after being cut off anywhere.
   */
  write(change: Change, current: JsonObject | null): Promise<void>;
  /** How many of this kind may be in work at once; without it, only the run's own concurrency bounds them. */
  readonly concurrency?: number;
}

export interface ApplyOptions {
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly concurrency: number;
  readonly report: Report;
  /** Once aborted nothing new starts; what is in flight is settled. */
  readonly signal: AbortSignal;
}

export type Outcome =
  | {
      readonly status: "done";
      readonly change: Change;
      /** False where it was so already. */ readonly written: boolean;
    }
  | { readonly status: "failed"; readonly change: Change; readonly error: BulkheadError }
  | { readonly status: "refused"; readonly change: Change; readonly reason: string }
  | { readonly status: "not tried"; readonly change: Change; readonly reason: string };

/**
 * Applies the changes and says what became of each, in their order. One that fails stops only those that need it.
 * @throws Plan.DependencyCycle, Plan.UnknownKind before anything is done
 */
export async function applyChanges(changes: readonly Change[], options: ApplyOptions): Promise<readonly Outcome[]> {
  const byId = new Map(changes.map((change) => [change.id, change]));
  checkOrder(byId);
  const lanes = new Map<string, LimitFunction>();
  for (const { kind } of changes) {
    const handler = options.handlers.get(kind);
    if (!handler) throw unknownKind(kind);
    lanes.set(kind, lanes.get(kind) ?? pLimit(handler.concurrency ?? options.concurrency));
  }
  const whole = pLimit(options.concurrency);
  const running = new Map<string, Promise<Outcome>>();

  const settle = (change: Change): Promise<Outcome> => {
    const started = running.get(change.id) ?? start(change);
    running.set(change.id, started);
    return started;
  };
  const start = async (change: Change): Promise<Outcome> => {
    const needed = change.dependsOn.flatMap((id) => byId.get(id) ?? []);
    const blocking = (await Promise.all(needed.map(settle))).find(({ status }) => status !== "done");
    const lane = lanes.get(change.kind) as LimitFunction;
    const outcome = blocking
      ? notTried(change, `${blocking.change.sentence}: ${blocking.status}`)
      : await lane(() => whole(() => applyOne(change, options)));
    announce(outcome, options.report);
    return outcome;
  };
  return Promise.all(changes.map(settle));
}

async function applyOne(change: Change, { handlers, signal }: ApplyOptions): Promise<Outcome> {
  if (signal.aborted) return notTried(change, whyStopped(signal));
  const handler = handlers.get(change.kind) as Handler;
  try {
    const current = await handler.read(change);
    switch (standing(change, current)) {
      case "done":
        return { status: "done", change, written: false };
      case "stale":
        return { status: "refused", change, reason: "it has changed since the plan was made" };
      case "unchanged":
      case "partly":
        await handler.write(change, current);
        return { status: "done", change, written: true };
    }
  } catch (thrown) {
    // A handler that was about to write saw the signal and wrote nothing.
    if (signal.aborted && thrown === signal.reason) return notTried(change, whyStopped(signal));
    return { status: "failed", change, error: asBulkheadError(thrown) };
  }
}

function whyStopped({ reason }: AbortSignal): string {
  return reason instanceof BulkheadError ? reason.message : "interrupted";
}

function notTried(change: Change, reason: string): Outcome {
  return { status: "not tried", change, reason };
}

function announce(outcome: Outcome, report: Report): void {
  const { status, change } = outcome;
  report({ type: "outcome", status, subject: change.id, message: outcomeLine(outcome) });
}

/** One line for a person: what was to happen, and why it didn't. */
export function outcomeLine(outcome: Outcome): string {
  switch (outcome.status) {
    case "done":
      return outcome.written ? outcome.change.sentence : `${outcome.change.sentence}: done already`;
    case "failed":
      return `${outcome.change.sentence}: ${outcome.error.message}`;
    default:
      return `${outcome.change.sentence}: ${outcome.status}, ${outcome.reason}`;
  }
}

function checkOrder(byId: ReadonlyMap<string, Change>): void {
  const finished = new Set<string>();
  const visit = (id: string, trail: readonly string[]): void => {
    if (finished.has(id)) return;
    if (trail.includes(id)) throw dependencyCycle([...trail.slice(trail.indexOf(id)), id]);
    for (const next of byId.get(id)?.dependsOn ?? []) visit(next, [...trail, id]);
    finished.add(id);
  };
  for (const id of byId.keys()) visit(id, []);
}
