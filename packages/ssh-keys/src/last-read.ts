/** When the directory was last known completely, kept across restarts: silence is counted from there. */

import { LAST_READ_FILE, STATE_FOLDER } from "./paths.ts";
import { makeRootFolder, readRootFile, writeRootFile } from "./root-file.ts";

const mode = 0o600;

/** Null where it was never known, or nothing sensible stands there. @throws Ssh.FileUnusable */
export function readLastRead(): Date | null {
  const at = new Date(readRootFile(LAST_READ_FILE, mode)?.text.trim() ?? "");
  return Number.isNaN(at.getTime()) ? null : at;
}

/** @throws Ssh.UnsafePath, Ssh.FileUnusable */
export async function writeLastRead(at: Date): Promise<void> {
  makeRootFolder(STATE_FOLDER, 0o700);
  await writeRootFile(LAST_READ_FILE, `${at.toISOString()}\n`, mode);
}
