/** Entries: bundled by esbuild as Node.js would run them, and told what is wrong with them. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { BulkheadError, Event } from "@bulkhead/core";
import { unzipSync } from "fflate";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeFolder, type CodeFolder } from "../../testing/code.ts";
import type { CodeBundle } from "./model.ts";

let code: CodeFolder;
beforeEach(() => {
  code = codeFolder({ "src/orders.ts": "export const handler = async (event: { a: number }) => event.a + 1;\n" });
});
afterEach(() => code[Symbol.dispose]());

const paths = ({ files }: CodeBundle) => files.map(({ path }) => path);
const text = ({ zip }: CodeBundle, name: string) => Buffer.from(unzipSync(zip)[name] ?? []).toString();

/** What the bundle's `handler` answers, in a Node.js of its own. */
function invoke(bundle: CodeBundle, event: unknown, flags: readonly string[] = []): unknown {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-task-"));
  try {
    for (const [name, content] of Object.entries(unzipSync(bundle.zip))) writeFileSync(join(folder, name), content);
    const [main = ""] = paths(bundle).filter((name) => !name.endsWith(".map"));
    const script =
      `const m = await import(${JSON.stringify(join(folder, main))}); const h = m.handler ?? m.default.handler;` +
      `try { console.log(JSON.stringify(await h(${JSON.stringify(event)}))); } catch (e) { console.log(JSON.stringify(e.stack)); }`;
    const args = [...flags, "--no-warnings", "--input-type=module", "-e", script];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function refusal(bundling: Promise<unknown>): Promise<readonly BulkheadError[]> {
  try {
    await bundling;
  } catch (error) {
    const { parts } = error as BulkheadError;
    return parts.length > 0 ? parts : [error as BulkheadError];
  }
  throw new Error("it was bundled");
}

describe("an entry", () => {
  it("has the file name that its handler asks for", async () => {
    expect(paths(await code.entry("src/orders.ts", { handler: "orders.handler" }))).toEqual(["orders.js"]);
    expect(paths(await code.entry("src/orders.ts", { handler: "dist/a.b.handler" }))).toEqual(["dist/a.js"]);
    expect(invoke(await code.entry("src/orders.ts"), { a: 1 })).toBe(2);
    await expect(code.entry("src/orders.ts", { handler: "../orders.handler" })).rejects.toMatchObject({
      code: "Bundle.BadName",
      message: expect.stringContaining("../orders.js"),
    });
  });

  it("that imports a style sheet doesn't put it in the place of its code", async () => {
    code.write({
      "src/page.css": "p { color: red }",
      "src/page.ts": 'import "./page.css"; export const handler = () => 3;',
    });
    const bundle = await code.entry("src/page.ts");
    expect(paths(bundle)).toEqual(["index.css", "index.js"]);
    expect(text(bundle, "index.js")).toContain("handler");
  });

  it.each([
    ["orders.mts", "{}", "index.mjs"],
    ["orders.cts", '{ "type": "module" }', "index.js"],
    ["orders.ts", '{ "type": "module" }', "index.mjs"],
    ["orders.ts", '{ "type": "commonjs" }', "index.js"],
    ["orders.js", '{ "type": "module" }', "index.mjs"],
    ["orders.mjs", "{}", "index.mjs"],
  ])("is the module that Node.js would take it for: %s in %s", async (name, packageJson, file) => {
    code.write({ "package.json": packageJson, [`src/${name}`]: "export const handler = async () => 'ran';" });
    const bundle = await code.entry(`src/${name}`);
    expect(paths(bundle)).toEqual([file]);
    expect(invoke(bundle, {})).toBe("ran");
  });

  it("is bundled with packages, also CommonJS ones that want what only CommonJS has", async () => {
    code.write({
      "package.json": '{ "type": "module" }',
      "node_modules/old/package.json": '{ "name": "old", "main": "index.js" }',
      "node_modules/old/index.js": "const p = require('node:path'); exports.at = () => p.isAbsolute(__dirname);",
      "src/orders.ts": "import { at } from 'old'; export const handler = async () => at();",
    });
    const bundle = await code.entry("src/orders.ts");
    expect(paths(bundle)).toEqual(["index.mjs"]);
    expect(invoke(bundle, {})).toBe(true);
  });

  it("follows tsconfig.json", async () => {
    code.write({
      "tsconfig.json": '{ "compilerOptions": { "paths": { "#shared/*": ["./shared/*"] } } }',
      "shared/one.ts": "export const one = 1;",
      "src/orders.ts": "import { one } from '#shared/one'; export const handler = async () => one;",
    });
    expect(invoke(await code.entry("src/orders.ts"), {})).toBe(1);
  });

  it("keeps the names of functions and classes", async () => {
    code.write({
      "src/orders.ts":
        "class OrderMissing extends Error { override name = this.constructor.name; }\n" +
        "function findOrder() { throw new OrderMissing('no'); }\nexport const handler = async () => findOrder();",
    });
    expect(invoke(await code.entry("src/orders.ts"), {})).toMatch(/OrderMissing: no\n +at findOrder/);
  });

  it("has a source map where one is declared, which leads to the source", async () => {
    code.write({
      "src/orders.ts": "const no = 1;\n\nexport const handler = async () => {\n  throw new Error('no');\n};",
    });
    const bundle = await code.entry("src/orders.ts", { sourceMap: true });
    expect(paths(bundle)).toEqual(["index.js", "index.js.map"]);
    expect(invoke(bundle, {}, ["--enable-source-maps"])).toMatch(/orders\.ts:4/);
  });

  it("leaves to the runtime what is declared external", async () => {
    code.write({ "src/orders.ts": "import * as s3 from '@aws-sdk/client-s3'; export const handler = async () => s3;" });
    const bundle = await code.entry("src/orders.ts", { external: ["@aws-sdk/*"] });
    expect(text(bundle, "index.js")).toContain('require("@aws-sdk/client-s3")');
    const [missing] = await refusal(code.entry("src/orders.ts"));
    expect(missing).toMatchObject({
      message: expect.stringContaining("@aws-sdk"),
      next: expect.stringContaining("external"),
    });
  });

  it("is refused with file, line and column of all that is wrong", async () => {
    code.write({
      "src/orders.ts": "import './gone.ts';\nimport { x } from './other.ts';\nexport const handler = x;",
      "src/other.ts": "const = 1;",
    });
    expect(await refusal(code.entry("src/orders.ts"))).toMatchObject([
      { code: "Bundle.BuildFailed", where: { file: code.path("src/orders.ts"), line: 1, column: 8 } },
      { code: "Bundle.BuildFailed", where: { file: code.path("src/other.ts"), line: 1, column: 7 } },
    ]);
  });

  it("tells what esbuild warns of", async () => {
    const events: Event[] = [];
    code.write({ "src/orders.ts": "export const handler = async () => ({ a: 1, a: 2 });" });
    await code.entry("src/orders.ts", { report: (event) => events.push(event) });
    expect(events).toEqual([
      { type: "warning", message: expect.stringMatching(/orders\.ts:1:\d+: Duplicate key "a"/) },
    ]);
  });

  it("may use packages above the root, but no sources", async () => {
    mkdirSync(code.path("project/src"), { recursive: true });
    code.write({
      "node_modules/above/index.js": "exports.above = 1;",
      "secret.ts": "export const secret = 1;",
      "project/src/a.ts": "import { above } from 'above'; export const handler = async () => above;",
      "project/src/b.ts": "import { secret } from '../../secret.ts'; export const handler = async () => secret;",
    });
    const root = code.path("project");
    expect(invoke(await code.entry("project/src/a.ts", { root }), {})).toBe(1);
    await expect(code.entry("project/src/b.ts", { root })).rejects.toMatchObject({
      code: "Bundle.OutOfRoot",
      message: expect.stringContaining("secret.ts"),
      where: { file: expect.stringMatching(/b\.ts$/) },
    });
    symlinkSync("../../secret.ts", code.path("project/src/c.ts"));
    await expect(code.entry("project/src/c.ts", { root })).rejects.toMatchObject({ code: "Bundle.OutOfRoot" });
    await expect(code.entry("secret.ts", { root })).rejects.toMatchObject({ code: "Bundle.OutOfRoot" });
  });

  it("is for Node.js", async () => {
    await expect(code.entry("src/orders.ts", { runtime: "python3.13" })).rejects.toMatchObject({
      code: "Bundle.EntryNeedsNode",
    });
    await expect(code.entry("src")).rejects.toMatchObject({ code: "Bundle.WrongKind" });
  });

  it("says so where esbuild can't be run", () => {
    const script = `
      const { bundleFunction } = await import(${JSON.stringify(join(import.meta.dirname, "bundle.ts"))});
      const code = { kind: "entry", path: ${JSON.stringify(code.path("src/orders.ts"))}, sourceMap: false, external: [] };
      const options = { root: ${JSON.stringify(code.root)}, runtime: "nodejs22.x", handler: "a.b", report() {} };
      await bundleFunction(code, options).catch((error) => console.log(error.code, error.next));`;
    const args = ["--conditions=@bulkhead/source", "--no-warnings", "--input-type=module", "-e", script];
    const env = { ...process.env, ESBUILD_BINARY_PATH: "/bin/false" };
    expect(execFileSync(process.execPath, args, { encoding: "utf8", env })).toMatch(/^Bundle\.NoBundler Install/);
  });

  it("can't hold native code, and says what to do with it", async () => {
    code.write({ "src/orders.ts": "import x from './native.node'; export const handler = x;", "src/native.node": "" });
    const [native] = await refusal(code.entry("src/orders.ts"));
    expect(native).toMatchObject({ next: expect.stringContaining("layer") });
  });
});
