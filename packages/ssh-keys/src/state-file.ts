/** What Bulkhead remembers of its users and groups: half of the proof that they are ours, and why no number is given twice. */

import { stateUnreadable } from "./errors.ts";
import { isLinuxName } from "./login.ts";
import type { PersonRecord, State } from "./model.ts";
import { STATE_FILE, STATE_FOLDER } from "./paths.ts";
import { makeRootFolder, readRootFile, writeRootFile } from "./root-file.ts";

const mode = 0o600;
const version = 1;

/** Null where there is none. @throws Ssh.StateUnreadable, Ssh.FileUnusable */
export function readState(): State | null {
  const file = readRootFile(STATE_FILE, mode);
  if (file === null) return null;
  if (!file.intact) throw stateUnreadable(STATE_FILE, "it isn't root's alone");
  return parseState(file.text);
}

/** @throws Ssh.StateUnreadable */
export function parseState(text: string): State {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw stateUnreadable(STATE_FILE, (error as { message: string }).message);
  }
  if (!isState(data)) throw stateUnreadable(STATE_FILE, "it isn't as Bulkhead writes it");
  const { people, groups } = data;
  return { people, groups };
}

/** @throws Ssh.UnsafePath, Ssh.FileUnusable */
export async function writeState({ people, groups }: State): Promise<void> {
  makeRootFolder(STATE_FOLDER, 0o700);
  await writeRootFile(STATE_FILE, `${JSON.stringify({ version, people, groups }, null, 1)}\n`, mode);
}

function isState(data: unknown): data is State {
  const {
    version: written,
    people,
    groups,
  } = (data ?? {}) as { version?: unknown; people?: unknown; groups?: unknown };
  return (
    written === version &&
    isMap(people) &&
    isMap(groups) &&
    Object.values(people).every(isRecord) &&
    Object.entries(groups).every(([name, gid]) => isLinuxName(name) && isNumber(gid))
  );
}

function isRecord(data: unknown): boolean {
  const { login, uid, left, keysLost } = (data ?? {}) as Partial<Record<keyof PersonRecord, unknown>>;
  return (
    typeof login === "string" &&
    isLinuxName(login) &&
    isNumber(uid) &&
    (left === null || isDay(left)) &&
    (keysLost === undefined || isDay(keysLost))
  );
}

function isDay(data: unknown): boolean {
  return typeof data === "string" && /^\d{4}-\d\d-\d\d$/.test(data);
}

/** Never a number of the system's, whatever the file says. */
function isNumber(data: unknown): boolean {
  return Number.isInteger(data) && Number(data) >= 1000;
}

function isMap(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}
