/** Starts and ends the namespaces of a test host, and runs programs in them. Nothing of it outlives this process. */

import { spawn, type ChildProcessByStdio, type SpawnOptions } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { findPackages } from "./install-openssh.ts";

export const REPOSITORY = join(import.meta.dirname, "..", "..", "..", "..");
const BOOT = join(import.meta.dirname, "boot-host.sh");
const NAMESPACES = ["--mount", "--net", "--pid", "--uts", "--ipc"];

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What a program left behind. */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Its whole environment, beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
}

export type Running = ChildProcessByStdio<Writable, Readable, Readable>;

/** The namespaces of a host. */
export interface Namespaces extends AsyncDisposable {
  /** Starts a program as root, in the folder `/`. */
  start(argv: readonly string[], options?: RunOptions): Running;
  /** The process id of its systemd, as this machine counts. */
  readonly init: number;
}

/** @returns once systemd has come up, as far as its basic target */
export async function bootNamespaces(): Promise<Namespaces> {
  const packages = await findPackages();
  // Each kills the next when it ends, from this process on; the end of a PID namespace's first is the end of all in it.
  const unshare = ["unshare", ...NAMESPACES, "--kill-child=KILL", "sh", BOOT, REPOSITORY, ...packages];
  const env = { ...process.env, PATH };
  const outside = spawn("setpriv", ["--pdeathsig", "KILL", ...unshare], { stdio: ["ignore", "pipe", "pipe"], env });
  const ended = new Promise((resolve) => outside.once("close", resolve));
  let log = "";
  for (const stream of [outside.stdout, outside.stderr]) stream.on("data", (text) => (log += text));
  const stop = async (): Promise<void> => {
    outside.kill("SIGKILL");
    await ended;
  };
  try {
    const init = await untilBooted(outside.pid!, () => outside.exitCode !== null || outside.signalCode !== null);
    if (init === undefined) throw new Error(`The test host did not start:\n${log}`);
    return { init, start: (argv, options = {}) => enter(init, argv, options), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function enter(init: number, argv: readonly string[], { env = {} }: RunOptions): Running {
  const into = ["-t", String(init), "-m", "-n", "-p", "-u", "-i", "-C", "-r", "-w", "--"];
  const options = { stdio: "pipe", env: { PATH, HOME: "/root", ...env } } as const satisfies SpawnOptions;
  return spawn("/usr/bin/nsenter", [...into, ...argv], options);
}

export async function finish(child: Running, { input = "" }: RunOptions = {}): Promise<Ran> {
  const texts = [child.stdout, child.stderr].map((stream) => stream.setEncoding("utf8").toArray() as Promise<string[]>);
  child.stdin.on("error", () => undefined).end(input);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (...ended) => {
      resolve(ended);
    });
  });
  const [stdout = [], stderr = []] = await Promise.all(texts);
  return { code, signal, stdout: stdout.join(""), stderr: stderr.join("") };
}

/** @returns the process id of the host's systemd, as this machine counts; undefined where it ended before */
async function untilBooted(outside: number, hasEnded: () => boolean): Promise<number | undefined> {
  while (!hasEnded()) {
    const [init] = await childrenOf(outside);
    if (init !== undefined && (await readlink(`/proc/${init}/exe`).catch(() => "")).endsWith("/systemd")) {
      const state = await finish(enter(init, ["systemctl", "is-system-running", "--wait"], {}));
      if (/running|degraded/.test(state.stdout)) return init;
    }
    await sleep(20);
  }
  return undefined;
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return text.split(" ").filter(Boolean).map(Number);
}
