/**
 * One at a time: a file that names its holder by process id and start, so that what a killed process left behind is
 * known as that. It stands in a folder that only root can enter, out of reach for everybody who might hold up a sync.
 */

import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileUnusable, locked } from "./errors.ts";
import { SYNC_LOCK } from "./paths.ts";
import { makeRootFolder } from "./root-file.ts";

/** The first sync of thousands of people takes minutes. */
const syncPatienceMs = 600_000;

export interface LockOptions {
  /** What holds it, for whoever is refused. */
  readonly what: string;
  /** How long to wait for another holder to finish. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Works while holding the lock. @throws Ssh.Locked, Ssh.UnsafePath, Ssh.FileUnusable, and what the work throws */
export async function underLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  makeRootFolder(dirname(path), 0o700);
  const own = holderText(process.pid);
  await takeLock(path, own, options);
  try {
    return await work();
  } finally {
    if (textOf(path) === own) rmSync(path, { force: true });
  }
}

/** Works while no sync does. @throws Ssh.Locked, Ssh.UnsafePath, Ssh.FileUnusable, and what the work throws */
export function underSyncLock<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  return underLock(SYNC_LOCK, { what: "a sync", patienceMs: syncPatienceMs, signal }, work);
}

async function takeLock(path: string, own: string, { what, patienceMs, signal }: LockOptions): Promise<void> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const holder = tryLock(path, own);
    if (holder === undefined) return;
    if (Date.now() >= end) throw locked(what, `process ${holder.split(" ")[0]}`);
    await sleep(50, undefined, { signal });
  }
}

/** @returns the holder, if it is somebody else */
function tryLock(path: string, own: string): string | undefined {
  const beside = `${path}.${randomUUID()}`;
  try {
    writeFileSync(beside, own, { flag: "wx", mode: 0o600 });
    for (;;) {
      if (linked(beside, path)) return undefined;
      const holder = textOf(path);
      if (holder === undefined) continue;
      if (holder === own || isAlive(holder)) return holder;
      // Whoever holds it by now gets it back.
      const aside = `${beside}.old`;
      renameSync(path, aside);
      const moved = textOf(aside);
      if (moved !== undefined && moved !== holder) linked(aside, path);
      rmSync(aside, { force: true });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return tryLock(path, own);
    throw fileUnusable(path, error);
  } finally {
    rmSync(beside, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Process id and start, in ticks since the machine's (proc_pid_stat(5), field 22). */
function holderText(pid: number): string {
  const stat = textOf(`/proc/${pid}/stat`) ?? "";
  // The second field is the program's name, and may hold anything.
  return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
}

function isAlive(holder: string): boolean {
  return holderText(Number(holder.split(" ")[0])) === holder;
}
