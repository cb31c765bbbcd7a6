/** Receipts over three accounts, with stacks: who deployed what, what runs where, and what they let nobody do. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { DeleteStackCommand } from "@aws-sdk/client-cloudformation";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { rm } from "node:fs/promises";
import { makeAccounts } from "../testing/accounts.ts";
import { commitAll, git, historyOf, lastReceipt, receipt } from "../testing/receipts.ts";
import { account, openShop, queueTemplate, region, type Shop } from "../testing/shop.ts";
import { parameterOf } from "./store.ts";
import type { Receipt } from "./model.ts";

const environments = ["dev", "stage", "prod"];
const role = "OrganizationAccountAccessRole";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => shop[Symbol.asyncDispose]());

const deploy = (environment: string, ...more: string[]) => shop.run("deploy", "--environment", environment, ...more);
const ssmCalls = () => shop.sandbox.calls().filter((call) => /^ssm:.*(Path|History|PutParameter)$/.test(call));
const done = { exitCode: 0 };
const delayed = (seconds: number): string => queueTemplate.replace("!Ref Delay", String(seconds));
/** The same with something that never comes about. */
const failing = ((): string => {
  const wait = `
  Handle: { Type: AWS::CloudFormation::WaitConditionHandle }
  Wait: { Type: AWS::CloudFormation::WaitCondition, Properties: { Handle: !Ref Handle, Timeout: "1" } }
`;
  const [resources = "", outputs = ""] = queueTemplate.split("Outputs:");
  return `${resources}${wait.slice(1)}Outputs:${outputs}`;
})();
const begin = async (): Promise<void> => {
  await shop.reset();
  await rm(shop.path(".git"), { recursive: true, force: true });
  await shop.write({ "queue.yaml": queueTemplate, ".gitignore": "cache/\njob/\n" });
};

