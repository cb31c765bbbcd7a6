/** Small secrets kept between runs: one private file each, written so that a reader never sees half of one. */

import { writeWhole } from "@bulkhead/core";
import { chmod, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { once } from "./once.ts";

/** A cache is a hint: what can't be read is not there, what can't be written is not kept. It never fails. */
export interface DiskCache {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

/** The folder for sessions, after the XDG Base Directory Specification. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "bulkhead", "sessions");
}

/** @param folder made private at the first write. A `key` is a SHA-256 in hexadecimal. */
export function createDiskCache(folder: string): DiskCache {
  const fileOf = (key: string): string => join(folder, `${key}.json`);
  const prepare = once(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    await sweep(folder);
  });
  return {
    read: async (key) => {
      try {
        return JSON.parse(await readFile(fileOf(key), "utf8")) as unknown;
      } catch {
        return undefined;
      }
    },
    write: async (key, value) => {
      try {
        await prepare();
        await writeWhole(fileOf(key), JSON.stringify(value), 0o600);
      } catch {
        // Without a place to write (a read-only CI runner) the run goes on, only without a cache.
      }
    },
    remove: (key) => remove(fileOf(key)),
  };
}

/** For callers that want nothing on disk. */
export const noDiskCache: DiskCache = {
  read: async () => undefined,
  write: async () => undefined,
  remove: async () => undefined,
};

const ours = /^[0-9a-f]{64}\.json/;
const dayMs = 24 * 3_600_000;

/** Keys change with every login, so that files would pile up; no session outlives a day. */
async function sweep(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => ours.test(name));
  await Promise.all(names.map((name) => removeIfOld(join(folder, name))));
}

async function removeIfOld(path: string): Promise<void> {
  // Gone meanwhile is as good as removed.
  const changed = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  if (Date.now() - changed > dayMs) await remove(path);
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
