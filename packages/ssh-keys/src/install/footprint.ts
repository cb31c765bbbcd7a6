/** Puts files and folders onto the host, and remembers which weren't there before: so that they can all go again. */

import { chmod, lstat, readFile, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { STATE_FOLDER } from "../paths.ts";
import { makeRootFolder, readRootFile, removeRootFile, writeRootFile } from "../root-file.ts";

/** Paths that an installation has made, in the order in which it did. */
const RECORD = `${STATE_FOLDER}/installed.json`;

export interface Footprint {
  /** Makes a folder that isn't there yet; one that is stays as it is. */
  folder(path: string, mode: number): Promise<void>;
  /** Makes a file, or writes what it holds anew. */
  file(path: string, text: string, mode: number): Promise<void>;
  /** Makes all as it was before this footprint was opened. */
  takeBack(): Promise<void>;
}

export async function openFootprint(): Promise<Footprint> {
  makeRootFolder(STATE_FOLDER, 0o700);
  const before = await readFootprint();
  const known = [...before];
  const undo: (() => Promise<unknown>)[] = [];
  // Written down ahead: what a killed run has made is known to the next.
  const remember = async (path: string): Promise<void> => {
    if (!known.includes(path)) known.push(path);
    await writeRecord(known);
  };
  return {
    async folder(path, mode) {
      if (!(await exists(path))) {
        await remember(path);
        undo.push(() => removeIfEmpty(path));
      }
      makeRootFolder(path, mode);
      // The process's mask took bits off.
      if (known.includes(path)) await chmod(path, mode);
    },
    async file(path, text, mode) {
      const old = readRootFile(path, mode);
      if (old === null) await remember(path);
      undo.push(() => (old === null ? removeRootFile(path) : writeRootFile(path, old.text, mode)));
      await writeRootFile(path, text, mode);
    },
    async takeBack() {
      for (const step of undo.splice(0).reverse()) await step();
      if (before.length > 0) await writeRecord(before);
      else await forget();
    },
  };
}

/** @returns nothing where nothing was installed */
async function readFootprint(): Promise<readonly string[]> {
  const text = await readFile(RECORD, "utf8").catch(() => "[]");
  return JSON.parse(text) as readonly string[];
}

/** Removes what installations have made. @returns the folders that hold something of somebody else's, and stay */
export async function removeFootprint(): Promise<readonly string[]> {
  const left: string[] = [];
  for (const path of (await readFootprint()).toReversed()) {
    const stats = await lstat(path).catch(() => null);
    if (stats === null) continue;
    if (!stats.isDirectory()) await removeRootFile(path);
    else if (!(await removeIfEmpty(path))) left.push(path);
  }
  await forget();
  return left;
}

async function writeRecord(paths: readonly string[]): Promise<void> {
  await writeRootFile(RECORD, `${JSON.stringify(paths)}\n`, 0o600);
}

/** Removes the record, and the folder where nothing else is remembered. */
async function forget(): Promise<void> {
  if (await exists(RECORD)) await removeRootFile(RECORD);
  await removeIfEmpty(STATE_FOLDER);
  await removeIfEmpty(dirname(STATE_FOLDER));
}

/** @returns whether it is gone */
export async function removeIfEmpty(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT",
  );
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
