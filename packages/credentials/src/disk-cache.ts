/** Small secrets kept between runs: one private file each, written so that a reader never sees half of one. */

import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

export interface DiskCache {
  /** Undefined where there is nothing, or nothing readable: a cache is a hint. */
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
}

/** The folder for sessions, after the XDG Base Directory Specification. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "bulkhead", "sessions");
}

/** @param folder made with mode 0700 at the first write; `key` must be fit for a file name */
export function createDiskCache(folder: string): DiskCache {
  const fileOf = (key: string): string => join(folder, `${key}.json`);
  return {
    read: async (key) => {
      try {
        return JSON.parse(await readFile(fileOf(key), "utf8")) as unknown;
      } catch {
        return undefined;
      }
    },
    write: async (key, value) => {
      const temporary = `${fileOf(key)}.${process.pid}.${Math.random().toString(36).slice(2)}`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const file = await open(temporary, "wx", 0o600);
        try {
          await file.writeFile(JSON.stringify(value));
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, fileOf(key));
      } catch {
        // Without a place to write (a read-only CI runner) the run goes on, only without a cache.
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** For callers that want nothing on disk. */
export const noDiskCache: DiskCache = { read: async () => undefined, write: async () => undefined };
