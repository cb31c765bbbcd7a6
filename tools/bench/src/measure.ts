/** Runs a program and measures it: the time until it has ended, and the most memory that it had. */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Ran {
  readonly exitCode: number | null;
  readonly seconds: number;
  /** Null where the kernel doesn't tell (anything but Linux). */
  readonly megabytes: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** The kernel keeps the peak (VmHWM); only what is gained after the last look is missed. */
const sampleMs = 10;

export async function runProgram({ command, args, env, cwd }: Program): Promise<Ran> {
  const started = performance.now();
  const child = spawn(command, args, { cwd, env: cleanEnv(env), stdio: ["ignore", "pipe", "pipe"] });
  let megabytes: number | null = null;
  const sample = setInterval(() => (megabytes = peakMegabytes(child.pid) ?? megabytes), sampleMs);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  }
  let seconds = 0;
  child.once("exit", () => (seconds = (performance.now() - started) / 1000));
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject).on("close", resolve);
    });
    return { exitCode, seconds, megabytes, ...texts };
  } finally {
    clearInterval(sample);
  }
}

/** Nothing of the user's own AWS configuration or terminal reaches what is measured. */
function cleanEnv(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { PATH = "", HOME = "", TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...env };
}

/** An empty variable means to SDKs of other languages what it says: a profile without a name. */
export function withoutEmpty(env: Readonly<Record<string, string>>): Program["env"] {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

function peakMegabytes(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
