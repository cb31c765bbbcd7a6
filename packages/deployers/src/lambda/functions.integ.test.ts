/** Functions on the sandbox: deployed, deployed again, changed, and changed by hand; with the calls that each takes. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { zipSync } from "fflate";
import {
  answering,
  deployFile,
  openFunctionShop,
  orders,
  role,
  type FunctionShop,
  done,
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

const reading = ["lambda:GetAlias", "lambda:GetFunction", "lambda:GetFunctionConfiguration"];

describe("deploying", () => {
  it("makes a function, and then there is nothing to do, by three calls", async () => {
    expect(await shop.lambdaRun("plan", "--detailed-exitcode")).toMatchObject({
      exitCode: 2,
      stdout: `+ ${orders}: create\n`,
    });
    expect(await shop.lambdaRun("deploy")).toMatchObject(done(`✓ ${orders}: created, version 1`));
    expect(await shop.answer()).toBe('"one"');
    for (const verb of ["deploy", "plan"]) {
      shop.sandbox.clearCalls();
      expect(await shop.lambdaRun(verb)).toMatchObject(nothingToDo);
      expect([...shop.counted()].sort()).toEqual(reading);
    }
  });

  it("takes five calls where only code has changed, and six with configuration", async () => {
    await shop.lambdaRun("deploy");
    await shop.write({ "orders.ts": answering("two") });
    shop.sandbox.clearCalls();
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 2\n    code "));
    expect(shop.counted()).toEqual([
      ...["lambda:GetFunction", "lambda:GetAlias", "lambda:GetFunctionConfiguration"],
      ...["lambda:UpdateFunctionCode", "lambda:UpdateAlias"],
    ]);
    expect(await shop.answer()).toBe('"two"');

    await shop.declare({ memory: 256 });
    shop.sandbox.clearCalls();
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 3\n    memory 128 → 256"));
    expect(shop.counted().slice(3)).toEqual([
      "lambda:UpdateFunctionConfiguration",
      "lambda:PublishVersion",
      "lambda:UpdateAlias",
    ]);

    await shop.declare({ memory: 512, environment: { MODE: "fast" } });
    await shop.write({ "orders.ts": answering("three") });
    shop.sandbox.clearCalls();
    const { stdout } = await shop.lambdaRun("deploy");
    expect(stdout).toContain("memory 256 → 512");
    expect(stdout).toContain("environment.MODE (not set) → fast");
    expect(shop.counted().slice(3)).toEqual([
      "lambda:UpdateFunctionConfiguration",
      "lambda:UpdateFunctionCode",
      "lambda:UpdateAlias",
    ]);
    expect(await shop.versions()).toEqual(["1", "2", "3", "4"]);
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
  });

  it("puts code into the artifact bucket, under its digest", async () => {
    const bucket = { artifactBucket: { name: "shop-{account}", create: true } };
    await shop.declare({}, bucket);
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("created"));
    await shop.write({ "orders.ts": answering("two") });
    shop.sandbox.clearCalls();
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 2"));
    expect(shop.counted()).toHaveLength(6);
    expect(shop.counted()[3]).toMatch(/^s3:PUT \/shop-111111111111\/lambda\/[0-9a-f]{64}\.zip$/);
    expect(await shop.answer()).toBe('"two"');
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
  });

  it("takes a folder of another runtime, a zip, and layers, each layer once", async () => {
    const layers = { shared: { folder: "layer", runtimes: ["python3.13"] } };
    const python = { runtime: "python3.13", handler: "report.handler", role, layers: ["shared"] };
    const zip = zipSync({ "index.js": Buffer.from('exports.handler = async () => "zip";') });
    await shop.write({
      "reports/report.py": "import shared\ndef handler(event, context):\n    return shared.text\n",
      "totals/report.py": "import shared\ndef handler(event, context):\n    return shared.text\n",
      "layer/python/shared.py": 'text = "one"\n',
      "ready.zip": zip,
    });
    const functions = {
      reports: { ...python, folder: "reports" },
      totals: { ...python, folder: "totals" },
      ready: { runtime: "nodejs22.x", handler: "index.handler", role, zip: "ready.zip" },
    };
    await shop.write({ "bulkhead.deploy.yaml": deployFile({}, { lambda: { layers, functions } }) });
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("shop-dev-totals: created"));
    expect(await shop.answer("shop-dev-reports")).toBe('"one"');
    expect(await shop.answer("shop-dev-ready")).toBe('"zip"');
    const published = (): number => shop.sandbox.calls().filter((call) => call === "lambda:PublishLayerVersion").length;
    expect(published()).toBe(1);
    shop.sandbox.clearCalls();
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("shop-dev-totals: nothing to do"));
    expect(shop.counted()).toHaveLength(3 * 3 + 1);

    await shop.write({ "layer/python/shared.py": 'text = "two"\n' });
    expect(await shop.lambdaRun("plan")).toMatchObject(done("→ a new version of shop-dev-shared"));
    expect(await shop.lambdaRun("deploy", "reports", "totals")).toMatchObject(done("shop-dev-totals: updated"));
    expect(published()).toBe(1);
    expect(await shop.answer("shop-dev-reports")).toBe('"two"');
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("shop-dev-totals: nothing to do"));
  });

  it("takes flags in place of a file", async () => {
    const place = ["--account", account, "--region", region, "--function", "orders"];
    const code = ["--code", shop.path("orders.ts"), "--runtime", "nodejs22.x", "--role", role];
    expect(await shop.bare("lambda", "deploy", ...place)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("--code, --runtime, --role"),
    });
    const qualified = await shop.bare("lambda", "deploy", ...place, ...code, "--function", "orders:7");
    expect(qualified).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Deploy.BadName") });
    const version = await shop.bare("lambda", "deploy", ...place, ...code, "--alias", "7");
    expect(version).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Deploy.BadName") });
    expect(await shop.bare("lambda", "deploy", ...place, ...code)).toMatchObject(done("✓ orders: created, version 1"));
    expect(await shop.bare("lambda", "deploy", ...place, ...code)).toMatchObject(done("= orders: nothing to do"));
    // What flags don't say is left as it is.
    const kept = { MemorySize: 512, Environment: { Variables: { TABLE: "orders" } } };
    const live = { FunctionName: "orders", Qualifier: "live" };
    await shop.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "orders", ...kept }));
    await shop.settled("orders");
    await shop.lambda.send(new PublishVersionCommand({ FunctionName: "orders" }));
    await shop.lambda.send(new UpdateAliasCommand({ FunctionName: "orders", Name: "live", FunctionVersion: "2" }));
    await shop.lambda.send(new CreateFunctionUrlConfigCommand({ ...live, AuthType: "AWS_IAM" }));
    await shop.lambda.send(
      new TagResourceCommand({
        Resource: `arn:aws:lambda:${region}:${account}:function:orders`,
        Tags: { "bulkhead:manages": "url" },
      }),
    );
    await shop.write({ "orders.ts": answering("two") });
    expect(await shop.bare("lambda", "deploy", ...place, ...code)).toMatchObject(done("✓ orders: updated, version 3"));
    expect(await shop.lambda.send(new GetFunctionConfigurationCommand(live))).toMatchObject(kept);
    expect(await shop.lambda.send(new GetFunctionUrlConfigCommand(live))).toMatchObject({ AuthType: "AWS_IAM" });
    expect(await shop.bare("lambda", "deploy", ...place, ...code)).toMatchObject(done("= orders: nothing to do"));
    expect(await shop.lambdaRun("deploy", "--role", role)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Deploy.FlagsWithFile"),
    });
  });
});

describe("what was changed by hand", () => {
  beforeEach(async () => {
    await shop.declare({ memory: 256, environment: { MODE: "a" } });
    await shop.lambdaRun("deploy");
  });

  it("in $LATEST is shown field by field, without values of variables, and put right without a new version", async () => {
    await shop.lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: orders,
        MemorySize: 1024,
        Timeout: 30,
        Environment: { Variables: { MODE: "by-hand", MORE: "by-hand" } },
      }),
    );
    await shop.settled();
    const { stdout } = await shop.lambdaRun("plan");
    expect(stdout).toContain("$LATEST isn't what was published");
    for (const line of ["memory 256 → 1024", "timeout 3 → 30", "environment.MODE (hidden) → (hidden)"]) {
      expect(stdout).toContain(line);
    }
    expect(stdout).not.toContain("by-hand");
    shop.sandbox.clearCalls();
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 1"));
    expect(shop.counted().slice(3)).toEqual(["lambda:UpdateFunctionConfiguration"]);
    const latest = await shop.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: orders }));
    expect(latest).toMatchObject({ MemorySize: 256, Timeout: 3, Environment: { Variables: { MODE: "a" } } });
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
  });

  it("of the alias is shown with both versions, and put back to the version that is there", async () => {
    await shop.write({ "orders.ts": answering("two") });
    await shop.lambdaRun("deploy");
    await shop.moveAlias("1");
    expect(await shop.lambdaRun("plan")).toMatchObject(done("alias live was moved by hand from 2 to 1"));
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("updated, version 2"));
    expect(await shop.versions()).toEqual(["1", "2"]);
    expect(await shop.answer()).toBe('"two"');
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
  });

  it("of the alias is told once, where it is what is declared by now", async () => {
    await shop.write({ "orders.ts": answering("two") });
    await shop.lambdaRun("deploy");
    await shop.moveAlias("1");
    await shop.write({ "orders.ts": answering("one") });
    expect(await shop.lambdaRun("deploy")).toMatchObject(done("alias live was moved by hand from 2 to 1"));
    expect(await shop.version()).toBe("1");
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
  });
});

describe("secrets", () => {
  it("get to the function, and nowhere else", async () => {
    await new SecretsManagerClient(shop.config).send(new CreateSecretCommand({ Name: "db", SecretString: "p4ss" }));
    await shop.declare({ environment: { PASSWORD: { secret: "db" }, MODE: "a" } });
    const shown = [];
    for (const words of [["plan"], ["deploy", "--output", "json"], ["info"]]) {
      shown.push(await shop.lambdaRun(...words, "--verbose"));
    }
    await shop.declare({ environment: { PASSWORD: "other", MODE: "a" } });
    shown.push(await shop.lambdaRun("plan", "--verbose"));
    await shop.declare({ environment: { PASSWORD: { secret: "db" }, MODE: "b" } });
    shown.push(await shop.lambdaRun("deploy", "--verbose"));
    shown.push(await shop.deploy("history"));
    expect(JSON.stringify(shown)).not.toContain("p4ss");
    expect(JSON.stringify(shown)).toContain("environment.MODE (hidden) → b");
    const found = await shop.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: orders }));
    expect(found.Environment?.Variables).toEqual({ PASSWORD: "p4ss", MODE: "b" });
  });

  it("are refused where everybody could read them", async () => {
    await new SecretsManagerClient(shop.config).send(new CreateSecretCommand({ Name: "db", SecretString: "p4ss" }));
    await shop.declare({ tags: { Password: { secret: "db" } } });
    const { exitCode, stdout } = await shop.lambdaRun("deploy");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Tag Password of shop-dev-orders is a secret");
    expect(stdout).not.toContain("p4ss");
  });
});

describe("whose a function is", () => {
  const byHand = (Tags: Readonly<Record<string, string>>) =>
    shop.lambda.send(
      new CreateFunctionCommand({
        FunctionName: orders,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: role,
        Code: { ZipFile: zipSync({ "index.js": Buffer.from("exports.handler = async () => 1;") }) },
        Tags: { ...Tags },
      }),
    );

  it("is said by its tags: another application's is left alone, one of nobody is adopted", async () => {
    const { FunctionArn: arn } = await byHand({});
    expect(await shop.lambdaRun("deploy")).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("--adopt") });
    await shop.lambda.send(new TagResourceCommand({ Resource: arn, Tags: { "bulkhead:application": "blog" } }));
    for (const words of [["plan"], ["deploy", "--adopt"], ["prune"], ["delete", "--yes"]]) {
      const { exitCode, stdout, stderr } = await shop.lambdaRun(...words);
      expect({ exitCode, shown: stdout + stderr }).toMatchObject({
        exitCode: 1,
        shown: expect.stringContaining("belongs to blog, but shop is meant"),
      });
    }
    await shop.reset();
    await byHand({ Team: "orders" });
    expect(await shop.lambdaRun("deploy", "--adopt")).toMatchObject(done("updated, version 1"));
    const { Tags } = await shop.lambda.send(new GetFunctionCommand({ FunctionName: orders }));
    expect(Tags).toEqual({ Team: "orders", "bulkhead:application": "shop", "bulkhead:environment": "dev" });
    expect(await shop.lambdaRun("deploy")).toMatchObject(nothingToDo);
  });

  it("keeps two environments of one account apart", async () => {
    const environments = { dev: { account, region }, stage: { account, region } };
    await shop.declare({}, { environments });
    for (const environment of ["dev", "stage"]) {
      expect(await shop.lambdaRun("deploy", "--environment", environment)).toMatchObject(done("created, version 1"));
    }
    await shop.write({ "orders.ts": answering("two") });
    expect(await shop.lambdaRun("deploy", "--environment", "stage")).toMatchObject(done("updated, version 2"));
    expect([await shop.answer(orders), await shop.answer("shop-stage-orders")]).toEqual(['"one"', '"two"']);
    await shop.declare({ name: "shop-orders" }, { environments });
    await shop.lambdaRun("deploy", "--environment", "dev");
    expect(await shop.lambdaRun("deploy", "--environment", "stage")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("Function shop-orders is that of dev, but stage is meant"),
    });
  });
});
