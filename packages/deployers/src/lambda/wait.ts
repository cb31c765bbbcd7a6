/** Waiting for Lambda: versions that are made ready, updates that are under way, and roles that IAM doesn't show everywhere yet. */

import type { LambdaClient } from "@aws-sdk/client-lambda";
import { awsErrorName } from "@bulkhead/credentials";
import { setTimeout as sleep } from "node:timers/promises";
import type { DeployRun } from "../run.ts";
import { readVersion } from "./actual.ts";
import { awsMessage, stillBusy, versionFailed } from "./errors.ts";
import type { FoundVersion } from "./model.ts";

const firstPause = 200;
const longestPause = 5_000;
/** A snapshot or a network takes minutes. */
export const patienceMinutes = 15;

type Waiter = Pick<DeployRun, "context">;

/**
 * Waits until a version, or `$LATEST`, can be used.
 * @param seen as it was read last, which may be enough
 * @throws Lambda.VersionFailed with AWS's reason, Lambda.StillBusy; the signal's reason on Ctrl-C
 */
export async function waitUntilReady(
  waiter: Waiter,
  client: LambdaClient,
  name: string,
  seen: FoundVersion,
): Promise<FoundVersion> {
  const found = await waitUntilSettled(waiter, client, name, seen);
  if (found.update === "Failed") throw versionFailed(name, found.version, found.updateReason);
  if (found.state === "Failed") throw versionFailed(name, found.version, found.stateReason);
  return found;
}

/**
 * Waits until nothing is under way, however it ends.
 * @throws Lambda.VersionFailed where it was deleted, Lambda.StillBusy; the signal's reason on Ctrl-C
 */
export async function waitUntilSettled(
  { context: { report, signal } }: Waiter,
  client: LambdaClient,
  name: string,
  seen: FoundVersion,
): Promise<FoundVersion> {
  const giveUpAt = Date.now() + patienceMinutes * 60_000;
  const { version } = seen;
  for (let found = seen, pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    if (found.state !== "Pending" && found.update !== "InProgress") return found;
    if (Date.now() >= giveUpAt) throw stillBusy(name, version, patienceMinutes);
    if (found === seen) report({ type: "waiting", subject: name, reason: `version ${version} isn't ready yet` });
    await rest(pause, signal);
    const next = await readVersion(client, name, version);
    if (!next) throw versionFailed(name, version, "it was deleted");
    found = next;
  }
}

/** Waits for some milliseconds. @throws the signal's reason on Ctrl-C */
export async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    // The timer's own error only says that there was one.
    signal.throwIfAborted();
    throw error;
  }
}

/** Seconds between two tries: a new role is known everywhere after some ten seconds. */
const pauses = [1, 2, 4, 8, 8];

/** Sends what needs a role, again while the role is so new that Lambda doesn't know it yet. */
export async function whenRoleIsKnown<T>(
  { context: { report, signal } }: Waiter,
  name: string,
  send: () => Promise<T>,
): Promise<T> {
  for (const seconds of pauses) {
    try {
      return await send();
    } catch (error) {
      if (!isRoleUnknown(error)) throw error;
      report({ type: "waiting", subject: name, reason: "its role can't be assumed by Lambda yet" });
      await rest(seconds * 1_000, signal);
    }
  }
  return send();
}

function isRoleUnknown(error: unknown): boolean {
  return (
    awsErrorName(error) === "InvalidParameterValueException" && /cannot be assumed by Lambda/.test(awsMessage(error))
  );
}
