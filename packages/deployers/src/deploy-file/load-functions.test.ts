/** The section `lambda` of a deploy file: what functions come out of it, and what is refused, with its place. */

import { describe, expect, it } from "@jest/globals";
import type { BulkheadError } from "@bulkhead/core";
import { memoryFiles } from "../testing/files.ts";
import { targetFromFile, type Target } from "../target.ts";
import { loadDeployFile } from "./load.ts";

const file = "app/bulkhead.deploy.yaml";
const lockFile = { accounts: {}, blocks: {} };
const flags = {
  account: undefined,
  region: undefined,
  "access-role": undefined,
  application: undefined,
  "artifact-bucket": undefined,
};

const whole = `version: 1
application: shop
environments:
  dev: { account: "111111111111", region: eu-central-1 }
  prod: { account: "222222222222", region: eu-central-1, after: dev }
lambda:
  layers:
    shared: { folder: layers/shared, runtimes: [python3.13] }
  functions:
    orders:
      runtime: nodejs22.x
      entry: src/orders.ts
      role: arn:aws:iam::111111111111:role/orders
      environment: { MODE: a, TABLE: { stackOutput: network.Table } }
      layers: [shared, "arn:aws:lambda:eu-central-1:1:layer:x:1"]
      ping: true
      environments:
        prod: { memory: 1024, environment: { MODE: b }, traffic: { steps: [10, 50] } }
`;

function target(text: string, environment: string): Target {
  const loaded = loadDeployFile(file, memoryFiles({ [file]: text }));
  if (!loaded) throw new Error("there is no file");
  return targetFromFile(loaded, { ...flags, environment }, lockFile);
}

function refusals(work: () => unknown): readonly BulkheadError[] {
  try {
    work();
  } catch (error) {
    const { parts } = error as BulkheadError;
    return parts.length > 0 ? parts : [error as BulkheadError];
  }
  throw new Error("it was read");
}

describe("functions of a deploy file", () => {
  it("have Lambda's own defaults, and the name of their environment", () => {
    const [orders] = target(whole, "dev").functions;
    expect(orders).toMatchObject({
      ...{ key: "orders", name: "shop-dev-orders", alias: "live", keepVersions: 5, handler: "orders.handler" },
      ...{ memory: 128, timeout: 3, architecture: "x86_64", ephemeralStorage: 512, tracing: "PassThrough" },
      code: { kind: "entry", path: "app/src/orders.ts", where: { file, line: 12 } },
      ping: { payload: {}, expect: undefined },
      traffic: undefined,
      vpc: undefined,
    });
    expect(target(whole, "dev").layers).toMatchObject([
      { name: "shop-dev-shared", code: { path: "app/layers/shared" } },
    ]);
  });

  it("have an environment's settings over common ones, and maps merged, with the place of each", () => {
    const prod = target(whole, "prod");
    const [orders] = prod.functions;
    expect(prod.after).toBe("dev");
    expect(orders).toMatchObject({ memory: 1024, traffic: { steps: [10, 50], waitSeconds: 60, alarms: [] } });
    expect(orders?.environment.get("MODE")).toEqual({ input: "b", where: { file, line: 18, column: 52 } });
    expect(orders?.environment.get("TABLE")).toMatchObject({ where: { line: 14 } });
  });

  it("take an environment's own code in place of the common one", () => {
    const text = whole.replace("memory: 1024", "folder: dist, handler: a.b");
    expect(target(text, "prod").functions[0]).toMatchObject({
      code: { kind: "folder", path: "app/dist", where: { file, line: 18 } },
      handler: "a.b",
    });
    expect(target(text, "dev").functions[0]).toMatchObject({ code: { kind: "entry" } });
  });

  const edit = (from: string, to: string) => (text: string) => text.replace(from, to);
  it.each<[string, (text: string) => string, RegExp, number]>([
    ["an unknown key", edit("runtime: nodejs", "runtme: nodejs"), /"runtme"/, 11],
    ["two kinds of code", edit("ping: true", "folder: dist"), /one of entry, folder and zip/, 12],
    ["no code", edit("      entry: src/orders.ts\n", ""), /one of entry, folder and zip/, 10],
    ["no role", edit("      role: arn:aws:iam::111111111111:role/orders\n", ""), /no role in dev/, 10],
    ["no handler", edit("entry: src/orders.ts", "folder: dist"), /needs a handler/, 10],
    ["a layer that isn't there", edit("layers: [shared,", "layers: [shard,"), /no layer "shard"/, 15],
    ["an environment that isn't there", edit("        prod:", "        prd:"), /no environment "prd"/, 18],
    ["falling steps", edit("[10, 50]", "[50, 10]"), /rising percentages/, 18],
    ["a handler with a space", edit("ping: true", "handler: orders .handler"), /without spaces/, 16],
    ["a variable of one letter", edit("TABLE:", "T:"), /two or more letters/, 14],
    ["an alias that is a number", edit("ping: true", 'alias: "7"'), /no number/, 16],
    ["an order that isn't one", edit("after: dev", "after: prod"), /prod comes after itself/, 5],
    ["an order after nothing", edit("after: dev", "after: dve"), /no environment "dve"/, 5],
    ["a name that is too long", edit("ping: true", `name: ${"x".repeat(60)}-{function}`), /64 characters/, 16],
  ])("with %s are refused at their place", (_, change, message, line) => {
    const [first] = refusals(() => target(change(whole), "dev"));
    expect(first).toMatchObject({ message: expect.stringMatching(message), where: { file, line } });
  });
});
