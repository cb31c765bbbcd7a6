/** What stands beside versions, on the sandbox: set, left alone, changed by hand, and taken away with its declaration. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AddPermissionCommand,
  GetFunctionCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  PutFunctionConcurrencyCommand,
} from "@aws-sdk/client-lambda";
import { answering, openFunctionShop, orders, type FunctionShop, done, nothingToDo } from "../../testing/functions.ts";

let shop: FunctionShop;
beforeAll(async () => {
  shop = await openFunctionShop();
});
afterAll(async () => shop[Symbol.asyncDispose]());

const all = {
  reservedConcurrency: 3,
  provisionedConcurrency: 1,
  logRetentionDays: 7,
  url: { auth: "NONE", cors: { allowOrigins: ["https://example.com"] } },
  permissions: [{ principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::in", sourceAccount: "111111111111" }],
};
beforeEach(async () => {
  await shop.reset();
  await shop.write({ "orders.ts": answering("one") });
  await shop.declare(all);
});

const alias = { FunctionName: orders, Qualifier: "live" };

async function statements(): Promise<readonly { readonly Sid: string; readonly Action: string }[]> {
  const { Policy = "{}" } = await shop.lambda.send(new GetPolicyCommand(alias));
  return (JSON.parse(Policy) as { Statement: { Sid: string; Action: string }[] }).Statement;
}

describe("extras", () => {
  it("are set with the function, cost one read each where nothing differs, and are on the alias", async () => {
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("created, version 1"));
    shop.sandbox.clearCalls();
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
    expect([...shop.counted()].sort()).toEqual([
      "lambda:GetAlias",
      "lambda:GetFunction",
      "lambda:GetFunctionConfiguration",
      "lambda:GetFunctionUrlConfig",
      "lambda:GetPolicy",
      "lambda:GetProvisionedConcurrencyConfig",
      "logs:DescribeLogGroups",
    ]);
    const { Concurrency, Tags } = await shop.lambda.send(new GetFunctionCommand({ FunctionName: orders }));
    expect(Concurrency).toEqual({ ReservedConcurrentExecutions: 3 });
    expect(Tags?.["bulkhead:manages"]).toBe("permissions provisioned reserved url");
    expect(await shop.lambda.send(new GetFunctionUrlConfigCommand(alias))).toMatchObject({
      AuthType: "NONE",
      Cors: { AllowOrigins: ["https://example.com"] },
    });
    expect(await shop.lambda.send(new GetProvisionedConcurrencyConfigCommand(alias))).toMatchObject({
      RequestedProvisionedConcurrentExecutions: 1,
    });
    const logs = new CloudWatchLogsClient(shop.config);
    const { logGroups } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: `/aws/lambda/${orders}` }),
    );
    expect(logGroups).toMatchObject([{ retentionInDays: 7 }]);
    expect((await statements()).map(({ Action }) => Action).sort()).toEqual([
      "lambda:InvokeFunction",
      "lambda:InvokeFunction",
      "lambda:InvokeFunctionUrl",
    ]);
  });

  it("that were changed by hand are shown and put right, without a new version", async () => {
    await shop.lambdaRun("deploy");
    const input = { FunctionName: orders, ReservedConcurrentExecutions: 9 };
    await shop.lambda.send(new PutFunctionConcurrencyCommand(input));
    expect(await shop.lambdaRun("plan")).toMatchObject(done("reservedConcurrency 9 → 3"));
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 1"));
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
  });

  it("that aren't declared any more are taken away, and what others have added is left alone", async () => {
    await shop.lambdaRun("deploy");
    const byHand = { StatementId: "by-hand", Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com" };
    await shop.lambda.send(new AddPermissionCommand({ ...alias, ...byHand }));
    await shop.declare({});
    const { stdout } = await shop.lambdaRun("plan");
    for (const line of ["url.auth NONE → (not set)", "s3.amazonaws.com", "provisionedConcurrency 1 → (not set)"]) {
      expect(stdout).toContain(line);
    }
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 1"));
    expect((await statements()).map(({ Sid }) => Sid)).toEqual(["by-hand"]);
    await expect(shop.lambda.send(new GetFunctionUrlConfigCommand(alias))).rejects.toThrow(/./);
    const { Concurrency, Tags } = await shop.lambda.send(new GetFunctionCommand({ FunctionName: orders }));
    expect(Concurrency).toBeUndefined();
    expect(Tags).not.toHaveProperty("bulkhead:manages");
    shop.sandbox.clearCalls();
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
    expect(shop.counted()).toHaveLength(3);
  });

  it("whose provisioning AWS gives up are told with the reason, and tried again", async () => {
    await shop.declare({ provisionedConcurrency: 2 });
    shop.sandbox.faults.script("lambda:PutProvisionedConcurrencyConfig", {
      body: { Status: "FAILED", StatusReason: "not enough" },
    });
    expect(await shop.lambdaRun("deploy")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("not enough"),
    });
    expect(await shop.answer()).toBe('"one"');
    shop.sandbox.faults.clear();
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("provisionedConcurrency (not set) → 2"));
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
  });
});
