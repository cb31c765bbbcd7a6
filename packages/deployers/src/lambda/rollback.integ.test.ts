/** Rolling back on the sandbox: to what ran before by the receipts, whatever the versions' numbers are. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import { killAt } from "@bulkhead/sandbox";
import { rm } from "node:fs/promises";
import { startDeploy } from "../testing/process.ts";
import { commitAll, git, historyOf, lastReceipt } from "../testing/receipts.ts";
import { account, openShop, region, type Shop } from "../testing/shop.ts";
import { handmadeZip } from "../testing/zips.ts";

const name = "shop-dev-orders";

let shop: Shop;
let lambda: LambdaClient;
beforeAll(async () => {
  shop = await openShop();
  lambda = new LambdaClient(shop.config);
});
afterAll(async () => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  await shop.reset();
  await shop.write({ "bulkhead.deploy.yaml": file() });
});

const file = (settings = "", more = ""): string => `version: 1
application: shop
environments: { dev: { account: "${account}", region: ${region}${more} } }
lambda:
  functions:
    orders:
      runtime: nodejs22.x
      entry: orders.ts
      role: arn:aws:iam::${account}:role/orders
${settings}
`;
const source = (answer: string): string => `export const handler = async (): Promise<string> => "${answer}";\n`;
const deploy = async (answer: string) => {
  await shop.write({ "orders.ts": source(answer) });
  return shop.deploy("lambda", "deploy");
};
const rollback = (...more: string[]) => shop.deploy("lambda", "rollback", ...more);
const live = async (alias = "live"): Promise<string | undefined> =>
  (await lambda.send(new GetAliasCommand({ FunctionName: name, Name: alias }))).FunctionVersion;
const traffic = async () => {
  const found = await lambda.send(new GetAliasCommand({ FunctionName: name, Name: "live" }));
  return { version: found.FunctionVersion, weights: found.RoutingConfig?.AdditionalVersionWeights ?? {} };
};
const back = (from: number, to: number) => ({
  exitCode: 0,
  stdout: `✓ ${name}:live: back from version ${from} to ${to}\n`,
});

describe("rollback", () => {
  it("goes to what ran before, and further back each time, until nothing is known", async () => {
    for (const answer of ["one", "two", "three"]) expect(await deploy(answer)).toMatchObject({ exitCode: 0 });
    shop.sandbox.clearCalls();
    expect(await rollback()).toMatchObject(back(3, 2));
    expect(await live()).toBe("2");
    const calls = shop.sandbox.calls().filter((call) => /^lambda:|^ssm:.*(Path|History|Put)/.test(call));
    expect(calls.toSorted()).toEqual([
      "lambda:GetAlias",
      "lambda:GetAlias",
      "lambda:GetFunction",
      "lambda:GetFunctionConfiguration",
      "lambda:GetFunctionConfiguration",
      "lambda:UpdateAlias",
      "ssm:GetParameterHistory",
      // Two looks at the lease, and one at the receipts before and one under it.
      ...Array.from({ length: 4 }, () => "ssm:GetParametersByPath"),
      // The lease taken and given back, and the receipt's two lines.
      ...Array.from({ length: 4 }, () => "ssm:PutParameter"),
    ]);
    expect(await rollback()).toMatchObject(back(2, 1));
    const [second, first] = await historyOf(shop, "dev");
    expect([second, first]).toMatchObject([
      { verb: "rollback", result: "done", from: { version: "2" }, to: { version: "1" } },
      { verb: "rollback", result: "done", from: { version: "3" }, to: { version: "2" } },
    ]);
    expect(first?.from?.digest).not.toBe(first?.to?.digest);
    const none = await rollback();
    expect(none).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("Receipt.NoPredecessor") });
    expect(await live()).toBe("1");
    // And the other way: what is declared is deployed again.
    expect(await deploy("three")).toMatchObject({ exitCode: 0 });
    const again = await live();
    expect(again).not.toBe("1");
    expect(await rollback()).toMatchObject(back(Number(again), 1));
  });

  it("passes over what failed: its version was never what ran", async () => {
    for (const answer of ["one", "two"]) await deploy(answer);
    await shop.write({ "bulkhead.deploy.yaml": file("      ping: { expect: good }") });
    expect(await deploy("bad")).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("Lambda.PingFailed") });
    expect(await lastReceipt(shop, "lambda/orders/live")).toMatchObject({ result: "failed", to: { version: "2" } });
    expect(await rollback()).toMatchObject(back(2, 1));
    expect(await deploy("good")).toMatchObject({ exitCode: 0 });
    expect(await rollback()).toMatchObject(back(Number((await historyOf(shop, "dev"))[0]?.from?.version), 1));
  });

  it("knows each alias's own past", async () => {
    await deploy("one");
    await deploy("two");
    await shop.write({ "bulkhead.deploy.yaml": file("      alias: beta") });
    await deploy("three");
    await deploy("four");
    expect((await rollback()).stdout).toBe(`✓ ${name}:beta: back from version 4 to 3\n`);
    await shop.write({ "bulkhead.deploy.yaml": file() });
    expect(await rollback()).toMatchObject(back(2, 1));
    expect([await live(), await live("beta")]).toEqual(["1", "3"]);
  });

  it("from where somebody's hands have moved the alias goes to what ran before that", async () => {
    for (const answer of ["one", "two", "three"]) await deploy(answer);
    await lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: "live", FunctionVersion: "2" }));
    expect(await rollback()).toMatchObject(back(2, 1));
  });

  it("says so where what ran before was deleted, or is another function by now", async () => {
    for (const answer of ["one", "two"]) await deploy(answer);
    await lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier: "1" }));
    const gone = await rollback();
    expect(gone).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining(
        "Version 1 of shop-dev-orders, which ran before, was deleted. Nothing was changed.",
      ),
    });
    await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
    expect(await rollback()).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("Lambda.NothingRuns") });
    const ZipFile = handmadeZip([{ name: "index.js", content: "exports.handler = async () => 1;" }]);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: `arn:aws:iam::${account}:role/orders`,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile },
        Tags: { "bulkhead:application": "shop", "bulkhead:environment": "dev" },
        Publish: true,
      }),
    );
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: name }));
    await lambda.send(new CreateAliasCommand({ FunctionName: name, Name: "live", FunctionVersion: "2" }));
    expect(Version).toBe("2");
    expect(await rollback()).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("the function was made anew"),
    });
    expect(await live()).toBe("2");
  });

  it("asks in a protected environment, and touches nobody else's function", async () => {
    for (const answer of ["one", "two"]) await deploy(answer);
    await shop.write({ "bulkhead.deploy.yaml": file("", ", protected: true") });
    expect(await rollback()).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("dev is protected") });
    expect(await live()).toBe("2");
    await shop.write({
      "bulkhead.deploy.yaml": file()
        .replace("application: shop", "application: blog")
        .replace("orders:\n", "orders:\n      name: shop-dev-orders\n"),
    });
    expect(await rollback()).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("Lambda.ForeignFunction") });
    await shop.write({ "bulkhead.deploy.yaml": file("", ", protected: true") });
    const { exitCode, stdout } = await rollback("--yes", "--output", "json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ kind: "function-rollback", version: 1, application: "shop", environment: "dev", succeeded: true },
      functions: [
        { key: "orders", alias: "live", status: "rolled back", from: { version: "2" }, to: { version: "1" } },
      ],
    });
  });

  it("to an older commit lets a job of a commit between them do its work, but none of one before", async () => {
    await shop.write({ ".gitignore": "cache/\n" });
    const commits: string[] = [];
    for (const answer of ["one", "two", "three"]) {
      await shop.write({ "orders.ts": source(answer) });
      commits.push(commitAll(shop.folder));
      if (answer !== "two") await shop.deploy("lambda", "deploy");
    }
    const [first = "", second = "", third = ""] = commits;
    const job = (commit: string) => {
      git(shop.folder, "checkout", "--quiet", commit);
      return shop.deploy("lambda", "deploy", "--skip-superseded");
    };
    const late = await job(second);
    expect(late).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`left alone, it runs the newer commit ${third.slice(0, 7)}`),
    });
    expect(await live()).toBe("2");
    expect((await rollback()).stdout).toContain(`to 1, commit ${first.slice(0, 7)}`);
    expect(await job(second)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("updated") });
    expect((await job(first)).stdout).toContain("left alone");
    await rm(shop.path(".git"), { recursive: true });
  });

  it("isn't what a late job does where the newer one was cut off when it had moved the alias", async () => {
    await shop.write({ ".gitignore": "cache/\n", "orders.ts": source("one") });
    const old = commitAll(shop.folder);
    await shop.deploy("lambda", "deploy");
    await shop.write({ "orders.ts": source("two") });
    const late = commitAll(shop.folder, "late");
    await shop.write({ "orders.ts": source("three") });
    const newer = commitAll(shop.folder, "newer");
    const move = { operation: "lambda:UpdateAlias" };
    expect(await killAt(shop.sandbox, () => startDeploy(shop, "lambda", "deploy"), 1, "after", move)).toBe(true);
    shop.sandbox.faults.clear();
    git(shop.folder, "checkout", "--quiet", late);
    const { exitCode, stdout } = await shop.deploy("lambda", "deploy", "--skip-superseded");
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(newer.slice(0, 7)) });
    expect(await live()).toBe("2");
    expect(await lastReceipt(shop, "lambda/orders/live")).toMatchObject({ result: "done", to: { commit: newer } });
    expect((await rollback()).stdout).toContain(`to 1, commit ${old.slice(0, 7)}`);
    await rm(shop.path(".git"), { recursive: true });
  });

  it("of a shift that was cut off gives all traffic to the version that had it", async () => {
    for (const answer of ["one", "two"]) await deploy(answer);
    const weights = { AdditionalVersionWeights: { "3": 0.5 } };
    const cutOff = async (): Promise<void> => {
      await shop.write({ "bulkhead.deploy.yaml": file("      traffic: { steps: [50], waitSeconds: 0 }") });
      await shop.write({ "orders.ts": source("three") });
      const shift = { operation: "lambda:UpdateAlias" };
      expect(await killAt(shop.sandbox, () => startDeploy(shop, "lambda", "deploy"), 1, "after", shift)).toBe(true);
      shop.sandbox.faults.clear();
      expect(await traffic()).toEqual({ version: "2", weights: { "3": 0.5 } });
    };
    await cutOff();
    expect(await rollback()).toMatchObject(back(3, 2));
    expect(await traffic()).toEqual({ version: "2", weights: {} });
    expect(await historyOf(shop, "dev")).toMatchObject([
      { verb: "rollback", result: "done", from: { version: "3" }, to: { version: "2" } },
      { verb: "deploy", result: "failed", to: { version: "2" } },
      ...[{ to: { version: "2" } }, { to: { version: "1" } }],
    ]);
    // The same where the rollback itself is cut off before its write.
    await lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: "live", RoutingConfig: weights }));
    const write = { operation: "lambda:UpdateAlias" };
    expect(await killAt(shop.sandbox, () => startDeploy(shop, "lambda", "rollback"), 1, "before", write)).toBe(true);
    shop.sandbox.faults.clear();
    expect(await rollback()).toMatchObject(back(3, 2));
    expect(await traffic()).toEqual({ version: "2", weights: {} });
    expect(await rollback()).toMatchObject(back(2, 1));
  });

  it("goes by what is there under the lease, not by what it saw before", async () => {
    await deploy("one");
    await deploy("two");
    const another = async (): Promise<void> => {
      expect(await deploy("three")).toMatchObject({ exitCode: 0 });
    };
    // The lease is taken by the first one.
    shop.sandbox.faults.at(1, { kind: "before", run: another }, { operation: "ssm:PutParameter" });
    expect(await rollback()).toMatchObject(back(3, 2));
    expect(await live()).toBe("2");
    const last = { verb: "rollback", result: "done", from: { version: "3" }, to: { version: "2" } };
    expect(await lastReceipt(shop, "lambda/orders/live")).toMatchObject(last);
  });

  it("goes to what another job deployed after the last one had looked, and before it had the lease", async () => {
    await deploy("one");
    const another = async (): Promise<void> => {
      expect(await deploy("two")).toMatchObject({ exitCode: 0 });
    };
    shop.sandbox.faults.at(1, { kind: "before", run: another }, { operation: "ssm:PutParameter" });
    expect(await deploy("three")).toMatchObject({ exitCode: 0 });
    expect(await rollback()).toMatchObject(back(3, 2));
  });

  it("that was cut off isn't done twice", async () => {
    for (const answer of ["one", "two", "three"]) await deploy(answer);
    // The lease, the receipt's first line, and then its last.
    const denied = { kind: "fail", status: 400, code: "AccessDeniedException" } as const;
    shop.sandbox.faults.at(3, denied, { operation: "ssm:PutParameter" });
    expect(await rollback()).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("couldn't be ended") });
    expect(await lastReceipt(shop, "lambda/orders/live")).toMatchObject({ verb: "rollback", result: "begun" });
    expect(await rollback()).toMatchObject(back(3, 2));
    expect(await live()).toBe("2");
    expect(await lastReceipt(shop, "lambda/orders/live")).toMatchObject({ verb: "rollback", result: "done" });
    expect(await rollback()).toMatchObject(back(2, 1));
  });

  it("that is killed after any call is finished by the next, and not done twice", async () => {
    await deploy("one");
    for (let call = 1, killed = true; killed; call++) {
      await deploy("two");
      expect(await live()).toBe("2");
      killed = await killAt(shop.sandbox, () => startDeploy(shop, "lambda", "rollback"), call, "after");
      const { verb, result } = await lastReceipt(shop, "lambda/orders/live");
      // Once the book says that it is done, to roll back again would be another rollback.
      const next = verb === "rollback" && result === "done" ? back(2, 1) : await rollback();
      expect({ call, ...next }).toMatchObject({ call, ...back(2, 1) });
      expect({ call, alias: await live() }).toEqual({ call, alias: "1" });
      expect(await lastReceipt(shop, "lambda/orders/live")).toMatchObject({ verb: "rollback", result: "done" });
    }
  });
});
