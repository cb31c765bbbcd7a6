// Starts a simulator of AWS, a Python program, so that nothing of it outlives this process.
//
// Python waits for the end of its standard input, which the kernel closes however this process ends, SIGKILL
// included; it then removes its working folder, which it made itself, and leaves.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { findPython, type PythonPackages } from "./python.ts";

const LOG_LIMIT = 64 * 1024;
const STOP_MS = 5_000;

/** A running simulator. */
export interface Simulator {
  readonly port: number;
  readonly pid: number;
  /** Its working folder, removed when it ends. */
  readonly folder: string;
  /** The last that it wrote to standard error: the request log, and the traceback of a call that failed in it. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Runs a Python program that serves on a free port of the loopback interface, and waits for its first line: the port and
 * the working folder that it made for itself.
 */
export async function startSimulator(
  packages: PythonPackages,
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<Simulator> {
  const python = await findPython(packages);
  const child = spawn(python.executable, [...python.args, "-c", program], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      TMPDIR: process.env["TMPDIR"],
      HOME: process.env["HOME"],
      ...python.env,
      ...env,
    },
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-LOG_LIMIT);
  });
  child.stdin.on("error", () => undefined);
  const exited = new Promise<void>((resolve) => {
    child.once("close", () => {
      resolve();
    });
    child.once("error", (error) => {
      log += error.message;
      resolve();
    });
  });

  const lines = createInterface(child.stdout);
  const first = await Promise.race([once(lines, "line"), exited]);
  const ready = /^(\d+) (.+)$/.exec(String(first?.[0]));
  if (ready === null || child.pid === undefined) throw new Error(`${packages.main} did not start:\n${log}`);

  return {
    port: Number(ready[1]),
    pid: child.pid,
    folder: String(ready[2]),
    log: () => log,
    async stop() {
      child.stdin.end();
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await exited;
      clearTimeout(late);
    },
  };
}
