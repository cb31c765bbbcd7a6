/**
 * Files that sshd, sudo and Bulkhead trust: root's own, in folders that only root can write to, up to the top; plain
 * files, never links; and replaced whole.
 */

import { BulkheadError, writeWhole } from "@bulkhead/core";
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  type Stats,
} from "node:fs";
import { chmod, chown, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { fileUnusable, unsafePath } from "./errors.ts";

export interface RootFile {
  readonly text: string;
  /** Whether it is a plain file of root's with the mode that it should have. */
  readonly intact: boolean;
}

/**
 * Null where there is none. A link or whatever else isn't a plain file is never opened, and is empty.
 * @throws Ssh.FileUnusable
 */
export function readRootFile(path: string, mode: number): RootFile | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    if (code === "ELOOP" || code === "ENXIO") return { text: "", intact: false };
    throw fileUnusable(path, error);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { text: "", intact: false };
    const intact = isRoots(stats) && (stats.mode & 0o7777) === mode && stats.nlink === 1;
    return { text: readFileSync(descriptor, "utf8"), intact };
  } catch (error) {
    throw fileUnusable(path, error);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Replaces the file, whatever stands at its name.
 * @param check looks at the new file under its temporary name; what it throws leaves the old one
 * @throws Ssh.UnsafePath, Ssh.FileUnusable, and what `check` throws
 */
export async function writeRootFile(
  path: string,
  text: string,
  mode: number,
  check?: (temporary: string) => Promise<void>,
): Promise<void> {
  requireSafeFolder(dirname(path));
  await writeWhole(path, text, mode, async (temporary) => {
    // The process's mask took bits off the mode, and the folder may give files another group.
    await chown(temporary, 0, 0);
    await chmod(temporary, mode);
    await check?.(temporary);
  }).catch((error: unknown) => {
    throw error instanceof BulkheadError ? error : fileUnusable(path, error);
  });
}

/** Removes the file, or the link that stands in its place; it may be gone already. @throws Ssh.UnsafePath, Ssh.FileUnusable */
export async function removeRootFile(path: string): Promise<void> {
  requireSafeFolder(dirname(path));
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw fileUnusable(path, error);
  });
}

/** Gives the file another name in its folder, and needs no room on the disk; it may be missing. @throws Ssh.UnsafePath, Ssh.FileUnusable */
export async function moveRootFile(from: string, to: string): Promise<void> {
  if (statsOf(from) === undefined) return;
  requireSafeFolder(dirname(to));
  await rename(from, to).catch((error: unknown) => {
    throw fileUnusable(to, error);
  });
}

/**
 * Makes the folder where it is missing, and the folders above.
 * @throws Ssh.UnsafePath, Ssh.FileUnusable
 */
export function makeRootFolder(path: string, mode: number): void {
  if (statsOf(path) === undefined) {
    makeRootFolder(dirname(path), 0o755);
    try {
      mkdirSync(path, { mode: 0o700 });
      // The process's mask would take bits off: sshd opens key files with the rights of who signs in.
      chmodSync(path, mode);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw fileUnusable(path, error);
    }
  }
  requireSafeFolder(path);
}

/** @throws Ssh.UnsafePath where anybody but root could put something there, or exchange the folder itself */
export function requireSafeFolder(path: string): void {
  const stats = statsOf(path);
  if (stats === undefined) throw fileUnusable(path, { code: "ENOENT" });
  if (stats.isSymbolicLink()) throw unsafePath(path, "is a link");
  if (!stats.isDirectory()) throw unsafePath(path, "is no folder");
  if (stats.uid !== 0) throw unsafePath(path, "isn't root's own");
  if ((stats.mode & 0o022) !== 0) throw unsafePath(path, "is writable for others than root");
  if (dirname(path) !== path) requireSafeFolder(dirname(path));
}

function isRoots({ uid, gid }: Stats): boolean {
  return uid === 0 && gid === 0;
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw fileUnusable(path, error);
  }
}
