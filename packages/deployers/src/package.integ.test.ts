/** The package as users get it: packed, installed alone in an empty folder, and used from there. */

import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { account, openShop, queueTemplate, region, type Shop } from "./testing/shop.ts";

const home = join(import.meta.dirname, "..");
const modules = join(home, "../../node_modules");
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
const deploy = (...args: readonly string[]) =>
  run(process.execPath, [join(project, "node_modules/.bin/bulkhead-deploy"), ...args], shop.env);

beforeAll(async () => {
  shop = await openShop({
    "project/queue.yaml": queueTemplate,
    "project/src/orders.ts": "export const handler = async (event: { n: number }): Promise<number> => event.n + 1;\n",
  });
  project = shop.path("project");
  const packed = shop.path("packed");
  mkdirSync(packed);
  await run(process.execPath, ["--conditions=@bulkhead/source", join(home, "pack.ts"), packed]);
  // What it needs comes from this workspace as well, and from no registry or cache.
  const needed = ["esbuild", ...readdirSync(join(modules, "@esbuild")).map((name) => `@esbuild/${name}`)];
  await run("npm", ["pack", "--pack-destination", packed, ...needed.map((name) => join(modules, name))]);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const tarballs = readdirSync(packed).map((name) => join(packed, name));
  const cache = ["--offline", "--cache", shop.path("npm")];
  await run("npm", ["install", ...cache, "--no-audit", "--no-fund", ...tarballs]);
});
afterAll(async () => shop[Symbol.asyncDispose]());

it("is one package beside esbuild, and deploys a stack from flags alone", async () => {
  expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
    "@bulkhead",
    "@esbuild",
    "esbuild",
  ]);
  expect(await deploy("--version")).toBe("0.1.0\n");
  const where = ["--account", account, "--region", region, "--stack", "orders", "--template", "queue.yaml"];
  expect(await deploy("cloudformation", "deploy", ...where)).toContain("✓ orders: created");
  expect(await deploy("cloudformation", "deploy", ...where)).toBe("= orders: nothing to do\n");
});

it("bundles a function of TypeScript and deploys it, so that it runs", async () => {
  const code = ["--function", "orders", "--code", "src/orders.ts", "--runtime", "nodejs22.x"];
  expect(await deploy("lambda", "bundle", ...code, "--out", "orders.zip")).toMatch(/sha256:[0-9a-f]{64}/);
  const role = ["--role", `arn:aws:iam::${account}:role/orders`];
  const where = ["--account", account, "--region", region, ...role];
  expect(await deploy("lambda", "deploy", ...code, ...where)).toContain("✓ orders: created");
  expect(await deploy("lambda", "deploy", ...code, ...where)).toContain("= orders: nothing to do");
  const lambda = new LambdaClient(shop.config);
  const Payload = Buffer.from('{ "n": 1 }');
  const answer = await lambda.send(new InvokeCommand({ FunctionName: "orders", Qualifier: "live", Payload }));
  expect(Buffer.from(answer.Payload ?? []).toString()).toBe("2");
});

it("can be imported", async () => {
  writeFileSync(
    join(project, "use.js"),
    'import { deployCommands } from "@bulkhead/deployers"; console.log(deployCommands.name);\n',
  );
  expect(await run(process.execPath, ["use.js"])).toBe("deploy\n");
});
