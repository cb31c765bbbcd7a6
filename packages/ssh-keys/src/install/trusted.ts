/** What root starts has to be root's: a program that others may change is theirs. */

import { lstat, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { programUntrusted } from "./errors.ts";

const WRITABLE_FOR_OTHERS = 0o022;

/**
 * Checks a file and all folders above it, with and without what links stand for.
 * @param program an absolute path
 * @throws BulkheadError Ssh.ProgramUntrusted
 */
export async function requireTrusted(program: string): Promise<void> {
  for (const start of [program, await realpath(program)]) {
    for (let path = start; ; path = dirname(path)) {
      const { uid, mode, isLink } = await statOf(path);
      if (uid !== 0 || (!isLink && (mode & WRITABLE_FOR_OTHERS) !== 0)) throw programUntrusted(program, path);
      if (path === "/") break;
    }
  }
}

/** A link's mode means nothing. */
async function statOf(
  path: string,
): Promise<{ readonly uid: number; readonly mode: number; readonly isLink: boolean }> {
  const stats = await lstat(path);
  return { uid: stats.uid, mode: stats.mode, isLink: stats.isSymbolicLink() };
}
