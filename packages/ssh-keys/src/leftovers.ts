/** What writers that were killed have left beside the files that they were about to replace. */

import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileUnusable } from "./errors.ts";

/** As core's `writeWhole` names what isn't whole yet. */
const unfinished = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/**
 * Removes them. Nobody else may be writing these files meanwhile.
 * @throws Ssh.FileUnusable
 */
export function removeLeftovers(...paths: readonly string[]): void {
  for (const path of paths) {
    const [folder, name] = [dirname(path), basename(path)];
    try {
      const found = readdirSync(folder).filter((it) => it.startsWith(name) && unfinished.test(it.slice(name.length)));
      for (const it of found) rmSync(join(folder, it), { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw fileUnusable(folder, error);
    }
  }
}
