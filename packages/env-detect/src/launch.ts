/** Runs the command after `--` as if it had been typed by itself: same streams, signals and exit status. */

import { EnvironmentError } from "./errors.ts";

/** On a terminal, Ctrl-C and Ctrl-\ reach the whole process group; a second one makes some tools give up at once. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];
const SIGNALS: readonly NodeJS.Signals[] = [...FROM_TERMINAL, "SIGTERM", "SIGHUP", "SIGUSR2"];

/**
 * Starts the command, and waits for it.
 * @returns its exit status, or 128 and the signal's number as in a shell
 * @throws EnvironmentError `EnvDetect.CommandNotFound`, `EnvDetect.CommandNotExecutable`
 */
export async function launch(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { constants } = process.getBuiltinModule("node:os");
  const child = process.getBuiltinModule("node:child_process").spawn(command, args, { stdio: "inherit", env });
  const forward = (signal: NodeJS.Signals): void => {
    if (!(FROM_TERMINAL.includes(signal) && process.stdin.isTTY)) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on("error", (error: NodeJS.ErrnoException) => reject(notStarted(command, error)));
      child.on("exit", (status, signal) => resolve(signal === null ? (status ?? 1) : 128 + constants.signals[signal]));
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

function notStarted(command: string, error: NodeJS.ErrnoException): EnvironmentError {
  return error.code === "ENOENT"
    ? new EnvironmentError("EnvDetect.CommandNotFound", `${command}: there is no such command.`, undefined, error)
    : new EnvironmentError(
        "EnvDetect.CommandNotExecutable",
        `${command} can't be started (${error.code ?? error.message}).`,
        undefined,
        error,
      );
}
