/** Gives an alias's traffic to a version: tried by a ping first, at once or step by step. */

import { CreateAliasCommand } from "@aws-sdk/client-lambda";
import { pingFailed, turnedBack } from "./errors.ts";
import type { FunctionDeclaration } from "./model.ts";
import { ping } from "./ping.ts";
import type { Tools } from "./plan.ts";
import type { FoundAlias, TrafficDeclaration } from "./traffic/model.ts";
import { shiftTraffic } from "./traffic/shift.ts";

const atOnce: TrafficDeclaration = { steps: [], waitSeconds: 0, alarms: [] };

/**
 * @param found null: there is no alias yet, and so no traffic to be shifted
 * @param step the first to go of a shift that an earlier run has begun
 * @throws Lambda.PingFailed, where the alias stays; Lambda.TurnedBack; what shifting throws
 */
export async function giveTraffic(
  { run, client, alarms }: Pick<Tools, "run" | "client" | "alarms">,
  declaration: Pick<FunctionDeclaration, "name" | "alias" | "ping" | "traffic">,
  found: FoundAlias | null,
  version: string,
  step?: number,
): Promise<void> {
  const { name, alias, traffic, ping: declared } = declaration;
  // A shift that is taken up does both itself: what speaks against it has to turn it back.
  if (step === undefined) {
    const result = declared && (await ping(client, name, version, declared));
    if (result?.ok === false) throw pingFailed(name, version, alias, result.reason);
    run.context.signal.throwIfAborted();
    run.lost.throwIfAborted();
  }
  if (!found) {
    await client.send(new CreateAliasCommand({ FunctionName: name, Name: alias, FunctionVersion: version }));
    return;
  }
  const shift = { functionName: name, alias, from: found.version, to: version, revisionId: found.revisionId, step };
  // An alias that by hand points to $LATEST can't have weights.
  const how = found.version === "$LATEST" ? atOnce : (traffic ?? atOnce);
  const result = await shiftTraffic(run, client, alarms, shift, how, declared);
  if (result.outcome === "turned back") throw turnedBack(name, version, result.reason);
}
