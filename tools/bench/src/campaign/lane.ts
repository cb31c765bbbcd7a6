/** A sandbox with a folder and the built `bulkhead`: one of the places where the campaign works side by side. */

import { startSandbox, type Sandbox } from "@bulkhead/sandbox";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../folders.ts";
import type { LandingZone } from "./estates.ts";

export interface Programs {
  /** The script of the built `bulkhead`. */
  readonly cli: string;
  /** The bundled `fast-timers.ts`. */
  readonly fastTimers: string;
}

export interface Ended {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly hung: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of `bulkhead` that is under way. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Somebody with a folder of their own: a landing zone file, a lock file, a session cache. */
export interface Operator {
  write(file: LandingZone): Promise<void>;
  start(...args: string[]): Running;
  run(...args: string[]): Promise<Ended>;
}

export interface Lane extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Empties AWS and the operators' folders. */
  reset(): Promise<void>;
  operator(name: string): Operator;
}

/** Longer than any run takes by itself. */
const patience = 90_000;

export async function openLane({ cli, fastTimers }: Programs): Promise<Lane> {
  const sandbox = await startSandbox({ createAccountPolls: 1 });
  const folder = await temporaryFolder();
  const { PATH = "", HOME = "" } = process.env;

  const operator = (name: string): Operator => {
    const cwd = join(folder.path, name);
    const env = { PATH, HOME, ...sandbox.env, XDG_CACHE_HOME: join(cwd, "cache") };
    const start = (...args: string[]): Running => {
      const child = spawn(process.execPath, ["--import", fastTimers, cli, ...args], {
        cwd,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      return { process: child, ended: settle(child) };
    };
    return {
      write: async ({ text, files }) => {
        await mkdir(cwd, { recursive: true });
        const all = Object.entries({ "bulkhead.yaml": text, ...files });
        await Promise.all(all.map(([path, content]) => writeFile(join(cwd, path), content)));
      },
      start,
      run: (...args) => start(...args).ended,
    };
  };

  return {
    sandbox,
    operator,
    reset: async () => {
      await sandbox.reset();
      await rm(folder.path, { recursive: true, force: true });
      await mkdir(folder.path);
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function settle(child: ChildProcess): Promise<Ended> {
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  }
  let hung = false;
  const watch = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, patience);
  const [exitCode] = (await once(child, "close")) as [number | null];
  clearTimeout(watch);
  return { exitCode, hung, ...texts };
}
