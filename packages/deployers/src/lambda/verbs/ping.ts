/** `ping`: sends the functions' aliases the ping that is declared. */

import type { Result } from "@bulkhead/core";
import { LambdaClient } from "@aws-sdk/client-lambda";
import pLimit from "p-limit";
import { exitCodeOf, placeOf, type DeployRun } from "../../run.ts";
import { chosenFunctions } from "../chosen.ts";
import { noPing } from "../errors.ts";
import { ping } from "../ping.ts";

export async function runPing(run: DeployRun): Promise<Result> {
  const { args, flags } = run.context;
  const functions = chosenFunctions(run.target.functions, args);
  // Who names a function wants it to be tried; of all, those are tried that can be.
  const silent = functions.find(({ ping }) => ping === undefined);
  if (silent && args.length > 0) throw noPing(silent.name);
  await run.prove();
  const client = run.access.client(LambdaClient, run.place);
  const limit = pLimit(flags.concurrency);
  const pings = await Promise.all(
    functions.map((declaration) =>
      limit(async () => {
        const { key, name, alias } = declaration;
        if (!declaration.ping) return { key, name, status: "not tried", reason: "no ping is declared" };
        const result = await ping(client, name, alias, declaration.ping);
        return { key, name, status: result.ok ? "ok" : "failed", reason: result.ok ? null : result.reason };
      }),
    ),
  );
  return {
    exitCode: exitCodeOf(pings.some(({ status }) => status === "failed")),
    document: { kind: "pings", version: 1, ...placeOf(run), functions: pings },
    text: (style) =>
      pings
        .map(({ name, status, reason }) => {
          if (status === "ok") return `${style.added("✓")} ${name}: it answers`;
          return `${status === "failed" ? style.removed("✗") : style.dim("-")} ${name}: ${reason}`;
        })
        .join("\n"),
  };
}
