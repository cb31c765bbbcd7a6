/** Hooks: commands of the user's own, before and after. What they print is a detail; how they end decides. */

import { asBulkheadError, type BulkheadError } from "@bulkhead/core";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { hookFailed } from "./errors.ts";
import type { DeployRun } from "./run.ts";

/**
 * Runs commands by the shell, one after the other; the first only inside the fence, for they may write.
 * @throws Deploy.OutsideFence; Hook.Failed at the first that fails
 */
export async function runHooks(
  commands: readonly string[] | undefined,
  { context: { env, report, signal }, target, prove }: Pick<DeployRun, "context" | "target" | "prove">,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (!commands || commands.length === 0) return;
  await prove();
  const variables = {
    ...env,
    BULKHEAD_APPLICATION: target.application,
    BULKHEAD_ENVIRONMENT: target.environment ?? "",
    BULKHEAD_ACCOUNT: target.account,
    BULKHEAD_REGION: target.region,
    ...more,
  };
  for (const command of commands) {
    signal.throwIfAborted();
    report({ type: "waiting", subject: "hook", reason: command });
    // Its input is empty, so that no command waits for a person who isn't asked.
    const child = spawn(command, { shell: true, env: variables, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => report({ type: "detail", message: stripVTControlCharacters(line) }));
    }
    const ending = await new Promise<string | undefined>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, killed) => resolve(code === 0 ? undefined : (killed ?? `exit status ${code}`)));
    });
    if (ending !== undefined) throw hookFailed(command, ending);
  }
}

/** Runs the last hooks of all. @returns how they failed, so that it is told with what was deployed */
export async function endWith(run: DeployRun): Promise<BulkheadError | undefined> {
  try {
    await runHooks(run.target.hooks.after, run);
    return undefined;
  } catch (error) {
    if (error === run.context.signal.reason) throw error;
    return asBulkheadError(error);
  }
}
