/** A process, told from all others of its machine and of the containers on it, so that its end can be seen for sure. */

import { readFileSync, readlinkSync } from "node:fs";

export interface ProcessId {
  /** The machine since it was started, and the PID namespace: only there does the number mean anything. */
  readonly realm: string;
  readonly pid: number;
  /** When it was started, in the kernel's clock ticks since boot (proc(5), starttime): numbers are used again. */
  readonly started: string;
}

/** Null where the system doesn't tell (anything but Linux). */
export function thisProcess(): ProcessId | null {
  const [realm, started] = [realmHere(), startOf(process.pid)];
  return realm === undefined || started === undefined ? null : { realm, pid: process.pid, started };
}

/** Whether the process has ended; false wherever that can't be seen from here. */
export function isGone({ realm, pid, started }: ProcessId): boolean {
  if (realm !== realmHere()) return false;
  const start = startOf(pid);
  return start === undefined ? !exists(pid) : start !== started;
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function realmHere(): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}

function startOf(pid: number): string | undefined {
  try {
    // The second field, the program's name, can hold anything: count from its closing bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie has ended; it only hasn't been asked for its exit status.
    return fields[0] === "Z" ? "ended" : fields[19];
  } catch {
    return undefined;
  }
}
