/** The cache on disk: private, whole or not there, and never a reason to fail. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createDiskCache, defaultCacheFolder } from "./disk-cache.ts";

const [key, other] = ["a".repeat(64), "b".repeat(64)];
let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bulkhead-cache-"));
  folder = join(root, "bulkhead", "sessions");
});
afterEach(() => rm(root, { recursive: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe("the cache", () => {
  it("gives back what was written, also to the next process", async () => {
    await createDiskCache(folder).write(key, { secret: "s", until: "2026-01-01T00:00:00Z" });
    expect(await createDiskCache(folder).read(key)).toEqual({ secret: "s", until: "2026-01-01T00:00:00Z" });
    expect(await createDiskCache(folder).read(other)).toBeUndefined();
  });

  it("is private, and leaves nothing beside its files", async () => {
    await createDiskCache(folder).write(key, "secret");
    expect(await readdir(folder)).toEqual([`${key}.json`]);
    expect(await modeOf(join(folder, `${key}.json`))).toBe(0o600);
    expect(await modeOf(folder)).toBe(0o700);
  });

  it("makes a folder private that wasn't", async () => {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
    await createDiskCache(folder).write(key, "secret");
    expect(await modeOf(folder)).toBe(0o700);
  });

  it("shows a reader one whole value, whoever else is writing", async () => {
    const values = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    const cache = createDiskCache(folder);
    await cache.write(key, values[0]);
    const writing = Promise.all(values.map((value) => createDiskCache(folder).write(key, value)));
    const seen = await Promise.all(values.map(() => cache.read(key)));
    await writing;
    for (const value of seen) expect(values).toContain(value);
    expect(await readdir(folder)).toEqual([`${key}.json`]);
  });

  it("takes a broken file for nothing, and replaces it", async () => {
    const cache = createDiskCache(folder);
    await cache.write(key, "first");
    for (const content of ["", "{", "\u0000\u0000"]) {
      await writeFile(join(folder, `${key}.json`), content);
      expect(await cache.read(key)).toBeUndefined();
    }
    await cache.write(key, "second");
    expect(await cache.read(key)).toBe("second");
  });

  it("removes what is asked, and doesn't mind what isn't there", async () => {
    const cache = createDiskCache(folder);
    await cache.write(key, "kept");
    await cache.write(other, "gone");
    await cache.remove(other);
    await cache.remove(other);
    expect(await readdir(folder)).toEqual([`${key}.json`]);
  });

  it("goes on without a folder that can be written", async () => {
    // A file where the folder should be: that stops even root, for whom modes don't count.
    await writeFile(join(root, "bulkhead"), "");
    const cache = createDiskCache(folder);
    await cache.write(key, "secret");
    expect(await cache.read(key)).toBeUndefined();
    await cache.remove(key);
    expect(await readdir(root)).toEqual(["bulkhead"]);
  });

  it("goes on when a file can't take its place, and leaves nothing behind", async () => {
    await mkdir(join(folder, `${key}.json`), { recursive: true });
    await createDiskCache(folder).write(key, "secret");
    expect(await readdir(folder)).toEqual([`${key}.json`]);
  });

  it("sweeps out its own files of yesterday, and no others", async () => {
    const [old, left, foreign] = [`${other}.json`, `${other}.json.1-2-3`, "notes.json"];
    await mkdir(folder, { recursive: true });
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    for (const name of [old, left, foreign]) {
      await writeFile(join(folder, name), "{}");
      await utimes(join(folder, name), yesterday, yesterday);
    }
    await createDiskCache(folder).write(key, "new");
    expect((await readdir(folder)).sort()).toEqual([`${key}.json`, foreign]);
  });
});

describe("its folder", () => {
  it("is where the XDG specification has it", () => {
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "/cache" })).toBe("/cache/bulkhead/sessions");
    const usual = join(homedir(), ".cache", "bulkhead", "sessions");
    expect(defaultCacheFolder({})).toBe(usual);
    expect(defaultCacheFolder({ XDG_CACHE_HOME: "" })).toBe(usual);
  });
});
