/** The package as users get it: packed, installed alone in an empty folder, and used from there. */

import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { account, openShop, queueTemplate, region, type Shop } from "./testing/shop.ts";

const home = join(import.meta.dirname, "..");
let shop: Shop;
let project: string;

/** Not synchronously: the sandbox answers from this very process. */
async function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  // npm takes what another npm set for the process that we run in (a prefix, a workspace) for its own settings.
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS)/.test(name));
  const all = { ...Object.fromEntries(own), npm_config_loglevel: "silent", ...env };
  return (await promisify(execFile)(command, args, { cwd: project, env: all })).stdout;
}

beforeAll(async () => {
  shop = await openShop({ "project/queue.yaml": queueTemplate });
  project = shop.path("project");
  const packed = shop.path("packed");
  mkdirSync(packed);
  await run(process.execPath, ["--conditions=@bulkhead/source", join(home, "pack.ts"), packed]);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const tarball = join(packed, readdirSync(packed).find((name) => name.endsWith(".tgz")) ?? "");
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball]);
});
afterAll(async () => shop[Symbol.asyncDispose]());

it("is one package, and deploys a stack from flags alone", async () => {
  expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["@bulkhead"]);
  const bin = join(project, "node_modules/.bin/bulkhead-deploy");
  expect(await run(process.execPath, [bin, "--version"])).toBe("0.1.0\n");
  const where = ["--account", account, "--region", region, "--stack", "orders", "--template", "queue.yaml"];
  expect(await run(process.execPath, [bin, "cloudformation", "deploy", ...where], shop.env)).toContain(
    "✓ orders: created",
  );
  expect(await run(process.execPath, [bin, "cloudformation", "deploy", ...where], shop.env)).toBe(
    "= orders: nothing to do\n",
  );
});

it("can be imported", async () => {
  writeFileSync(
    join(project, "use.js"),
    'import { deployCommands } from "@bulkhead/deployers"; console.log(deployCommands.name);\n',
  );
  expect(await run(process.execPath, ["use.js"])).toBe("deploy\n");
});
