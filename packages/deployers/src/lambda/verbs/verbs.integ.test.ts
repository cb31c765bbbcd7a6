/** The verbs beside `plan` and `deploy`, on the sandbox: list, info, prune, delete, validate. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { answering, deployFile, openFunctionShop, orders, type FunctionShop } from "../../testing/functions.ts";

let shop: FunctionShop;
beforeAll(async () => {
  shop = await openFunctionShop();
});
afterAll(async () => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  await shop.reset();
  await shop.write({ "bulkhead.deploy.yaml": deployFile({ keepVersions: 1 }), "orders.ts": answering("0") });
});

const json = async (...argv: string[]) => JSON.parse((await shop.lambdaRun(...argv, "--output", "json")).stdout);
const deployed = async (...answers: readonly string[]): Promise<void> => {
  for (const answer of answers) {
    await shop.write({ "orders.ts": answering(answer) });
    await shop.lambdaRun("deploy");
  }
};

describe("list and info", () => {
  it("show what is there, and no variable's value", async () => {
    await shop.write({ "bulkhead.deploy.yaml": deployFile({ environment: { MODE: "plain" } }) });
    await deployed("one", "two");
    expect(await json("list")).toMatchObject({
      kind: "functions",
      functions: [{ name: orders, runtime: "nodejs22.x", declared: true, version: "2" }],
    });
    const info = await json("info");
    expect(info).toMatchObject({
      kind: "function-info",
      functions: [{ name: orders, version: "2", settings: { memory: "128" }, variables: ["MODE"] }],
    });
    expect(info.functions[0].versions).toHaveLength(2);
    const { stdout } = await shop.lambdaRun("info");
    expect(stdout).toContain("live → version 2");
    expect(stdout).not.toContain("plain");
    expect((await shop.lambdaRun("list")).stdout).toContain(orders);
  });
});

describe("prune", () => {
  it("deletes old versions, but neither what runs nor what ran before", async () => {
    await deployed("one", "two", "three", "four");
    await shop.moveAlias("2");
    await deployed("five");
    expect(await shop.versions()).toEqual(["1", "2", "3", "4", "5"]);
    expect(await json("prune", "--dry-run")).toMatchObject({
      functions: [{ status: "planned", versions: ["1", "3", "4"] }],
    });
    expect(await shop.versions()).toHaveLength(5);
    expect(await json("prune")).toMatchObject({ functions: [{ status: "pruned", versions: ["1", "3", "4"] }] });
    expect(await shop.versions()).toEqual(["2", "5"]);
    expect((await shop.lambdaRun("prune")).stdout).toBe(`= ${orders}: nothing to do, 2 versions\n`);
    expect(await shop.answer()).toBe('"five"');
  });
});

describe("delete", () => {
  it("asks, deletes the function with its versions, and leaves a receipt", async () => {
    await deployed("one");
    expect(await shop.lambdaRun("delete")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Deploy.DeleteNeedsYes"),
    });
    expect((await shop.lambdaRun("delete", "--yes")).stdout).toBe(`✓ ${orders}: deleted\n`);
    expect((await shop.lambdaRun("delete", "--yes")).stdout).toBe(`= ${orders}: doesn't exist\n`);
    expect((await shop.deploy("history")).stdout).toContain("delete");
    expect((await shop.lambdaRun("deploy")).stdout).toContain("created, version 1");
  });
});

describe("a deletion of which nothing was heard", () => {
  it("is left open in the book, and closed by the next run", async () => {
    await deployed("one");
    shop.sandbox.faults.at(1, { kind: "cutAfter" }, { operation: "lambda:DeleteFunction" });
    shop.sandbox.faults.at(2, { kind: "cut" }, { operation: "lambda:DeleteFunction", times: 99 });
    expect(await shop.lambdaRun("delete", "--yes")).toMatchObject({ exitCode: 1 });
    shop.sandbox.faults.clear();
    const last = async () => {
      const { stdout } = await shop.deploy("history", "--output", "json");
      return JSON.parse(stdout).units[0].receipts[0];
    };
    expect(await last()).toMatchObject({ verb: "delete", result: "begun" });
    expect((await shop.lambdaRun("delete", "--yes")).stdout).toBe(`= ${orders}: doesn't exist\n`);
    expect(await last()).toMatchObject({ verb: "delete", result: "done" });
  });
});

describe("validate", () => {
  it("needs no AWS, and names what is missing, once", async () => {
    shop.sandbox.clearCalls();
    expect((await shop.lambdaRun("validate")).stdout).toBe("Valid: 1 functions, 1 environments.\n");
    const environments = Object.fromEntries(
      ["dev", "prod"].map((name) => [name, { account: "111111111111", region: "eu-central-1" }]),
    );
    await shop.write({ "bulkhead.deploy.yaml": deployFile({ entry: "none.ts" }, { environments }) });
    const { exitCode, stderr } = await shop.lambdaRun("validate");
    expect(exitCode).toBe(1);
    expect(stderr.match(/Bundle\.Missing/g)).toHaveLength(1);
    expect(shop.sandbox.calls()).toEqual([]);
  });
});
