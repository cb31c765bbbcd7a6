/** On a real disk: loading with includes, and a lock file that is replaced whole. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { starterFiles } from "./example.ts";
import { loadLandingZone } from "./load.ts";
import { lockFilePath, readLockFile, writeLockFile } from "./lock-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "landing-zone-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("the starter files load, and an included file with them", () => {
  const files = {
    ...starterFiles,
    "bulkhead.yaml": `${starterFiles["bulkhead.yaml"] ?? ""}include: ["*.yaml", teams/*.yaml]\n`,
    "teams/web.yaml": "teams: { web: { environments: [dev] } }\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const landingZone = loadLandingZone(join(folder, "bulkhead.yaml"));
  expect(landingZone.accounts).toHaveLength(10);
  expect(() => loadLandingZone(folder)).toThrow(/There is no file/);
});

test("a lock file is written whole, again and again, and leaves nothing beside it", async () => {
  const path = lockFilePath(join(folder, "bulkhead.yaml"));
  expect(readLockFile(path).accounts).toEqual({});
  for (const id of ["111111111111", "222222222222"]) {
    await writeLockFile(path, { accounts: { a: { id } }, blocks: {} });
    expect(readLockFile(path).accounts).toEqual({ a: { id } });
  }
  const nowhere = writeLockFile(join(folder, "none", "bulkhead.lock.json"), { accounts: {}, blocks: {} });
  await expect(nowhere).rejects.toThrow(/can't be written: .*ENOENT/);
  expect(readdirSync(folder)).toEqual(["bulkhead.lock.json"]);
});
