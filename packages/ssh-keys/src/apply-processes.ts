/** Ends what somebody runs: processes whose real user it is (proc(5)), asked first, then killed. */

import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const patienceMs = 1000;

/** What was started through sudo is root's, and goes on. */
export async function endProcesses(uid: number): Promise<void> {
  if (signalAll(uid, "SIGTERM") === 0) return;
  await sleep(patienceMs);
  signalAll(uid, "SIGKILL");
}

/** @returns how many there were */
function signalAll(uid: number, signal: NodeJS.Signals): number {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && realUser(name) === uid)
    .map(Number);
  for (const id of processes) {
    try {
      process.kill(id, signal);
    } catch {
      // It has ended by itself.
    }
  }
  return processes.length;
}

function realUser(id: string): number | undefined {
  try {
    return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}
