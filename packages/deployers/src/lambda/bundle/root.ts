/** The root: nothing from outside this folder gets into a bundle. */

import type { Where } from "@bulkhead/core";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { codeMissing, outOfRoot } from "./errors.ts";

/**
 * The top of the git working tree that a folder is in; without one, the folder itself.
 * @param folder that of the deploy file, or the working folder where there is none
 */
export function projectRoot(folder: string): string {
  const start = resolve(folder);
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return start;
  }
}

/**
 * Where a declared path really is, links followed.
 * @throws Bundle.Missing, Bundle.OutOfRoot
 */
export function insideRoot(path: string, root: string, where: Where | undefined): string {
  if (!existsSync(path)) throw codeMissing(path, where);
  const real = realpathSync(path);
  if (!isInside(real, realpathSync(root))) throw outOfRoot(path, root, where);
  return real;
}

/** Whether a path is a folder or lies in it; both absolute, without links. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  // On Windows, the way to another drive is absolute.
  return way !== ".." && !way.startsWith(`..${sep}`) && resolve(folder, way) === join(folder, way);
}
