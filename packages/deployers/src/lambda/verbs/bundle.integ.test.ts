/** `lambda bundle`: what a person or a job learns of bundles, and what lies on disk afterwards. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { runCommand } from "@bulkhead/sandbox";
import { readdirSync, readFileSync } from "node:fs";
import { codeFolder, type CodeFolder } from "../../testing/code.ts";
import { deployCommands } from "../../command.ts";
import { digestOf } from "../bundle/digest.ts";

const program = { name: "bulkhead-deploy", summary: "", version: "0.0.0", commands: deployCommands.commands };
const deployFile = `version: 1
application: shop
environments:
  dev: { account: "111111111111", region: eu-central-1 }
  prod: { account: "222222222222", region: eu-central-1, protected: true }
lambda:
  layers:
    shared: { folder: layer, runtimes: [python3.13] }
  functions:
    orders: { runtime: nodejs22.x, entry: src/orders.ts, role: "arn:aws:iam::111111111111:role/x" }
    reports:
      runtime: python3.13
      folder: reports
      handler: main.handler
      role: "arn:aws:iam::111111111111:role/x"
      environments: { prod: { folder: reports-prod } }
`;

let code: CodeFolder;
beforeEach(() => {
  code = codeFolder({
    "bulkhead.deploy.yaml": deployFile,
    "src/orders.ts": "export const handler = async () => 1;",
    "reports/main.py": "def handler(event, context): return 1\n",
    "reports-prod/main.py": "def handler(event, context): return 2\n",
    "layer/python/shared.py": "",
  });
});
afterEach(() => code[Symbol.dispose]());

const bundle = (...argv: string[]) =>
  runCommand(program, ["lambda", "bundle", "--deploy-file", code.path("bulkhead.deploy.yaml"), ...argv]);
const bare = (...argv: string[]) => runCommand(program, ["lambda", "bundle", ...argv]);

interface Document {
  readonly bundles: readonly Readonly<Record<string, unknown> & { key: string; digest: string; out: string | null }>[];
}
const parsed = (stdout: string) => JSON.parse(stdout) as Document;

describe("bundle", () => {
  it("tells digest, sizes and files of all functions and layers, once where environments share them", async () => {
    const { exitCode, stdout } = await bundle("--output", "json");
    expect(exitCode).toBe(0);
    const { bundles } = parsed(stdout);
    expect(bundles).toMatchObject([
      { kind: "function", key: "orders", environments: ["dev", "prod"], files: [{ path: "orders.js" }], out: null },
      { kind: "function", key: "reports", environments: ["dev"], files: [{ path: "main.py", bytes: 38 }] },
      { kind: "layer", key: "shared", environments: ["dev", "prod"], files: [{ path: "python/shared.py", bytes: 0 }] },
      { kind: "function", key: "reports", environments: ["prod"] },
    ]);
    const text = (await bundle()).stdout;
    for (const { digest } of bundles) expect(text).toContain(digest);
    expect(text).toMatch(
      /^orders \(dev, prod\) {2}sha256:[0-9a-f]{64} {2}[\d,]+ bytes, [\d,]+ unzipped\n +[\d,]+ {2}orders\.js\n/,
    );
  });

  it("is about one environment, or one function, where that is said", async () => {
    const { stdout } = await bundle("reports", "--environment", "prod", "--output", "json");
    expect(parsed(stdout).bundles).toMatchObject([{ key: "reports", environments: ["prod"] }]);
    expect((await bundle("report")).stderr).toContain('Did you mean "reports"?');
  });

  it("writes zips that have the digest they say", async () => {
    const out = code.path("out/zips");
    const { stdout } = await bundle("--out", out, "--output", "json");
    expect(readdirSync(out).sort()).toEqual(["layer-shared.zip", "orders.zip", "reports-dev.zip", "reports-prod.zip"]);
    for (const one of parsed(stdout).bundles) {
      expect(digestOf(readFileSync(one.out ?? "")).digest).toBe(one.digest);
    }
  });

  it("writes one function to a file", async () => {
    const out = code.path("orders.zip");
    expect((await bundle("orders", "--out", out)).stdout).toContain(`→ ${out}`);
    const { stdout } = await bundle("orders", "--output", "json");
    expect(digestOf(readFileSync(out)).digest).toBe(parsed(stdout).bundles[0]?.digest);
    expect((await bundle("--out", out)).stderr).toContain("is one file, but there are 4 bundles");
    expect((await bundle("orders", "--out", code.path("gone/orders.zip"))).stderr).toContain("can't be written");
  });

  it("needs neither deploy file nor account", async () => {
    const source = ["--code", code.path("src/orders.ts"), "--output", "json"];
    expect((await bare(...source)).stderr).toContain("--runtime");
    const { stdout } = await bare(...source, "--runtime", "nodejs22.x", "--function", "orders");
    expect(parsed(stdout).bundles).toMatchObject([{ key: "orders", environments: [], files: [{ path: "orders.js" }] }]);
    const { stdout: same } = await bundle("orders", "--output", "json");
    expect(parsed(stdout).bundles[0]?.digest).toBe(parsed(same).bundles[0]?.digest);
    const folder = ["--code", code.path("reports"), "--runtime", "python3.13", "--handler", "main.handler"];
    expect((await bare(...folder)).stdout).toContain("main.py");
  });

  it("shows where the sources are wrong, and writes nothing", async () => {
    code.write({ "src/orders.ts": "import './gone.ts';\n" });
    const { exitCode, stderr } = await bundle("orders", "--out", code.path("orders.zip"));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/src\/orders\.ts:1:8/);
    expect(readdirSync(code.root)).not.toContain("orders.zip");
  });
});