describe("in three accounts", () => {
  const stacks = (...more: string[]): string =>
    ["  stacks:", "    orders: { template: queue.yaml }", ...more.map((line) => `    ${line}`)].join("\n");
  let ids: ReadonlyMap<string, string>;
  const file = (cloudformation: string, gates = ""): string =>
    [
      "version: 1",
      "application: shop",
      "environments:",
      ...environments.map((name) => {
        const gate = name === "prod" ? gates : "";
        return `  ${name}: { account: "${String(ids.get(name))}", region: ${region}, accessRole: ${role}${gate} }`;
      }),
      "cloudformation:",
      cloudformation,
    ].join("\n");
  beforeEach(async () => {
    await begin();
    ids = await makeAccounts(shop.sandbox, environments);
    await shop.write({ "bulkhead.deploy.yaml": file(stacks()) });
  });

  it("history says who deployed what, from what to what; matrix says what runs where, in a call an account", async () => {
    const first = commitAll(shop.folder);
    process.env["CI_JOB_URL"] = "https://ci.example.com/jobs/7";
    for (const environment of environments) expect(await deploy(environment)).toMatchObject(done);
    delete process.env["CI_JOB_URL"];
    await shop.write({ "queue.yaml": delayed(2) });
    const second = commitAll(shop.folder);
    expect(await deploy("dev")).toMatchObject(done);

    const [update, creation, ...others] = await historyOf(shop, "dev");
    expect(others).toEqual([]);
    expect(creation).toMatchObject({
      ...{ verb: "deploy", result: "done", from: null, commit: first, dirty: false },
      who: `arn:aws:iam::${account}:user/admin`,
      job: "https://ci.example.com/jobs/7",
      to: { commit: first, digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    });
    expect(update).toMatchObject({ result: "done", from: creation?.to, commit: second, job: null });
    expect(update?.to?.digest).not.toBe(creation?.to?.digest);

    await shop.deploy("matrix");
    shop.sandbox.clearCalls();
    const { exitCode, stdout } = await shop.deploy("matrix", "--output", "json");
    expect(exitCode).toBe(0);
    expect(shop.sandbox.calls()).toEqual(environments.map(() => "ssm:GetParametersByPath"));
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "deployment-matrix",
      version: 1,
      units: [
        {
          unit: "orders",
          cells: [
            { environment: "dev", status: "runs", runs: { commit: second }, differsFrom: null },
            { environment: "stage", status: "runs", runs: { commit: first }, differsFrom: "dev" },
            { environment: "prod", status: "runs", runs: { commit: first }, differsFrom: null },
          ],
        },
      ],
      failed: [],
    });
    const text = (await shop.deploy("matrix")).stdout;
    expect(text).toMatch(new RegExp(`orders +cloudformation +dev +- +${second.slice(0, 7)} .* admin +-\n`));
    expect(text).toMatch(new RegExp(` +stage +- +${first.slice(0, 7)} .* admin +≠ dev\n`));
    expect((await shop.deploy("history", "--environment", "dev", "--output", "markdown")).stdout).toMatch(
      new RegExp(`\\| deploy \\| done \\| - \\| [0-9a-f]{8} \\| ${first.slice(0, 7)} \\|`),
    );
  });

  it("matrix shows an account that can't be read as such, and what was never deployed", async () => {
    await deploy("dev");
    await shop.write({
      "bulkhead.deploy.yaml": file(stacks("more: { template: queue.yaml }")).replace(`${role} }`, "Nobody }"),
    });
    const { exitCode, stdout } = await shop.deploy("matrix");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/orders +cloudformation +dev .*can't be read\n/);
    expect(stdout).toMatch(/ stage .*never deployed\n/);
    expect(stdout).toMatch(
      new RegExp(`✗ ${String(ids.get("dev"))} \\(${region}\\): .*Nobody.*\\(Credentials.CannotEnter\\)`),
    );
  });

  describe("an environment that is after another", () => {
    beforeEach(() => shop.write({ "bulkhead.deploy.yaml": file(stacks(), ", after: stage") }));

    it("takes no commit that didn't run there, nothing uncommitted, and nothing without a commit", async () => {
      const none = await deploy("prod");
      expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Receipt.NoCommit") });
      const commit = commitAll(shop.folder);
      const refused = await deploy("prod");
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Receipt.NotRunBefore") });
      expect(refused.stderr).toContain(
        `prod takes only commits that ran in stage, and these didn't: ${commit.slice(0, 7)} of orders. Nothing was changed.`,
      );
      await shop.write({ "queue.yaml": `${queueTemplate}\n` });
      expect(await deploy("stage")).toMatchObject(done);
      // What ran in stage wasn't that commit, for files had been changed; nor may such files go to prod.
      expect((await deploy("prod")).stderr).toContain("Receipt.Dirty");
      await shop.write({ "queue.yaml": queueTemplate });
      expect((await deploy("prod")).stderr).toContain("Receipt.NotRunBefore");
      expect(shop.sandbox.calls().filter((call) => call === "cloudformation:CreateChangeSet")).toHaveLength(1);
      expect(await deploy("stage")).toMatchObject(done);
      expect(await deploy("prod")).toMatchObject(done);
    });

    it("takes a commit that ran there before a newer one, and one that changed nothing there", async () => {
      const first = commitAll(shop.folder);
      expect(await deploy("stage")).toMatchObject(done);
      // Nothing that is deployed changes; the book of stage says so of this commit, too, and once.
      const second = commitAll(shop.folder, "docs");
      const same = { ...done, stdout: "= shop-orders: nothing to do\n" };
      expect([await deploy("stage"), await deploy("stage")]).toMatchObject([same, same]);
      const [confirmed, deployed, ...others] = await historyOf(shop, "stage");
      expect(others).toEqual([]);
      expect([confirmed, deployed]).toMatchObject([
        { verb: "confirm", commit: second, from: null, to: { version: deployed?.to?.version } },
        { verb: "deploy", commit: first },
      ]);
      await shop.write({ "queue.yaml": delayed(3) });
      const third = commitAll(shop.folder);
      expect(await deploy("stage")).toMatchObject(done);

      git(shop.folder, "checkout", "--quiet", second);
      shop.sandbox.clearCalls();
      expect(await deploy("prod")).toMatchObject(done);
      expect((await historyOf(shop, "prod"))[0]).toMatchObject({ commit: second, result: "done" });
      git(shop.folder, "checkout", "--quiet", third);
      expect(await deploy("prod")).toMatchObject(done);
    });
  });
});

