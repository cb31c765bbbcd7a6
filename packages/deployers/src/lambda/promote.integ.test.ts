/** Promotion over three accounts: prod runs the very bytes that stage runs, or nothing new. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
} from "@aws-sdk/client-lambda";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { rm } from "node:fs/promises";
import { makeAccounts } from "../testing/accounts.ts";
import { commitAll, historyOf } from "../testing/receipts.ts";
import { openShop, region, type Shop } from "../testing/shop.ts";

const environments = ["dev", "stage", "prod"];
const role = "OrganizationAccountAccessRole";

let shop: Shop;
let ids: ReadonlyMap<string, string>;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  await shop.reset();
  await rm(shop.path(".git"), { recursive: true, force: true });
  ids = await makeAccounts(shop.sandbox, environments);
  await shop.write({ "bulkhead.deploy.yaml": file(), ".gitignore": "cache/\n", "orders.ts": source("one") });
});

const source = (answer: string): string => `export const handler = async (): Promise<string> => "${answer}";\n`;
const bucket = 'artifactBucket: { name: "shop-{account}", create: true }';
const file = (first = bucket, gate = ""): string => `version: 1
application: shop
environments:
${environments.map((name) => `  ${name}: { account: "${String(ids.get(name))}", region: ${region}, accessRole: ${role}${name === "prod" ? gate : ""} }`).join("\n")}
${first}
lambda:
  functions:
    orders:
      runtime: nodejs22.x
      entry: orders.ts
      role: "arn:aws:iam::111111111111:role/orders"
      environments: { prod: { memory: 512 } }
`;
const deploy = (environment: string) => shop.deploy("lambda", "deploy", "--environment", environment);
const promote = (from: string, to: string, ...more: string[]) =>
  shop.deploy("lambda", "promote", "--from", from, "--environment", to, ...more);

/** Somebody's hands in an account. */
async function inAccount(environment: string) {
  const sts = new STSClient(shop.config);
  const RoleArn = `arn:aws:iam::${String(ids.get(environment))}:role/${role}`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "hands" }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  const config = { ...shop.config, credentials, forcePathStyle: true };
  return { lambda: new LambdaClient(config), ssm: new SSMClient(config), s3: new S3Client(config) };
}
async function running(environment: string): Promise<FunctionConfiguration> {
  const { lambda } = await inAccount(environment);
  const input = { FunctionName: `shop-${environment}-orders`, Qualifier: "live" };
  return lambda.send(new GetFunctionConfigurationCommand(input));
}

