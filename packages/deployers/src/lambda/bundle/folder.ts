/**
 * Reads a folder to be bundled: its files but for what is ignored.
 *
 * A link is followed, so that a zip holds plain files only and a checkout without links gives the same; one that leads
 * out of the folder, to nothing or back is refused, and so are devices, sockets and pipes. Empty folders are left out.
 */

import type { Where } from "@bulkhead/core";
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";
import {
  changedMeanwhile,
  leadsBack,
  leadsNowhere,
  leadsOut,
  notAFile,
  nothingIn,
  tooManyFiles,
  unreadable,
  wrongKind,
} from "./errors.ts";
import { ignoreFile, ignoreRules } from "./ignore.ts";
import { checkUnzipped, filesLimit } from "./limits.ts";
import { checkNames } from "./names.ts";
import { isInside } from "./root.ts";
import type { ZipFile } from "./zip.ts";

interface FoundFile {
  /** From the top of the folder, with `/`. */
  readonly path: string;
  readonly real: string;
  readonly bytes: number;
  readonly executable: boolean;
}

interface Walk {
  readonly top: string;
  readonly ignored: (path: string) => boolean;
  readonly files: FoundFile[];
  folders: number;
}

/**
 * @param folder an absolute path, links followed
 * @param named as it was declared
 * @throws Bundle.LeadsOut, .LeadsNowhere, .LeadsBack, .NotAFile, .BadName, .SameName, .TooLarge, .Unreadable, …
 */
export function readFolder(folder: string, named: string, where: Where | undefined): readonly ZipFile[] {
  if (!asked(folder, () => statSync(folder)).isDirectory()) throw wrongKind(named, "a folder", where);
  const walk: Walk = { top: folder, ignored: ignoreRules(rulesOf(folder)), files: [], folders: 0 };
  visit(walk, folder, "", [folder]);
  if (walk.files.length === 0) throw nothingIn(named, where);
  // Before anything is read: what is too large isn't read to find that out.
  checkUnzipped(named, walk.files, where);
  return walk.files.map(({ path, real, bytes, executable }) => {
    const content = asked(real, () => readFileSync(real));
    if (content.length !== bytes) throw changedMeanwhile(real);
    return { path, content, executable };
  });
}

function rulesOf(folder: string): string {
  const file = join(folder, ignoreFile);
  const stats = asked(file, () => statSync(file, { throwIfNoEntry: false }));
  return stats?.isFile() ? asked(file, () => readFileSync(file, "utf8")) : "";
}

/** @param trail the real folders that lead here */
function visit(walk: Walk, folder: string, prefix: string, trail: readonly string[]): void {
  // Links can make many folders of few.
  if (++walk.folders > filesLimit) throw tooManyFiles(filesLimit);
  const names = asked(folder, () => readdirSync(folder)).filter((name) => !walk.ignored(prefix + name));
  checkNames(names, folder);
  for (const name of names) {
    const at = join(folder, name);
    const path = prefix + name;
    const found = asked(at, () => lstatSync(at));
    const real = found.isSymbolicLink() ? targetOf(at, walk.top) : at;
    const stats = real === at ? found : asked(at, () => statSync(real));
    if (stats.isDirectory()) {
      if (walk.ignored(`${path}/`)) continue;
      if (trail.includes(real)) throw leadsBack(at);
      visit(walk, real, `${path}/`, [...trail, real]);
    } else if (stats.isFile()) {
      // What the group and others may do depends on the umask of whoever checked it out.
      walk.files.push({ path, real, bytes: stats.size, executable: (stats.mode & 0o100) !== 0 });
      if (walk.files.length > filesLimit) throw tooManyFiles(filesLimit);
    } else throw notAFile(at, kindOf(stats));
  }
}

function targetOf(link: string, top: string): string {
  let real: string;
  try {
    real = realpathSync(link);
  } catch {
    throw leadsNowhere(link);
  }
  if (!isInside(real, top)) throw leadsOut(link, top);
  return real;
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return "a socket";
  return stats.isFIFO() ? "a pipe" : "a device";
}

function asked<T>(path: string, ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
