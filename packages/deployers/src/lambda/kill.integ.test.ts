/** A deployment of a function that is cut off: killed at any call, its connection lost at any call. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { killAt } from "@bulkhead/sandbox";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import {
  answering,
  deployFile,
  openFunctionShop,
  orders,
  type FunctionShop,
  nothingToDo,
} from "../testing/functions.ts";

let shop: FunctionShop;
beforeAll(async () => {
  shop = await openFunctionShop();
});
afterAll(async () => shop[Symbol.asyncDispose]());

/** The first state of the application, and another with other code, other settings and other extras. */
const first = { memory: 128, ping: true };
const second = {
  ...{ memory: 256, ping: true, environment: { MODE: "a" }, url: { auth: "AWS_IAM" }, logRetentionDays: 7 },
  traffic: { steps: [10, 50], waitSeconds: 0 },
};
const declare = (settings: Readonly<Record<string, unknown>>, answer: string) =>
  shop.write({ "bulkhead.deploy.yaml": deployFile(settings), "orders.ts": answering(answer) });
beforeEach(() => declare(first, "one"));

/** A process of its own, so that it can be killed like one. */
function start(stdio: "ignore" | "pipe" = "ignore"): ChildProcess {
  const words = ["lambda", "deploy", "--deploy-file", shop.path("bulkhead.deploy.yaml")];
  return spawn(process.execPath, ["--conditions=@bulkhead/source", join(import.meta.dirname, "../bin.ts"), ...words], {
    env: { ...process.env, ...shop.env },
    stdio,
  });
}

/** The next run finishes it, and nothing is left to do or open. */
async function expectFinished(call: number, answer: string): Promise<void> {
  const { exitCode, stdout } = await shop.lambdaRun("deploy");
  expect({ call, exitCode, stdout }).toMatchObject({ call, exitCode: 0 });
  expect({ call, answer: await shop.answer() }).toEqual({ call, answer: JSON.stringify(answer) });
  expect({ call, ...(await shop.lambdaRun("plan")) }).toMatchObject({ call, ...nothingToDo });
  const { stdout: history } = await shop.deploy("history");
  expect({ call, history }).toMatchObject({ call, history: expect.not.stringContaining("begun") });
}

// Before a call is the same as after the one before it: what AWS has done is what counts.
describe("a deployment that is killed", () => {
  it("after any call was answered, is finished by the next", async () => {
    let call = 1;
    for (; ; call++) {
      await shop.reset();
      const killed = await killAt(shop.sandbox, () => start(), call, "after");
      await expectFinished(call, "one");
      if (!killed) break;
    }
    expect(call).toBeGreaterThan(10);
  });

  it("while it changes code, settings and more is finished by the next, and no traffic goes elsewhere", async () => {
    let call = 1;
    const versions: number[] = [];
    for (; ; call++) {
      await shop.reset();
      await declare(first, "one");
      await shop.lambdaRun("deploy");
      await declare(second, "two");
      const killed = await killAt(shop.sandbox, () => start(), call, "after");
      expect(['"one"', '"two"']).toContain(await shop.answer());
      await expectFinished(call, "two");
      versions.push((await shop.versions()).length);
      if (!killed) break;
    }
    expect(call).toBeGreaterThan(15);
    // What was published and got no traffic is taken, rather than published again.
    expect(new Set(versions)).toEqual(new Set([2]));
  });
});

describe("a connection that is lost", () => {
  it("once, at any call that AWS has carried out, stops no deployment", async () => {
    for (let call = 1; ; call++) {
      await shop.reset();
      shop.sandbox.faults.at(call, { kind: "cutAfter" });
      const { exitCode, stdout } = await shop.lambdaRun("deploy");
      expect({ call, exitCode, stdout }).toMatchObject({
        call,
        exitCode: 0,
        stdout: expect.stringContaining(`${orders}: created`),
      });
      const calls = shop.sandbox.calls().length;
      expect({ call, ...(await shop.lambdaRun("deploy")) }).toMatchObject({ call, ...nothingToDo });
      if (call > calls) return;
    }
  });
});

describe("Ctrl-C", () => {
  it("ends a deployment that waits, with what runs told by its receipt, and the next one finishes it", async () => {
    await shop.reset();
    await shop.lambdaRun("deploy");
    await declare(second, "two");
    const child = start("pipe");
    const closed = once(child, "close");
    const interrupt = async (): Promise<void> => void child.kill("SIGINT");
    shop.sandbox.faults.at(1, { kind: "after", run: interrupt }, { operation: "lambda:UpdateFunctionConfiguration" });
    expect(await closed).toEqual([130, null]);
    expect(await shop.answer()).toBe('"one"');
    expect((await shop.deploy("history")).stdout).toContain("failed");
    await expectFinished(0, "two");
  });
});
