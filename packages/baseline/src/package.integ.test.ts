/** The package as users get it: packed with those of the workspace that it needs, alone in an empty folder. */

import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { installPacked, localhostNames, type PackedPackage } from "@bulkhead/sandbox";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { openEstate } from "./testing/estate.ts";

const run = promisify(execFile);

let installed: PackedPackage;
beforeAll(async () => {
  installed = await installPacked("baseline");
});
afterAll(async () => installed[Symbol.asyncDispose]());

it("has what it needs, and no tests", async () => {
  const files = await installed.files();
  expect(files).toEqual(expect.arrayContaining(["README.md", "package.json", "dist/bin.js", "dist/index.d.ts"]));
  expect(files.filter((file) => /\.test\.|testing/.test(file))).toEqual([]);
});

it("plans and applies from its own command", async () => {
  await using estate = await openEstate(["one"], "baseline: { passwordPolicy: {}, s3PublicAccess: block-all }");
  const bin = await installed.bin("bulkhead-baseline");
  const baseline = async (...args: readonly string[]): Promise<string> => {
    const command = ["--import", localhostNames, bin, ...args, "--file", estate.file];
    return (await run(process.execPath, command, { env: { ...process.env, ...estate.env } })).stdout;
  };
  expect(await baseline("plan")).toContain("+ give one a password policy");
  expect(await baseline("apply", "--yes")).toContain("Applied: ");
  expect(await baseline("plan")).toContain("Nothing to do");
});

it("is a library as well", async () => {
  const script =
    'const { controls, baselineCommands } = await import("@bulkhead/baseline");' +
    "console.log(controls.length > 0, baselineCommands.name);";
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: installed.project });
  expect(stdout).toBe("true baseline\n");
});
