/** Deployments of functions that AWS, another run, or the function itself stands in the way of. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DeleteParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { Refusal } from "@bulkhead/sandbox";
import { readFile } from "node:fs/promises";
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

  it("that comes between two calls of a deployment gets nothing of its own published", async () => {
    await shop.lambdaRun("deploy");
    await shop.declare({ memory: 256 });
    const byHand = async (): Promise<void> => {
      await shop.settled();
      await shop.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: orders, MemorySize: 1024 }));
      await shop.settled();
    };
    // The first one reads what runs; by the second, the deployment hears that its own change is through.
    shop.sandbox.faults.at(2, { kind: "before", run: byHand }, { operation: "lambda:GetFunctionConfiguration" });
    expect(await shop.lambdaRun("deploy")).toMatchObject({ exitCode: 0 });
    const input = { FunctionName: orders, Qualifier: "live" };
    expect(await shop.lambda.send(new GetFunctionConfigurationCommand(input))).toMatchObject({ MemorySize: 256 });
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

describe("weights", () => {
  it("that nobody knows of, and between versions that are the same, are taken back once", async () => {
    await shop.lambdaRun("deploy");
    await shop.lambda.send(new PublishVersionCommand({ FunctionName: orders }));
    await shop.lambda.send(
      new UpdateAliasCommand({
        ...{ FunctionName: orders, Name: "live", FunctionVersion: "1" },
        RoutingConfig: { AdditionalVersionWeights: { "2": 0.1 } },
      }),
    );
    await new SSMClient(shop.config).send(
      new DeleteParameterCommand({ Name: "/bulkhead/receipts/shop/dev/lambda/orders/live" }),
    );
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("its traffic is turned back"));
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
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

describe("a version that AWS can't make ready", () => {
  it("is made anew by the next run", async () => {
    await shop.lambdaRun("deploy");
    await shop.write({ "orders.ts": answering("two") });
    const reason = "The snapshot couldn't be made";
    shop.sandbox.faults.script("lambda:GetFunctionConfiguration", ({ url }) =>
      url.includes("Qualifier=2") ? { body: { Version: "2", State: "Failed", StateReason: reason } } : undefined,
    );
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed(`Version 2 of ${orders} can't be used: ${reason}`));
    expect(await shop.answer()).toBe('"one"');
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 3"));
    expect(await shop.versions()).toEqual(["1", "3"]);
    expect(await shop.answer()).toBe('"two"');
  });
});

describe("environment variables", () => {
  const hush = "s3cret";

  it("that Lambda finds too large are told without their values", async () => {
    const message = `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"PASSWORD":"${hush}"}`;
    await shop.lambdaRun("deploy");
    await shop.declare({ environment: { PASSWORD: { env: "PASSWORD", default: hush } } });
    for (const operation of ["UpdateFunctionConfiguration", "CreateFunction"]) {
      if (operation === "CreateFunction") await shop.lambdaRun("delete", "--yes");
      refuse(operation, "InvalidParameterValueException", message);
      const { exitCode, stdout, stderr } = await shop.lambdaRun("deploy", "--verbose");
      expect({ exitCode, stdout }).toMatchObject(failed("Lambda.VariablesTooLarge"));
      expect(stdout + stderr + (await shop.deploy("history")).stdout).not.toContain(hush);
    }
  });

  it("are measured as the JSON that Lambda makes of them", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`V${index}`, "12345678"]));
    await shop.declare({ environment: many });
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("Lambda.VariablesTooLarge"));
    expect(times("lambda:CreateFunction")).toBe(0);
  });

  it("that can't be decrypted aren't taken for none, whichever version has them", async () => {
    await shop.lambdaRun("deploy");
    shop.sandbox.faults.script("lambda:GetFunctionConfiguration", {
      body: {
        Version: "1",
        Environment: { Error: { ErrorCode: "AccessDeniedException", Message: "kms:Decrypt is denied" } },
      },
    });
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("kms:Decrypt is denied"));
    expect(times("lambda:UpdateFunctionConfiguration")).toBe(0);
  });
});

describe("the artifact bucket", () => {
  it("that somebody else writes to brings no other code under the alias", async () => {
    const name = "shop-artifacts";
    const artifactBucket = { name, create: true };
    const s3 = new S3Client(shop.config);
    await shop.declare({}, { artifactBucket });
    await shop.lambdaRun("deploy");
    await shop.write({ "orders.ts": answering("two") });
    await shop.lambdaRun("bundle", "--out", shop.path("other.zip"));
    await shop.write({ "orders.ts": answering("three") });
    const swap = async ({ input }: { readonly input: Readonly<Record<string, unknown>> }): Promise<void> => {
      const Body = await readFile(shop.path("other.zip"));
      await s3.send(new PutObjectCommand({ Bucket: name, Key: String(input["S3Key"]), Body }));
    };
    shop.sandbox.faults.at(1, { kind: "before", run: swap }, { operation: "lambda:UpdateFunctionCode" });
    expect(await shop.lambdaRun("deploy")).toMatchObject(failed("Lambda.CodeSwapped"));
    expect(await shop.answer()).toBe('"one"');
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 3"));
    expect(await shop.answer()).toBe('"three"');
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
