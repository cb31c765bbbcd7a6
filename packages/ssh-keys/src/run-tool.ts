/** Runs one of the host's own tools: without a shell, in English, and with nothing of this process's environment. */

import { spawn } from "node:child_process";
import { basename } from "node:path";
import { text } from "node:stream/consumers";
import { toolFailed, toolMissing } from "./errors.ts";

const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

/** Milliseconds: one that waits for a name service or a file server that is gone would hold up whoever leaves after. */
const usualPatienceMs = 300_000;

/**
 * @param input what it reads on stdin; nothing without it
 * @param patienceMs how long it may take
 * @returns what it wrote on stdout
 * @throws BulkheadError Ssh.ToolMissing; Ssh.ToolFailed, if it ends otherwise than with 0, or has to be ended
 */
export async function runTool(
  file: string,
  args: readonly string[],
  input = "",
  patienceMs = usualPatienceMs,
): Promise<string> {
  const child = spawn(file, args, {
    env,
    cwd: "/",
    stdio: "pipe",
    signal: AbortSignal.timeout(patienceMs),
    killSignal: "SIGKILL",
  });
  const ended = new Promise<string | null>((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") reject(toolMissing(basename(file)));
      else reject(toolFailed(basename(file), "", cause.code === "ABORT_ERR" ? "it didn't come to an end" : cause));
    });
    child.once("close", (code, signal) => {
      resolve(code === 0 ? null : `it ended with ${code ?? signal}`);
    });
  });
  child.stdin.on("error", () => undefined).end(input);
  const [failure, output, said] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (failure !== null) throw toolFailed(basename(file), said || output, failure);
  return output;
}
