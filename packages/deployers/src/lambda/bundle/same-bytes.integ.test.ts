/** The same bytes from the same files: in other processes, with other settings, from another place on disk. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, utimesSync } from "node:fs";
import { readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const files: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "tsconfig.json": '{ "compilerOptions": { "paths": { "#lib/*": ["./src/lib/*"] } } }',
  "src/orders.ts":
    "import { total } from '#lib/total'; import { greet } from 'greet'; import * as old from 'old';\n" +
    "export const handler = async (e: { n: number[] }) => [greet('ä'), total(e.n), old.word];\n",
  "src/lib/total.ts": "export function total(n: number[]): number { return n.reduce((a, b) => a + b, 0); }\n",
  "node_modules/greet/package.json": '{ "name": "greet", "type": "module", "exports": "./index.js" }',
  "node_modules/greet/index.js": "/*! a license */ export const greet = (name) => `Hello, ${name}`;\n",
  "node_modules/old/package.json": '{ "name": "old" }',
  "node_modules/old/index.js": "exports.word = require('./word.js');\n",
  "node_modules/old/word.js": "module.exports = 'old';\n",
  "reports/main.py": "print('ä')\n",
  "reports/I.txt": "i",
  "reports/ı.txt": "I",
  "reports/bin/run": "#!/bin/sh\n",
};
/** Of folder, entry, entry with source map. */
let first: readonly string[];
let base: string;

interface Way {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly umask?: string;
}

function digests(root: string, { cwd = root, env = {}, umask = "022" }: Way = {}): readonly string[] {
  const script = `
    const { bundleFunction } = await import(${JSON.stringify(join(import.meta.dirname, "bundle.ts"))});
    const root = ${JSON.stringify(root)};
    const options = { root, runtime: "nodejs22.x", handler: "orders.handler", report() {} };
    const entry = { kind: "entry", path: root + "/src/orders.ts", external: [] };
    const codes = [
      { kind: "folder", path: root + "/reports" },
      { ...entry, sourceMap: false },
      { ...entry, sourceMap: true },
    ];
    for (const code of codes) console.log((await bundleFunction(code, options)).digest);`;
  const node = [
    process.execPath,
    "--conditions=@bulkhead/source",
    "--no-warnings",
    "--input-type=module",
    "-e",
    script,
  ];
  const args = ["-c", `umask ${umask}; exec "$@"`, "sh", ...node];
  const output = execFileSync("/bin/sh", args, { cwd, env: { ...process.env, ...env }, encoding: "utf8" });
  return output.trim().split("\n");
}

function lay(root: string, names: readonly string[] = Object.keys(files)): string {
  for (const name of names) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), files[name] ?? "");
  }
  chmodSync(join(root, "reports/bin/run"), 0o755);
  return root;
}

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-same-")));
  first = digests(lay(join(base, "first")));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("the same bytes", () => {
  it("are what three bundles are about", () => {
    expect(new Set(first).size).toBe(3);
    expect(first.every((digest) => /^sha256:[0-9a-f]{64}$/.test(digest))).toBe(true);
  });

  it.each(["Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "UTC"])("come in the time zone %s", (TZ) => {
    expect(digests(join(base, "first"), { env: { TZ } })).toEqual(first);
  });

  it.each(["C", "tr_TR.UTF-8", "sv_SE.UTF-8"])("come in the locale %s", (locale) => {
    expect(digests(join(base, "first"), { env: { LANG: locale, LC_ALL: locale } })).toEqual(first);
  });

  it("come from another working folder", () => {
    expect(digests(join(base, "first"), { cwd: tmpdir() })).toEqual(first);
    expect(digests(join(base, "first"), { cwd: join(base, "first/src/lib") })).toEqual(first);
  });

  it("come with another umask, of the process and of who checked it out", () => {
    const copy = join(base, "umask");
    cpSync(join(base, "first"), copy, { recursive: true });
    for (const name of Object.keys(files)) chmodSync(join(copy, name), name.endsWith("run") ? 0o700 : 0o600);
    expect(digests(copy, { umask: "077" })).toEqual(first);
  });

  it("come from files of other dates, written in another order, at another place", () => {
    const root = lay(join(base, "a/much/longer/path with spaces/äöü"), Object.keys(files).reverse());
    for (const name of Object.keys(files)) utimesSync(join(root, name), 2_000_000_000, 1_000_000_000);
    expect(digests(root)).toEqual(first);
  });

  it("come from packages that are installed further up", () => {
    const root = lay(join(base, "workspace/apps/shop"));
    renameSync(join(root, "node_modules"), join(base, "workspace/node_modules"));
    expect(readdirSync(root)).not.toContain("node_modules");
    expect(digests(root)).toEqual(first);
  });

  it("don't come from other files", () => {
    const root = lay(join(base, "other"));
    writeFileSync(join(root, "reports/main.py"), "print('a')\n");
    writeFileSync(join(root, "node_modules/old/word.js"), "module.exports = 'new';\n");
    digests(root).forEach((digest, index) => expect(digest).not.toBe(first[index]));
  });

  it("don't come where a file became executable", () => {
    const root = lay(join(base, "mode"));
    chmodSync(join(root, "reports/main.py"), 0o755);
    expect(digests(root)[0]).not.toBe(first[0]);
  });
});
