/** The sample application in `examples/shop`, as it is: deployed, changed, refused, healed and deleted. */

import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { execFile, execFileSync } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { makeAccounts } from "./testing/accounts.ts";
import { openShop, type Shop } from "./testing/shop.ts";

const example = join(import.meta.dirname, "../../../examples/shop");
const names = ["shop-dev", "shop-stage", "shop-prod"];

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({});
});
afterAll(async () => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  await shop.reset();
  await cp(example, shop.folder, { recursive: true });
  commit();
  const ids = await makeAccounts(shop.sandbox, names);
  await editLock((lock) => {
    for (const name of names) lock.accounts[name]!.id = ids.get(name) ?? "";
  });
});

/** What a runner has checked out; prod takes only commits that ran in stage. */
function commit(): void {
  const git = (...args: string[]): void => {
    const person = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false"];
    execFileSync("git", [...person, ...args], { cwd: shop.folder });
  };
  git("init", "--quiet");
  git("add", "bulkhead.deploy.yaml", "functions");
  git("commit", "--quiet", "--allow-empty", "--message", "The shop");
}

interface Lock {
  readonly accounts: Record<string, { id: string; environment: string }>;
}

async function editLock(edit: (lock: Lock) => void): Promise<void> {
  const file = shop.path("bulkhead.lock.json");
  const lock = JSON.parse(await readFile(file, "utf8")) as Lock;
  edit(lock);
  await writeFile(file, JSON.stringify(lock));
}

const deploy = (environment: string, ...more: string[]) => shop.run("deploy", "--environment", environment, ...more);
const stacks = async (environment: string) => {
  const { stdout } = await shop.run("list", "--environment", environment, "--output", "json");
  return (JSON.parse(stdout) as { stacks: { name: string; status: string }[] }).stacks.map(({ name, status }) => [
    name,
    status,
  ]);
};

/** Runs a job's script as its runner does, with the deployers of this workspace in place of the published ones. */
async function runJob(script: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const bin = `"${process.execPath}" --conditions=@bulkhead/source "${join(import.meta.dirname, "bin.ts")}"`;
  const env = { ...process.env, ...shop.env, ...variables };
  const line = script.replaceAll("npx @bulkhead/deployers", bin);
  expect(line).not.toContain("npx");
  return (await promisify(execFile)("sh", ["-euc", line], { cwd: shop.folder, env })).stdout;
}

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

describe("the examples of CI files", () => {
  it("run on GitHub Actions: each environment, with the commit as version", async () => {
    const workflow = parse(await readFile(join(example, "github-actions.yml"), "utf8")) as {
      jobs: { deploy: { strategy: { matrix: { environment: string[] } }; concurrency: object; steps: Step[] } };
    };
    const { strategy, concurrency, steps } = workflow.jobs.deploy;
    expect(strategy.matrix.environment).toEqual(["dev", "stage", "prod"]);
    expect(concurrency).toMatchObject({ "cancel-in-progress": false });
    const step = steps.find(({ run }) => run !== undefined)!;
    expect(step.env).toEqual({ SHOP_VERSION: "${{ github.sha }}", ENVIRONMENT: "${{ matrix.environment }}" });
    for (const environment of strategy.matrix.environment) {
      const stdout = await runJob(step.run!, { SHOP_VERSION: "4711", ENVIRONMENT: environment });
      expect(stdout).toMatch(
        new RegExp(`shop-network: created[^]*shop-orders: created[^]*shop-${environment}-report: created`),
      );
    }
  });

  it("run on GitLab: the same line for each environment", async () => {
    const pipeline = parse(await readFile(join(example, "gitlab-ci.yml"), "utf8")) as Record<string, unknown>;
    const { script, interruptible } = pipeline[".deploy"] as { script: string[]; interruptible: boolean };
    expect(interruptible).toBe(false);
    expect(pipeline["prod"]).toMatchObject({ variables: { ENVIRONMENT: "prod" }, rules: [{ when: "manual" }] });
    expect(await runJob(script.join("\n"), { ENVIRONMENT: "dev" })).toContain("shop-orders: created");
  });
});