describe("in one account", () => {
  const file = (stacks = "orders: { template: queue.yaml }"): string =>
    `version: 1\napplication: shop\nenvironments: { dev: { account: "${account}", region: ${region} } }\ncloudformation:\n  stacks:\n    ${stacks}\n`;
  const last = () => lastReceipt(shop, "cloudformation/orders");
  const changed = (delay: number) => shop.write({ "queue.yaml": delayed(delay) });
  const put = (one: Partial<Receipt> | object) => {
    const whole = receipt({ kind: "cloudformation", unit: "orders", ...one });
    const input = { Name: parameterOf(whole), Value: JSON.stringify(whole), Type: "String", Overwrite: true } as const;
    return new SSMClient(shop.config).send(new PutParameterCommand(input));
  };
  beforeEach(async () => {
    await begin();
    await shop.write({ "bulkhead.deploy.yaml": file() });
  });

  it("a deployment takes three calls more, and one that changes nothing a single one", async () => {
    expect(await shop.run("deploy")).toMatchObject(done);
    await changed(2);
    shop.sandbox.clearCalls();
    expect(await shop.run("deploy")).toMatchObject(done);
    // The lease is looked at, made, looked at, and given back, and the older one deleted.
    const lease = ["ssm:GetParametersByPath", "ssm:PutParameter", "ssm:GetParametersByPath"];
    const book = ["ssm:GetParametersByPath", "ssm:PutParameter", "ssm:PutParameter"];
    expect(ssmCalls()).toEqual([...lease, ...book, "ssm:PutParameter"]);
    shop.sandbox.clearCalls();
    expect(await shop.run("deploy")).toMatchObject(done);
    expect(shop.sandbox.calls().filter((call) => call.startsWith("ssm:"))).toEqual(["ssm:GetParametersByPath"]);
  });

  it("nothing is changed where the book can't be written", async () => {
    await shop.run("deploy");
    await changed(2);
    shop.sandbox.clearCalls();
    // The first is the lease.
    shop.sandbox.faults.at(
      2,
      { kind: "fail", status: 400, code: "AccessDeniedException" },
      { operation: "ssm:PutParameter" },
    );
    const refused = await shop.run("deploy");
    expect(refused).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("Give the caller ssm:PutParameter") });
    expect(shop.sandbox.calls()).not.toContain("cloudformation:ExecuteChangeSet");
    // The change set that was made for it is gone, too.
    expect(shop.sandbox.calls()).toContain("cloudformation:DeleteChangeSet");
    expect(await last()).toMatchObject({ result: "done", from: null });
  });

  it("a line that can't be written at the end is a warning, and the next run writes it", async () => {
    shop.sandbox.faults.at(
      3,
      { kind: "fail", status: 400, code: "AccessDeniedException" },
      { operation: "ssm:PutParameter" },
    );
    const { exitCode, stderr } = await shop.run("deploy");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("the receipt of shop-orders couldn't be ended, which the next run does");
    const begun = await last();
    expect(begun).toMatchObject({ result: "begun", to: null });
    expect((await shop.deploy("matrix")).stdout).toContain("deploy under way or cut off");
    expect(await shop.run("deploy")).toMatchObject({ ...done, stdout: "= shop-orders: nothing to do\n" });
    expect(await last()).toMatchObject({ result: "done", to: { digest: begun.digest } });
    expect(await historyOf(shop, "dev")).toHaveLength(1);
  });

  it("a failure is told with its cause, and what ran before runs still", async () => {
    await shop.run("deploy");
    const { to: before } = await last();
    await shop.write({ "queue.yaml": failing });
    expect(await shop.run("deploy")).toMatchObject({ exitCode: 1 });
    const failed = await last();
    expect(failed).toMatchObject({
      result: "failed",
      from: before,
      to: { digest: before?.digest, commit: before?.commit },
      reason: expect.stringMatching(/ended in UPDATE_ROLLBACK_COMPLETE: Wait/),
    });
    expect((await shop.deploy("history", "orders")).stdout).toMatch(/deploy +failed .*UPDATE_ROLLBACK_COMPLETE/);
    await changed(4);
    expect(await shop.run("deploy")).toMatchObject(done);
    expect(await last()).toMatchObject({ result: "done", from: failed.to });
  });

  it("a failed creation leaves nothing that runs", async () => {
    await shop.write({ "queue.yaml": failing });
    expect(await shop.run("deploy")).toMatchObject({ exitCode: 1 });
    expect(await last()).toMatchObject({ result: "failed", from: null, to: null });
    expect((await shop.deploy("matrix")).stdout).toContain("nothing runs, last deploy failed");
  });

  it("a deletion is one as well, and one that was cut off is told as what it came to be", async () => {
    await shop.run("deploy");
    const { to } = await last();
    expect(await shop.run("delete", "--yes")).toMatchObject(done);
    expect(await last()).toMatchObject({ verb: "delete", result: "done", from: to, to: null, digest: null });
    await shop.run("deploy");
    const { to: again } = await last();
    await put({ verb: "delete", digest: null, from: again, to: null, result: "begun" });
    expect(await shop.run("deploy")).toMatchObject({ ...done, stdout: "= shop-orders: nothing to do\n" });
    expect(await last()).toMatchObject({ verb: "delete", result: "failed", to: again });
    await put({ verb: "delete", digest: null, from: again, to: null, result: "begun" });
    await shop.byHand.send(new DeleteStackCommand({ StackName: "shop-orders" }));
    expect(await shop.run("delete", "--yes")).toMatchObject({ ...done, stdout: "= shop-orders: doesn't exist\n" });
    expect(await last()).toMatchObject({ verb: "delete", result: "done", to: null });
  });

  it("are shown as far back as SSM keeps them, page by page", async () => {
    for (let count = 1; count <= 60; count++) await put({ at: new Date(count * 60_000).toISOString() });
    shop.sandbox.clearCalls();
    expect(await historyOf(shop, "dev", "--limit", "99")).toHaveLength(60);
    expect(shop.sandbox.calls().filter((call) => call === "ssm:GetParameterHistory")).toHaveLength(2);
    expect((await historyOf(shop, "dev", "--limit", "1"))[0]?.at).toBe("1970-01-01T01:00:00.000Z");
  });

  it("hold no secret, not even as a hash of its own", async () => {
    const secret = queueTemplate.replace("Name: { Type: String,", "Name: { Type: String, NoEcho: true,");
    const receipts: Receipt[] = [];
    for (const value of ["s3cret", "an0ther"]) {
      await shop.reset();
      await shop.write({
        "queue.yaml": secret,
        "bulkhead.deploy.yaml": file(`orders: { template: queue.yaml, parameters: { Name: ${value} } }`),
      });
      expect(await shop.run("deploy")).toMatchObject(done);
      receipts.push(await last());
    }
    expect(JSON.stringify(receipts)).not.toMatch(/s3cret|an0ther/);
    expect(receipts[0]?.settings).toBe(receipts[1]?.settings);
    expect(receipts[0]?.digest).toBe(receipts[1]?.digest);
  });

  it("of a newer Bulkhead are said to be so, and nothing is changed", async () => {
    await put({ version: 2 });
    for (const run of [shop.run("deploy"), shop.deploy("history"), shop.deploy("matrix")]) {
      const { exitCode, stdout, stderr } = await run;
      expect(exitCode).toBe(1);
      expect(stdout + stderr).toContain("Receipt.NewerVersion");
    }
    expect(shop.sandbox.calls()).not.toContain("cloudformation:ExecuteChangeSet");
  });

  it("of one unit are shown by its key or its name, and one that is unknown gets a suggestion", async () => {
    expect((await shop.deploy("history")).stdout).toBe("Nothing was deployed here yet.\n");
    await shop.run("deploy");
    expect(await historyOf(shop, "dev", "orders")).toHaveLength(1);
    expect(await historyOf(shop, "dev", "shop-orders")).toHaveLength(1);
    const { exitCode, stderr } = await shop.deploy("history", "order");
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Did you mean "orders"'),
    });
  });

  it("of a stack that has no file are found by account, region and application", async () => {
    const place = ["--account", account, "--region", region];
    await shop.runBare("deploy", ...place, "--stack", "orders", "--template", shop.path("queue.yaml"));
    const { stdout } = await shop.bare("history", ...place, "--application", "orders");
    expect(stdout).toMatch(/^orders \(cloudformation, orders\)\n/);
    expect((await shop.bare("history", ...place)).stderr).toContain("these flags are missing: --application");
  });

  describe("a job that comes too late", () => {
    it("changes nothing, and says so; one that isn't too late does its work", async () => {
      const first = commitAll(shop.folder, "first");
      await changed(2);
      const second = commitAll(shop.folder, "second");
      expect(await shop.run("deploy", "--skip-superseded")).toMatchObject({
        ...done,
        stdout: expect.stringContaining("created"),
      });
      git(shop.folder, "checkout", "--quiet", first);
      shop.sandbox.clearCalls();
      const late = await shop.run("deploy", "--skip-superseded");
      const left = `- shop-orders: left alone, it runs the newer commit ${second.slice(0, 7)}\n`;
      expect(late).toMatchObject({ ...done, stdout: left });
      expect(shop.sandbox.calls().filter((call) => call.startsWith("cloudformation:"))).toEqual([]);
      // Without the flag it is deployed, as a person would want it; then the newer one is.
      expect(await shop.run("deploy")).toMatchObject({ ...done, stdout: expect.stringContaining("updated") });
      git(shop.folder, "checkout", "--quiet", second);
      expect(await shop.run("deploy", "--skip-superseded")).toMatchObject({
        ...done,
        stdout: expect.stringContaining("updated"),
      });
      // Another branch is neither older nor newer.
      git(shop.folder, "checkout", "--quiet", "-b", "other", first);
      await changed(9);
      commitAll(shop.folder, "other");
      expect(await shop.run("deploy", "--skip-superseded")).toMatchObject({
        ...done,
        stdout: expect.stringContaining("updated"),
      });
    });

    it("is found out where its clone is older than the newer commit, which is fetched", async () => {
      commitAll(shop.folder, "first");
      git(shop.folder, "clone", "--quiet", shop.folder, shop.path("job"));
      await changed(2);
      const second = commitAll(shop.folder, "second");
      expect(await shop.run("deploy")).toMatchObject(done);
      const job = ["--deploy-file", shop.path("job/bulkhead.deploy.yaml")];
      const late = await shop.runBare("deploy", "--skip-superseded", ...job);
      expect(late).toMatchObject({ ...done, stdout: expect.stringContaining(`newer commit ${second.slice(0, 7)}`) });
      // What git can't know is no reason to deploy.
      await put({ kind: "cloudformation", unit: "orders", to: { version: "x", digest: null, commit: "f".repeat(40) } });
      const unknown = await shop.runBare("deploy", "--skip-superseded", ...job);
      expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Receipt.AgeUnknown") });
    });
  });
});
