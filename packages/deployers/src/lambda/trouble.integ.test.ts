/** Deployments of functions that AWS, another run, or the function itself stands in the way of. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  GetFunctionConfigurationCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { Refusal } from "@bulkhead/sandbox";
import {
  answering,
  deployFile,
  openFunctionShop,
  orders,
  type FunctionShop,
  done,
  failed,
  nothingToDo,
} from "../testing/functions.ts";
import { account, region } from "../testing/shop.ts";

let shop: FunctionShop;
beforeAll(async () => {
  shop = await openFunctionShop();
});
afterAll(async () => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  await shop.reset();
  await shop.write({ "bulkhead.deploy.yaml": deployFile(), "orders.ts": answering("one") });
});

const times = (call: string): number => shop.sandbox.calls().filter((one) => one === call).length;
const refuse = (operation: string, code: string, message: string, count = 1, status = 400) =>
  shop.sandbox.faults.at(
    1,
    { kind: "fail", status, code, message },
    { operation: `lambda:${operation}`, times: count },
  );

describe("another run", () => {
  it("is waited for, and what it has deployed isn't deployed again", async () => {
    const [one, other] = await Promise.all([shop.lambdaRun("deploy"), shop.lambdaRun("deploy")]);
    expect([one.exitCode, other.exitCode]).toEqual([0, 0]);
    const shown = [one.stdout, other.stdout].sort();
    expect(shown).toEqual([`= ${orders}: nothing to do\n`, `✓ ${orders}: created, version 1\n`]);
    expect(times("lambda:CreateFunction")).toBe(1);
    expect(await shop.versions()).toEqual(["1"]);
  });

  it("that came between is seen, and the function is looked at anew", async () => {
    await shop.lambdaRun("deploy");
    await shop.write({ "orders.ts": answering("two") });
    // After it was read and before it is written.
    const byHand = async (): Promise<void> => {
      await shop.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: orders, MemorySize: 1024 }));
      await shop.settled();
    };
    shop.sandbox.faults.at(1, { kind: "before", run: byHand }, { operation: "lambda:UpdateFunctionCode" });
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 2"));
    expect(times("lambda:UpdateFunctionCode")).toBe(2);
    const found = await shop.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: orders, Qualifier: "2" }));
    expect(found.MemorySize).toBe(128);
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
  });

  it("that moves the alias meanwhile is never written over", async () => {
    await shop.lambdaRun("deploy");
    await shop.write({ "orders.ts": answering("two") });
    const byHand = async (): Promise<void> => {
      const input = { FunctionName: orders, Name: "live", FunctionVersion: "1", Description: "held by hand" };
      await shop.lambda.send(new UpdateAliasCommand(input));
    };
    shop.sandbox.faults.at(1, { kind: "before", run: byHand }, { operation: "lambda:UpdateAlias" });
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("Lambda.AliasMoved"));
    expect(await shop.version()).toBe("1");
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 2"));
  });
});

describe("a function that is busy", () => {
  const conflict = "The operation cannot be performed at this time. An update is in progress for resource";

  it.each(["UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion", "CreateAlias"])(
    "at %s is waited for",
    async (operation) => {
      if (operation !== "CreateAlias") {
        await shop.lambdaRun("deploy");
        await shop.declare({ memory: 256 });
        if (operation === "UpdateFunctionCode") await shop.write({ "orders.ts": answering("two") });
      }
      refuse(operation, "ResourceConflictException", conflict, 2, 409);
      expect(await shop.lambdaRun("deploy")).toMatchObject({ exitCode: 0 });
      expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
    },
  );

  it("for ever is told", async () => {
    await shop.lambdaRun("deploy");
    await shop.write({ "orders.ts": answering("two") });
    refuse("UpdateFunctionCode", "ResourceConflictException", conflict, 99, 409);
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("Lambda.Overtaken"));
    expect(await shop.answer()).toBe('"one"');
    shop.sandbox.faults.clear();
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 2"));
  });

  it("or whose update AWS gives up is told with AWS's reason", async () => {
    await shop.lambdaRun("deploy");
    await shop.declare({ memory: 256 });
    const reason = "The subnet subnet-1 has no free addresses";
    shop.sandbox.faults.script("lambda:UpdateFunctionConfiguration", {
      body: { Version: "$LATEST", LastUpdateStatus: "Failed", LastUpdateStatusReason: reason, RevisionId: "r" },
    });
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed(`Function ${orders} can't be used: ${reason}`));
    shop.sandbox.faults.clear();
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 2"));
  });
});

describe("throttling", () => {
  it("is waited out", async () => {
    shop.sandbox.faults.throttle("lambda:*", { rate: 5, burst: 2 });
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("created, version 1"));
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
  });
});

describe("a role", () => {
  const unknown = "The role defined for the function cannot be assumed by Lambda.";

  it("that is new is waited for", async () => {
    refuse("CreateFunction", "InvalidParameterValueException", unknown, 2);
    const { exitCode, stderr } = await shop.lambdaRun("deploy");
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("its role can't be assumed by Lambda yet"),
    });
    expect(times("lambda:CreateFunction")).toBe(3);
  });

  it("that may not be passed is named, and nothing is left open", async () => {
    const message = `User: anna is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${account}:role/orders`;
    refuse("CreateFunction", "AccessDeniedException", message, 1, 403);
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("iam:PassRole"));
    expect((await shop.deploy("history")).stdout).toContain("failed");
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("created, version 1"));
  });

  it("of the caller that lacks a right is told at every call", async () => {
    await shop.lambdaRun("deploy");
    const needed = [...new Set(shop.sandbox.calls())].filter((call) => call.startsWith("lambda:"));
    expect(needed).toHaveLength(5);
    for (const operation of needed) {
      await shop.reset();
      const denied = { kind: "fail", status: 403, code: "AccessDeniedException", message: "no" } as const;
      shop.sandbox.faults.at(1, denied, { operation, times: 99 });
      const { exitCode, stdout } = await shop.lambdaRun("deploy");
      expect({ operation, exitCode, stdout }).toMatchObject(failed(`Give the caller ${operation}`));
    }
  });
});

describe("Lambda's quota of code", () => {
  it("that is reached is told with the way out, and leaves what runs", async () => {
    await shop.lambdaRun("deploy");
    await shop.write({ "orders.ts": answering("two") });
    refuse("UpdateFunctionCode", "CodeStorageExceededException", "Code storage limit exceeded.");
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("`lambda prune`"));
    expect(await shop.answer()).toBe('"one"');
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 2"));
  });
});

describe("a ping", () => {
  it("that fails leaves the alias where it is, also in the next run, until the function is mended", async () => {
    await shop.declare({ ping: { payload: { ping: true }, expect: "two" } });
    await shop.write({ "orders.ts": answering("two") });
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("created, version 1"));
    await shop.write({ "orders.ts": answering("three") });
    for (let run = 0; run < 2; run++) {
      expect(await shop.lambdaRun("deploy")).toMatchObject(failed("Lambda.PingFailed"));
      expect(await shop.answer()).toBe('"two"');
      expect(await shop.versions()).toEqual(["1", "2"]);
    }
    await shop.declare({ ping: { expect: "three" } });
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 2"));
    expect(await shop.answer()).toBe('"three"');
  });

  it("of a new function that fails leaves it without traffic", async () => {
    await shop.declare({ ping: true });
    await shop.write({ "orders.ts": "export const handler = async () => { throw new Error('broken'); };\n" });
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("broken"));
    await expect(shop.version()).rejects.toThrow(/./);
    await shop.write({ "orders.ts": answering("two") });
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 2"));
    expect(await shop.answer()).toBe('"two"');
  });
});

describe("the fence", () => {
  it("stops a deployment into another account or region before the first write", async () => {
    await shop.declare({}, { environments: { dev: { account: "222222222222", region } } });
    expect(await shop.lambdaRun("deploy")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Credentials.WrongAccount"),
    });
    await shop.declare({});
    expect(await shop.lambdaRun("deploy", "--region", "us-east-1")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Deploy.OutsideFence"),
    });
    expect(times("lambda:CreateFunction")).toBe(0);
  });

  it("asks in a protected environment", async () => {
    await shop.declare({}, { environments: { dev: { account, region, protected: true } } });
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("Deploy.NeedsYes"));
    expect(times("lambda:CreateFunction")).toBe(0);
    expect(await shop.lambdaRun("deploy", "--yes")).toMatchObject(done("created"));
  });
});

describe("hooks", () => {
  it("run before and after, and one that fails stops the function", async () => {
    const hooks = { before: [`echo before $BULKHEAD_FUNCTION >> ${shop.path("log")}`], after: ["exit 3"] };
    await shop.declare({ hooks });
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("Hook.Failed"));
    expect(await shop.answer()).toBe('"one"');
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
    await shop.declare({ hooks: { before: ["exit 3"] }, memory: 256 });
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("Hook.Failed"));
    expect(times("lambda:UpdateFunctionConfiguration")).toBe(0);
  });
});

describe("a limit", () => {
  it("of environment variables is told before anything is sent", async () => {
    await shop.declare({ environment: { LARGE: "x".repeat(5_000) } });
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("Lambda takes 4,096"));
    expect(times("lambda:CreateFunction")).toBe(0);
  });

  it("that a script of AWS states is told as AWS says it", async () => {
    shop.sandbox.faults.script(
      "lambda:CreateFunction",
      new Refusal(400, "InvalidParameterValueException", "Unzipped size must be smaller than 262144000 bytes"),
    );
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("262144000"));
  });
});
