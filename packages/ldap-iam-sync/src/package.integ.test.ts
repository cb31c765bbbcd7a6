/** The package as users get it: packed with those of the workspace that it needs, alone in an empty folder. */

import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { installPacked, MANAGEMENT_ACCOUNT, startSandbox, type PackedPackage } from "@bulkhead/sandbox";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { landingZone } from "./testing/estate.ts";
import { ldifOf } from "./testing/people.ts";

const run = promisify(execFile);

let installed: PackedPackage;
beforeAll(async () => {
  installed = await installPacked("ldap-iam-sync");
});
afterAll(async () => installed[Symbol.asyncDispose]());

it("has what it needs, and no tests", async () => {
  const files = await installed.files();
  expect(files).toEqual(expect.arrayContaining(["README.md", "package.json", "dist/bin.js", "dist/index.d.ts"]));
  expect(files.filter((file) => /\.test\.|testing/.test(file))).toEqual([]);
});

it("plans, applies and explains from its own command", async () => {
  await using sandbox = await startSandbox();
  const home = await mkdtemp(join(tmpdir(), "bulkhead-users-"));
  try {
    const file = join(home, "bulkhead.yaml");
    await writeFile(file, landingZone());
    await writeFile(join(home, "people.ldif"), ldifOf([{ number: 1, uid: "alice", groups: ["aws-ops"] }], ["aws-ops"]));
    const bin = await installed.bin("bulkhead-users");
    const env = { ...process.env, ...sandbox.env, XDG_CACHE_HOME: join(home, "cache") };
    const users = async (...args: readonly string[]): Promise<string> =>
      (await run(process.execPath, [bin, ...args, "--file", file], { cwd: home, env })).stdout;

    expect(await users("plan")).toContain("+ create user alice in ops");
    expect(await users("apply", "--yes")).toContain("Applied: ");
    expect(await users("plan")).toContain("Nothing to do");
    expect(await users("explain", "alice")).toMatch(/role +admin in player-dev, player-prod/);
    expect(sandbox.calls()).toContain("iam:CreateUser");
    expect(await users("--help")).not.toContain(MANAGEMENT_ACCOUNT);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

it("is a library as well", async () => {
  const script =
    'const { planUsers, usersCommands } = await import("@bulkhead/ldap-iam-sync");' +
    "console.log(typeof planUsers, usersCommands.name);";
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: installed.project });
  expect(stdout).toBe("function users\n");
});
