/** The package as users get it: packed with those of the workspace that it needs, alone in an empty folder. */

import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { MANAGEMENT_ACCOUNT, startSandbox } from "@bulkhead/sandbox";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { landingZone } from "./testing/estate.ts";
import { ldifOf } from "./testing/people.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..", "..");
const names = ["core", "plan", "landing-zone", "credentials", "directory", "stages", "ldap-iam-sync"];

let folder: string;
const installed = (name: string): string => join(folder, "project", "node_modules", "@bulkhead", name);
const packageJson = async (of: string) =>
  JSON.parse(await readFile(join(of, "package.json"), "utf8")) as {
    readonly bin: Readonly<Record<string, string>>;
    readonly dependencies: Readonly<Record<string, string>>;
  };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bulkhead-package-"));
  const workspace = join(folder, "workspace");
  await copyWorkspace(workspace);
  const project = join(workspace, "packages", "ldap-iam-sync");
  const built = run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b", project]);
  await built.catch(({ stdout }: { readonly stdout: string }) => {
    throw new Error(stdout);
  });
  await Promise.all(names.map((name) => install(join(workspace, "packages", name), name)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Built in a copy, since others may be using what is built here. */
async function copyWorkspace(workspace: string): Promise<void> {
  const modules = join(workspace, "node_modules");
  await mkdir(join(modules, "@bulkhead"), { recursive: true });
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name !== "@bulkhead") await symlink(join(root, "node_modules", name), join(modules, name));
  }
  await cp(join(root, "tsconfig.base.json"), join(workspace, "tsconfig.base.json"));
  for (const name of names) {
    const [from, to] = [join(root, "packages", name), join(workspace, "packages", name)];
    await cp(from, to, { recursive: true, filter: (path) => !/\/(dist|node_modules)$/.test(path) });
    if (existsSync(join(from, "node_modules"))) await symlink(join(from, "node_modules"), join(to, "node_modules"));
    await symlink(to, join(modules, "@bulkhead", name));
  }
}

/**
 * Packs it and unpacks it where npm would, with just those packages of others beside it that it says it needs; they
 * come from this workspace's own, and not from a registry.
 */
async function install(from: string, name: string): Promise<void> {
  const to = installed(name);
  await mkdir(to, { recursive: true });
  // npm takes what another npm set for the process that we run in (a prefix, a workspace) for its own settings.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(npm_|NODE_OPTIONS)/.test(key)));
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: from, env });
  await run("tar", ["-xzf", join(folder, stdout.trim()), "-C", to, "--strip-components=1"]);
  const { dependencies } = await packageJson(to);
  for (const dependency of Object.keys(dependencies).filter((it) => !it.startsWith("@bulkhead/"))) {
    const places = [join(root, "packages", name), root].map((it) => join(it, "node_modules", dependency));
    const link = join(to, "node_modules", dependency);
    await mkdir(dirname(link), { recursive: true });
    await symlink(places.find((place) => existsSync(place)) ?? "", link);
  }
}

it("has what it needs, and no tests", async () => {
  const files = await readdir(installed("ldap-iam-sync"), { recursive: true });
  expect(files).toEqual(expect.arrayContaining(["README.md", "package.json", "dist/bin.js", "dist/index.d.ts"]));
  expect(files.filter((file) => /\.test\.|testing/.test(file) && !file.startsWith("node_modules"))).toEqual([]);
});

it("plans, applies and explains from its own command", async () => {
  await using sandbox = await startSandbox();
  const home = join(folder, "home");
  await mkdir(home);
  const file = join(home, "bulkhead.yaml");
  await writeFile(file, landingZone());
  await writeFile(join(home, "people.ldif"), ldifOf([{ number: 1, uid: "alice", groups: ["aws-ops"] }], ["aws-ops"]));
  const { bin } = await packageJson(installed("ldap-iam-sync"));
  const script = join(installed("ldap-iam-sync"), bin["bulkhead-users"] ?? "");
  const env = { ...process.env, ...sandbox.env, XDG_CACHE_HOME: join(home, "cache") };
  const users = async (...args: readonly string[]): Promise<string> =>
    (await run(process.execPath, [script, ...args, "--file", file], { cwd: home, env })).stdout;

  expect(await users("plan")).toContain("+ create user alice in ops");
  expect(await users("apply", "--yes")).toContain("Applied: ");
  expect(await users("plan")).toContain("Nothing to do");
  expect(await users("explain", "alice")).toMatch(/role +admin in player-dev, player-prod/);
  expect(sandbox.calls()).toContain("iam:CreateUser");
  expect(await users("--help")).not.toContain(MANAGEMENT_ACCOUNT);
});

it("is a library as well", async () => {
  const script =
    'const { planUsers, usersCommands } = await import("@bulkhead/ldap-iam-sync");' +
    "console.log(typeof planUsers, usersCommands.name);";
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    cwd: join(folder, "project"),
  });
  expect(stdout).toBe("function users\n");
});
