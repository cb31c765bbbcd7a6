/** Stacks from flags alone: no file, no landing zone. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { CreateStackCommand } from "@aws-sdk/client-cloudformation";
import { account, openShop, queueTemplate, region, type Shop } from "../testing/shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ "queue.yaml": queueTemplate });
});
afterAll(async () => shop[Symbol.asyncDispose]());
beforeEach(() => shop.reset());

const flags = (...more: string[]) => [
  ...["--account", account, "--region", region, "--stack", "orders", "--template", shop.path("queue.yaml")],
  ...more,
];
const calls = (): readonly string[] => shop.sandbox.calls().filter((call) => !call.startsWith("ssm:"));

describe("deploy", () => {
  it("makes a stack, changes it, and does nothing where nothing differs", async () => {
    const made = await shop.runBare("deploy", ...flags());
    expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("orders: created") });
    expect(made.stdout).toContain("Url = http");
    expect(await shop.stack("orders")).toMatchObject({
      StackStatus: "CREATE_COMPLETE",
      Tags: [{ Key: "bulkhead:application", Value: "orders" }],
    });

    shop.sandbox.clearCalls();
    const changed = await shop.runBare("deploy", ...flags("--parameter", "Delay=2"));
    expect(changed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("orders: updated") });
    // The last two wait, and show what happens.
    expect(calls()).toEqual([
      "cloudformation:DescribeStacks",
      "cloudformation:GetStackPolicy",
      "sts:GetCallerIdentity",
      "cloudformation:CreateChangeSet",
      "cloudformation:DescribeChangeSet",
      "cloudformation:ExecuteChangeSet",
      "cloudformation:DescribeStacks",
      "cloudformation:DescribeStackEvents",
    ]);
    expect((await shop.stack("orders"))?.Parameters).toContainEqual({ ParameterKey: "Delay", ParameterValue: "2" });
    // The account's mark.
    expect(shop.sandbox.calls().filter((call) => call === "ssm:GetParameter")).toHaveLength(1);

    shop.sandbox.clearCalls();
    const same = await shop.runBare("deploy", ...flags());
    expect(same).toMatchObject({ exitCode: 0, stdout: "= orders: nothing to do\n" });
    expect(calls()).toEqual([
      "cloudformation:DescribeStacks",
      "cloudformation:GetTemplate",
      "cloudformation:GetStackPolicy",
    ]);
  });

  it("refuses another account, before anything else", async () => {
    const { exitCode, stderr } = await shop.runBare(
      "deploy",
      ...flags().map((word) => (word === account ? "222222222222" : word)),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/belong to account 111111111111 .*, but account 222222222222 is meant/);
    expect(calls()).toEqual(["sts:GetCallerIdentity"]);
  });

  it("touches no stack that doesn't say whose it is, unless it is told to take it over", async () => {
    await shop.byHand.send(new CreateStackCommand({ StackName: "orders", TemplateBody: queueTemplate }));
    const refused = await shop.runBare("deploy", ...flags());
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain("CloudFormation.ForeignStack");
    const adopted = await shop.runBare("deploy", "--adopt", ...flags());
    expect(adopted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("orders: updated") });
  });

  it("is shown and deleted by name alone", async () => {
    await shop.runBare("deploy", ...flags());
    const place = ["--account", account, "--region", region];
    expect((await shop.runBare("list", ...place)).stdout).toMatch(/orders +CREATE_COMPLETE +orders/);
    expect((await shop.runBare("info", ...place, "--stack", "orders")).stdout).toContain("AWS::SQS::Queue");
    expect((await shop.runBare("delete", ...place)).stderr).toContain("these flags are missing: --stack");
    const deleted = await shop.runBare("delete", ...place, "--stack", "orders", "--yes");
    expect(deleted).toMatchObject({ exitCode: 0, stdout: "✓ orders: deleted\n" });
  });

  it("says which flags are missing", async () => {
    const { exitCode, stderr } = await shop.runBare("deploy", "--stack", "orders");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("these flags are missing: --account, --region, --template");
  });
});
