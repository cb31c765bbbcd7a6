/** Shifts an alias's traffic to another version in steps, and turns it back if alarms, ping or the run itself say so. */

import { asBulkheadError, BulkheadError } from "@bulkhead/core";
import { awsErrorName, isUnanswered } from "@bulkhead/credentials";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { setTimeout as sleep } from "node:timers/promises";
import type { DeployRun } from "../../run.ts";
import { ping as pingVersion, type PingDeclaration } from "../ping.ts";
import type { AlarmStates, AlarmWatch } from "./alarms.ts";
import { writeAlias } from "./alias.ts";
import { alarmAlready, alarmMissing, notShared, notTurnedBack } from "./errors.ts";
import type { Shift, Shifted, TrafficDeclaration } from "./model.ts";

/** Milliseconds between two looks at the alarms. */
const rhythm = 5_000;

/**
 * @param alarms one for all functions of the run (`watchAlarms`)
 * @param ping sent to the new version at the end of each step, and first of all where it has traffic already
 * @throws Lambda.AlarmMissing, .AlarmAlready, .NotShared before any traffic is shifted; .AliasMoved where somebody else moved the
 *   alias; .NotTurnedBack
 */
export async function shiftTraffic(
  run: Pick<DeployRun, "context" | "lost">,
  client: LambdaClient,
  alarms: AlarmWatch,
  shift: Shift,
  traffic: TrafficDeclaration,
  ping: PingDeclaration | undefined,
): Promise<Shifted> {
  const { functionName, alias, from, to, step } = shift;
  const { report, signal } = run.context;
  const stop = AbortSignal.any([signal, run.lost]);
  const subject = `${functionName}:${alias}`;
  let { revisionId } = shift;
  /** Whether the new version may have traffic already. */
  let begun = step !== undefined;
  const move = async (version: string, weights: Readonly<Record<string, number>>): Promise<void> => {
    stop.throwIfAborted();
    try {
      revisionId = await writeAlias(client, { functionName, alias, revisionId }, version, weights);
      begun = true;
    } catch (error) {
      begun ||= isUnanswered(error);
      const refused = !begun && awsErrorName(error) === "InvalidParameterValueException";
      throw refused && Object.keys(weights).length > 0 ? notShared(shift, error) : error;
    }
  };
  const back = async (reason: string): Promise<Shifted> => {
    report({ type: "waiting", subject, reason: `${reason}; all traffic goes back to version ${from}` });
    try {
      await writeAlias(client, { functionName, alias, revisionId }, from);
    } catch (error) {
      if (isMoved(error)) throw error;
      throw notTurnedBack(shift, reason, asBulkheadError(error));
    }
    return { outcome: "turned back", reason };
  };

  let trouble: string | undefined;
  try {
    const states = await look(alarms, traffic, 0, stop);
    if (begun) trouble = alarmReason(traffic, states) ?? (await tryPing(client, shift, ping));
    else refuseAlarms(shift, traffic, states);
    for (const share of traffic.steps.slice(step ?? 0)) {
      if (trouble !== undefined) break;
      await move(from, { [to]: share / 100 });
      report({ type: "waiting", subject, reason: sentence(to, share, traffic) });
      trouble = (await watch(alarms, traffic, stop)) ?? (await tryPing(client, shift, ping));
    }
    if (trouble === undefined) await move(to, {});
  } catch (error) {
    if (!begun || isMoved(error)) throw error;
    trouble = reasonOf(error, run);
  }
  return trouble === undefined ? { outcome: "shifted" } : back(trouble);
}

function sentence(to: string, share: number, { waitSeconds, alarms }: TrafficDeclaration): string {
  const watched = alarms.length > 0 ? `, watched by ${alarms.join(", ")}` : "";
  return `version ${to} has ${share} % of the traffic for ${waitSeconds} s${watched}`;
}

/** Watches one step. @returns what speaks against going on */
async function watch(alarms: AlarmWatch, traffic: TrafficDeclaration, stop: AbortSignal): Promise<string | undefined> {
  const end = Date.now() + traffic.waitSeconds * 1_000;
  for (;;) {
    const left = Math.max(0, end - Date.now());
    const states = await look(alarms, traffic, Math.min(left, rhythm), stop);
    const reason = alarmReason(traffic, states);
    if (reason !== undefined || Date.now() >= end) return reason;
  }
}

/** The alarms' states within a time; without alarms, the time only. */
async function look(
  alarms: AlarmWatch,
  traffic: TrafficDeclaration,
  within: number,
  stop: AbortSignal,
): Promise<AlarmStates> {
  if (traffic.alarms.length > 0) return alarms.look(traffic.alarms, within, stop);
  await sleep(within, undefined, { signal: stop });
  return new Map();
}

const inAlarm = ({ alarms }: TrafficDeclaration, states: AlarmStates): readonly string[] =>
  alarms.filter((name) => states.get(name) === "ALARM");
const missing = ({ alarms }: TrafficDeclaration, states: AlarmStates): readonly string[] =>
  alarms.filter((name) => !states.has(name));

function refuseAlarms(shift: Shift, traffic: TrafficDeclaration, states: AlarmStates): void {
  const absent = missing(traffic, states);
  if (absent.length > 0) throw alarmMissing(shift, absent);
  const ringing = inAlarm(traffic, states);
  if (ringing.length > 0) throw alarmAlready(shift, ringing);
}

function alarmReason(traffic: TrafficDeclaration, states: AlarmStates): string | undefined {
  const ringing = inAlarm(traffic, states);
  if (ringing.length > 0) return `${ringing.join(", ")} went into ALARM`;
  const absent = missing(traffic, states);
  return absent.length > 0 ? `${absent.join(", ")} no longer exists` : undefined;
}

async function tryPing(
  client: LambdaClient,
  { functionName, to }: Shift,
  ping: PingDeclaration | undefined,
): Promise<string | undefined> {
  if (ping === undefined) return undefined;
  const result = await pingVersion(client, functionName, to, ping);
  return result.ok ? undefined : `the ping of version ${to} failed: ${result.reason}`;
}

function reasonOf(error: unknown, { context, lost }: Pick<DeployRun, "context" | "lost">): string {
  if (lost.aborted) return asBulkheadError(lost.reason).message;
  return context.signal.aborted ? "interrupted" : asBulkheadError(error).message;
}

function isMoved(error: unknown): boolean {
  return error instanceof BulkheadError && error.code === "Lambda.AliasMoved";
}

/**
 * Gives all traffic to the alias's own version: what an earlier run has begun, and isn't wanted any more.
 * @returns the alias's new revision id
 * @throws Lambda.AliasMoved
 */
export async function turnBack(client: LambdaClient, shift: Omit<Shift, "to" | "step">): Promise<string> {
  return writeAlias(client, shift, shift.from);
}
