/** Waiting for Lambda: versions that are made ready, updates that are under way, and roles that IAM doesn't show everywhere yet. */

import type { LambdaClient } from "@aws-sdk/client-lambda";
import { awsErrorName, outwait, wait } from "@bulkhead/credentials";
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
    await wait(pause, signal);
    const next = await readVersion(client, name, version);
    if (!next) throw versionFailed(name, version, "it was deleted");
    found = next;
  }
}

/** Milliseconds: a new role is known everywhere after some ten seconds. */
const rolePauses = [1_000, 2_000, 4_000, 8_000, 8_000];

/** Sends what needs a role, again while the role is so new that Lambda doesn't know it yet. */
export function whenRoleIsKnown<T>(
  { context: { report, signal } }: Waiter,
  name: string,
  send: () => Promise<T>,
): Promise<T> {
  return outwait(send, {
    reasonToWait: (error) => (isRoleUnknown(error) ? "its role can't be assumed by Lambda yet" : undefined),
    pauses: rolePauses,
    tell: (reason) => {
      report({ type: "waiting", subject: name, reason });
    },
    signal,
  });
}

function isRoleUnknown(error: unknown): boolean {
  return (
    awsErrorName(error) === "InvalidParameterValueException" && /cannot be assumed by Lambda/.test(awsMessage(error))
  );
}
