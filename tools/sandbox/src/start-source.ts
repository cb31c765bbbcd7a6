// Starts a program from its source in a process of its own, so that it can be killed like one.
import { spawn, type ChildProcess } from "node:child_process";

/** @param env what it sees beside this process's own environment */
export function startSource(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(process.execPath, ["--conditions=@bulkhead/source", file, ...args], {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
}