describe("promote", () => {
  it.each([
    ["by the artifact buckets", bucket],
    ["without a bucket, by Lambda", ""],
  ])("brings what stage runs to prod: %s", async (_, first) => {
    await shop.write({ "bulkhead.deploy.yaml": file(first) });
    const commit = commitAll(shop.folder);
    expect(await deploy("stage")).toMatchObject({ exitCode: 0 });
    // What lies here by now is something else.
    await shop.write({ "orders.ts": source("two") });
    commitAll(shop.folder);
    expect(await promote("stage", "prod")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("created") });
    const [stage, prod] = [await running("stage"), await running("prod")];
    expect(prod.CodeSha256).toBe(stage.CodeSha256);
    expect([stage.MemorySize, prod.MemorySize]).toEqual([128, 512]);
    const [there] = await historyOf(shop, "stage");
    expect(await historyOf(shop, "prod")).toMatchObject([
      {
        verb: "promote",
        result: "done",
        commit,
        dirty: false,
        digest: there?.digest,
        to: { commit, digest: there?.digest },
      },
    ]);
    const { stdout } = await shop.deploy("matrix");
    expect(stdout).toMatch(new RegExp(`stage +1 +${commit.slice(0, 7)} .*\\n.* prod +1 +${commit.slice(0, 7)} `));
    expect(stdout).not.toContain("≠");
    // Once more there is nothing to do, and nothing is said to run that doesn't.
    expect(await promote("stage", "prod")).toMatchObject({
      exitCode: 0,
      stdout: "= shop-prod-orders: nothing to do\n",
    });
    expect(await historyOf(shop, "prod")).toHaveLength(1);
  });

  it("asks two questions for a function: what runs, and what its receipt says", async () => {
    await deploy("stage");
    await promote("stage", "prod");
    shop.sandbox.clearCalls();
    await promote("stage", "prod");
    const calls = shop.sandbox.calls();
    // One for stage, one for prod.
    expect(calls.filter((call) => call === "ssm:GetParametersByPath")).toHaveLength(2);
    expect(calls.filter((call) => call === "lambda:GetFunction")).toHaveLength(2);
    expect(calls.filter((call) => call.startsWith("s3:"))).toHaveLength(1);
    expect(calls.filter((call) => call.startsWith("lambda:"))).toHaveLength(4);
  });

  it("refuses what no receipt proves: moved by hand, under way, never deployed", async () => {
    const refused = async (reason: string) => {
      const { exitCode, stderr } = await promote("stage", "prod");
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(reason) });
      expect((await shop.deploy("history", "--environment", "prod")).stdout).toBe("Nothing was deployed here yet.\n");
    };
    await refused("Lambda.NothingRuns");
    await deploy("stage");
    const { lambda, ssm } = await inAccount("stage");
    const FunctionName = "shop-stage-orders";
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: "by hand" }));
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name: "live", FunctionVersion: Version }));
    await refused(
      "orders/live can't be promoted: stage runs version 2 of shop-stage-orders (alias live), but by its last receipt it is 1: it was changed by hand. Nothing was changed.",
    );
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
    const [last] = await historyOf(shop, "stage");
    const Value = JSON.stringify({ ...last, result: "begun", to: null });
    const Name = "/bulkhead/receipts/shop/stage/lambda/orders/live";
    await ssm.send(new PutParameterCommand({ Name, Value, Overwrite: true }));
    await refused("a deploy of it to stage is under way, or was cut off");
  });

  it("says of what runs, not of what failed after it, which commit it is and whether it was clean", async () => {
    await shop.write({ "bulkhead.deploy.yaml": file(bucket, ", after: stage") });
    const commit = commitAll(shop.folder);
    await shop.write({ "orders.ts": source("unclean") });
    expect(await deploy("stage")).toMatchObject({ exitCode: 0 });
    await shop.write({
      "orders.ts": source("broken"),
      "bulkhead.deploy.yaml": file().replace("entry:", "ping: { expect: good }\n      entry:"),
    });
    commitAll(shop.folder);
    expect(await deploy("stage")).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("Lambda.PingFailed") });
    expect((await historyOf(shop, "stage"))[0]).toMatchObject({ result: "failed", dirty: false, to: { commit } });
    await shop.write({ "bulkhead.deploy.yaml": file(bucket, ", after: stage") });
    expect(await promote("stage", "prod")).toMatchObject({ exitCode: 0 });
    expect(await historyOf(shop, "prod")).toMatchObject([{ result: "done", commit, dirty: true, to: { commit } }]);
  });

  it("by Lambda asks for the code of the version that was proven, wherever the alias is by then", async () => {
    await shop.write({ "bulkhead.deploy.yaml": file("") });
    await deploy("stage");
    const asked: unknown[] = [];
    shop.sandbox.faults.script("lambda:GetFunction", ({ url }) => {
      asked.push(new URL(url, "http://localhost").searchParams.get("Qualifier"));
      return undefined;
    });
    expect(await promote("stage", "prod")).toMatchObject({ exitCode: 0 });
    expect(asked.slice(0, 3)).toEqual(["live", "1", null]);
  });

  it("refuses bytes in the bucket that aren't those that run", async () => {
    await deploy("stage");
    const { s3 } = await inAccount("stage");
    const Bucket = `shop-${String(ids.get("stage"))}`;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents).toHaveLength(1);
    await s3.send(new PutObjectCommand({ Bucket, Key: Contents[0]?.Key, Body: "evil" }));
    expect(await promote("stage", "prod")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("Artifacts.Altered"),
    });
    await expect(running("prod")).rejects.toThrow();
  });

  it("satisfies the gate from the environment before, and not past it", async () => {
    await shop.write({ "bulkhead.deploy.yaml": file(bucket, ", after: stage") });
    commitAll(shop.folder);
    expect(await deploy("dev")).toMatchObject({ exitCode: 0 });
    expect(await deploy("prod")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Receipt.NotRunBefore"),
    });
    expect(await promote("dev", "prod")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Receipt.NotRunBefore"),
    });
    expect(await promote("dev", "stage")).toMatchObject({ exitCode: 0 });
    expect(await promote("stage", "prod")).toMatchObject({ exitCode: 0 });
    // Now it ran in stage, and may come from anywhere.
    expect(await promote("dev", "prod")).toMatchObject({ exitCode: 0, stdout: "= shop-prod-orders: nothing to do\n" });
    expect(await deploy("prod")).toMatchObject({ exitCode: 0 });
    // A commit that changes nothing in stage runs there as well.
    commitAll(shop.folder, "docs");
    expect(await deploy("prod")).toMatchObject({ exitCode: 1 });
    expect(await deploy("stage")).toMatchObject({ exitCode: 0, stdout: "= shop-stage-orders: nothing to do\n" });
    expect((await historyOf(shop, "stage"))[0]).toMatchObject({ verb: "confirm", result: "done" });
    expect(await deploy("prod")).toMatchObject({ exitCode: 0 });
  });

  it("that changes nothing says nothing of the commit that lies here", async () => {
    await shop.write({ "bulkhead.deploy.yaml": file(bucket, ", after: stage") });
    commitAll(shop.folder);
    await deploy("dev");
    await promote("dev", "stage");
    await shop.write({ "orders.ts": source("never tried") });
    commitAll(shop.folder);
    expect(await promote("dev", "stage")).toMatchObject({ stdout: "= shop-stage-orders: nothing to do\n" });
    expect(await deploy("prod")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Receipt.NotRunBefore"),
    });
  });

  it("says what it needs", async () => {
    expect((await shop.deploy("lambda", "promote", "--environment", "prod")).stderr).toContain("--from");
    expect((await promote("prod", "prod")).stderr).toContain("Lambda.PromotedToItself");
    const place = ["--account", String(ids.get("prod")), "--region", region, "--access-role", role];
    expect((await shop.bare("lambda", "promote", "--from", "stage", ...place)).stderr).toContain("DeployFile.Missing");
    expect((await promote("staeg", "prod")).stderr).toContain('Did you mean "stage"');
  });
});
