/** The files that a landing zone is read from, behind a port: so that loading one can be tried without a disk. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Where } from "@bulkhead/core";
import { fileTooBig, fileUnreadable } from "./errors.ts";
import { wildcard } from "./wildcard.ts";

/** What loading needs of a file system. */
export interface Files {
  /** Size in bytes, or undefined when there is no such file. */
  size(path: string): number | undefined;
  read(path: string): string;
  /** The names in a folder; none when there is no such folder. */
  list(folder: string): readonly string[];
}

/** The disk, by `node:fs`. */
export const diskFiles: Files = {
  size(path) {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? stats.size : undefined;
  },
  read: (path) => readFileSync(path, "utf8"),
  list: (folder) => (statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : []),
};

/** A landing zone is a few hundred KB at most: more is a mistaken path, and would only be slow to refuse. */
const sizeLimitInBytes = 5_000_000;

/**
 * The text of a file, or undefined when there is none.
 * @throws BulkheadError `LandingZone.FileTooBig` over 5 MB, `LandingZone.FileUnreadable` when the system refuses it.
 */
export function readText(files: Files, path: string): string | undefined {
  let size: number | undefined;
  let text = "";
  try {
    size = files.size(path);
    if (size !== undefined && size <= sizeLimitInBytes) text = files.read(path);
  } catch (cause) {
    throw fileUnreadable(path, cause);
  }
  if (size === undefined) return undefined;
  if (size > sizeLimitInBytes) throw fileTooBig(path, sizeLimitInBytes);
  return text;
}

/** Where an unresolved merge conflict of git begins, if there is one. */
export function findMergeConflict(text: string, file: string): Where | undefined {
  const index = text.split("\n").findIndex((line) => line.startsWith("<<<<<<< "));
  return index < 0 ? undefined : { file, line: index + 1, column: 1 };
}

/** The path of a file that another file names: relative to the folder of the one that names it. */
export function pathBeside(file: string, named: string): string {
  return isAbsolute(named) ? named : join(dirname(file), named);
}

/** The files that a pattern matches below a folder, sorted; `*` and `?` stay within one segment and skip hidden names. */
export function expandPattern(files: Files, folder: string, pattern: string): readonly string[] {
  let paths = [folder];
  for (const segment of pattern.split("/")) {
    if (!isPattern(segment)) {
      paths = paths.map((path) => join(path, segment));
      continue;
    }
    const matches = wildcard(segment);
    paths = paths.flatMap((path) =>
      files
        .list(path)
        .filter((name) => matches.test(name) && !name.startsWith("."))
        .map((name) => join(path, name)),
    );
  }
  return paths.sort();
}

export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}