describe("the sample application", () => {
  it("is deployed in the order of its needs, changed, found the same, and deleted", async () => {
    expect(await shop.run("validate")).toMatchObject({ exitCode: 0, stdout: "Valid: 3 stacks, 3 environments.\n" });
    expect(await deploy("dev")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/shop-network: created[^]*shop-orders: created/),
    });
    expect(await stacks("dev")).toEqual([
      ["shop-access", "CREATE_COMPLETE"],
      ["shop-network", "CREATE_COMPLETE"],
      ["shop-orders", "CREATE_COMPLETE"],
    ]);
    expect(await stacks("stage")).toEqual([]);
    expect(await deploy("dev")).toMatchObject({
      exitCode: 0,
      stdout: "= shop-network: nothing to do\n= shop-orders: nothing to do\n= shop-access: nothing to do\n",
    });

    process.env["SHOP_VERSION"] = "2";
    const changed = await deploy("dev");
    delete process.env["SHOP_VERSION"];
    expect(changed).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/network: nothing[^]*orders: updated/),
    });

    const deleted = await shop.run("delete", "--environment", "dev", "--yes");
    expect(deleted).toMatchObject({
      exitCode: 0,
      stdout: "✓ shop-network: deleted\n✓ shop-orders: deleted\n✓ shop-access: deleted\n",
    });
    expect(await stacks("dev")).toEqual([]);
  });

  it("is refused where the landing zone says that the account is another environment", async () => {
    await editLock((lock) => {
      const { "shop-dev": dev, "shop-prod": prod } = lock.accounts;
      [dev!.id, prod!.id] = [prod!.id, dev!.id];
      dev!.environment = "prod";
      prod!.environment = "dev";
    });
    const { exitCode, stdout } = await deploy("dev");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/dev is to be deployed, but account \d+ \(shop-dev\) is prod, by bulkhead.lock.json/);
    expect(await stacks("dev")).toEqual([]);
  });

  it("needs a yes for its protected environment", async () => {
    expect(await deploy("stage")).toMatchObject({ exitCode: 0 });
    const refused = await deploy("prod");
    expect(refused).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("prod is protected") });
    expect(await stacks("prod")).toEqual([]);
    expect(await deploy("prod", "--yes")).toMatchObject({ exitCode: 0 });
    const protectedFromDeletion = await shop.run("delete", "--environment", "prod", "--yes");
    expect(protectedFromDeletion).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Termination protection is on: shop-network, shop-orders, shop-access"),
    });
  });

  it("is healed after a creation that failed, and the first cause is told", async () => {
    const good = await readFile(shop.path("orders.yaml"), "utf8");
    await writeFile(
      shop.path("orders.yaml"),
      good.replace("Type: AWS::SSM::Parameter", "Type: AWS::SSM::Parameter\n    DependsOn: Broken").replace(
        "Resources:\n",
        `Resources:
  Broken:
    Type: AWS::CloudFormation::WaitCondition
    Properties: { Handle: !Ref Handle, Timeout: "1" }
  Handle: { Type: AWS::CloudFormation::WaitConditionHandle }
`,
      ),
    );
    const failed = await deploy("dev");
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(
      /shop-orders: Stack shop-orders ended in ROLLBACK_COMPLETE: Broken \(AWS::CloudFormation::WaitCondition\)/,
    );
    expect(await stacks("dev")).toEqual([
      ["shop-network", "CREATE_COMPLETE"],
      ["shop-orders", "ROLLBACK_COMPLETE"],
    ]);
    await writeFile(shop.path("orders.yaml"), good);
    expect(await deploy("dev")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("shop-orders: created") });
  });

  it("has functions that go from dev to prod with the same bytes, shift, and are rolled back", async () => {
    for (const environment of ["dev", "stage"]) await deploy(environment);
    await deploy("prod", "--yes");
    const promote = async (from: string, to: string) =>
      shop.deploy("lambda", "promote", "--from", from, "--environment", to, "--yes");
    const invoke = async () => (await shop.deploy("lambda", "invoke", "report", "--environment", "prod")).stdout;

    expect(await shop.deploy("lambda", "deploy", "--environment", "dev")).toMatchObject({ exitCode: 0 });
    expect(await promote("dev", "stage")).toMatchObject({ exitCode: 0 });
    expect(await promote("stage", "prod")).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await invoke())).toEqual({ sold: {} });

    const changed = (await readFile(shop.path("functions/report/report.py"), "utf8")).replace('"sold"', '"sales"');
    await writeFile(shop.path("functions/report/report.py"), changed);
    commit();
    await shop.deploy("lambda", "deploy", "--environment", "dev");
    await promote("dev", "stage");
    const shifted = await promote("stage", "prod");
    expect(shifted.stderr).toMatch(/has 10 % of the traffic[^]*has 50 % of the traffic/);
    expect(JSON.parse(await invoke())).toEqual({ sales: {} });
    const digests = await runningCode("shop-dev-report", "shop-stage-report", "shop-prod-report");
    expect(digests[2]).toMatch(/^[\w+/]{43}=$/);
    expect(new Set(digests).size).toBe(1);

    await shop.deploy("lambda", "rollback", "report", "--environment", "prod", "--yes");
    expect(JSON.parse(await invoke())).toEqual({ sold: {} });
    expect((await shop.deploy("matrix")).stdout).toMatch(/report\/live[^]*≠ stage/);
    const { stdout } = await shop.deploy("history", "report/live", "--environment", "prod");
    expect(stdout).toMatch(/rollback +done +2 +1[^]*promote +done +1 +2[^]*promote +done +- +1/);
  });
});

/** The SHA-256 of what the alias of each of these functions runs, as Lambda says it, each in its own account. */
async function runningCode(...functions: readonly string[]): Promise<readonly (string | undefined)[]> {
  const lock = JSON.parse(await readFile(shop.path("bulkhead.lock.json"), "utf8")) as Lock;
  const sts = new STSClient(shop.config);
  return Promise.all(
    functions.map(async (FunctionName) => {
      const account = lock.accounts[FunctionName.replace(/-report$/, "")]!.id;
      const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
      const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "by-hand" }));
      const credentials = {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken ?? "",
      };
      const lambda = new LambdaClient({ ...shop.config, credentials });
      return (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: "live" }))).CodeSha256;
    }),
  );
}
