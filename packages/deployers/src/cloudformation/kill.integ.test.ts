/** A deployment that is cut off: killed at any call, its connection lost at any call, stopped by Ctrl-C. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { GetStackPolicyCommand, SignalResourceCommand } from "@aws-sdk/client-cloudformation";
import { killAt } from "@bulkhead/sandbox";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { defaultPolicy, openPolicy } from "./policy.ts";
import { startDeploy } from "../testing/process.ts";
import { historyOf, lastReceipt } from "../testing/receipts.ts";
import { account, openShop, queueTemplate, region, type Shop } from "../testing/shop.ts";

const wait = `
  Handle: { Type: AWS::CloudFormation::WaitConditionHandle }
  Wait:
    Type: AWS::CloudFormation::WaitCondition
    Properties: { Handle: !Ref Handle, Timeout: "3" }
`;
const [resources = "", outputs = ""] = queueTemplate.split("Outputs:");
const waiting = `${resources}${wait.replace("\n", "")}Outputs:${outputs}`;

/** Another queue of another name in the place of the first. */
const replaced = queueTemplate.replace("QueueName: !Ref Name", 'QueueName: !Sub "${Name}-2"');

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({
    "bulkhead.deploy.yaml": `version: 1
application: shop
environments: { dev: { account: "${account}", region: ${region} } }
cloudformation:
  stacks: { orders: { template: queue.yaml } }
`,
  });
});
afterAll(async () => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  await shop.reset();
  await shop.write({ "queue.yaml": queueTemplate });
});

const start = (...more: string[]) => startDeploy(shop, "cloudformation", "deploy", ...more);

const nothingToDo = { exitCode: 0, stdout: "= shop-orders: nothing to do\n" };

describe("a deployment that is killed", () => {
  it.each(["before", "after"] as const)("%s any call was answered is finished by the next", async (kind) => {
    let call = 1;
    const ended = new Set<string>();
    const whole = { verb: "deploy", result: "done", from: null, to: { version: expect.any(String) } };
    for (; await killAt(shop.sandbox, start, call, kind); call++, await shop.reset()) {
      const { exitCode, stdout } = await shop.run("deploy");
      expect({ call, exitCode, stdout }).toMatchObject({ call, exitCode: 0 });
      expect({ call, ...(await shop.run("plan")) }).toMatchObject({ call, ...nothingToDo });
      expect({ call, ...(await lastReceipt(shop, "cloudformation/orders")) }).toMatchObject({ call, ...whole });
      const results = (await historyOf(shop, "dev")).map(({ result }) => result);
      ended.add(results.join(" after "));
    }
    // The receipt that the killed run had begun ends as done where the stack had come to be, else as failed.
    expect([...ended].sort()).toEqual(["done", "done after failed"]);
    // The whole deployment was gone through: change set, lease and policy at the least.
    expect(call).toBeGreaterThan(10);
  });

  it("while the stack's policy was opened for it is finished by the next, and the policy is closed", async () => {
    const left: (string | undefined)[] = [];
    const policy = async (): Promise<string | undefined> =>
      (await shop.byHand.send(new GetStackPolicyCommand({ StackName: "shop-orders" }))).StackPolicyBody;
    for (let call = 1; ; call++) {
      await shop.reset();
      await shop.write({ "queue.yaml": queueTemplate });
      await shop.run("deploy");
      await shop.write({ "queue.yaml": replaced });
      const killed = await killAt(shop.sandbox, () => start("--replace"), call, "after");
      left.push(await policy());
      const { exitCode, stdout } = await shop.run("deploy", "--replace");
      expect({ call, exitCode, stdout }).toMatchObject({ call, exitCode: 0 });
      expect({ call, policy: await policy() }).toEqual({ call, policy: defaultPolicy });
      const { result, from, to } = await lastReceipt(shop, "cloudformation/orders");
      expect({ call, result, changed: from?.digest !== to?.digest }).toEqual({ call, result: "done", changed: true });
      expect({ call, ...(await shop.run("plan")) }).toMatchObject({ call, ...nothingToDo });
      if (!killed) break;
    }
    expect(new Set(left)).toEqual(new Set([defaultPolicy, openPolicy]));
  });
});

describe("a deletion that is killed", () => {
  it("at any call is finished by the next, and the book says so", async () => {
    for (let call = 1, killed = true; killed; call++) {
      await shop.reset();
      await shop.run("deploy");
      killed = await killAt(shop.sandbox, () => startDeploy(shop, "cloudformation", "delete", "--yes"), call, "after");
      expect({ call, ...(await shop.run("delete", "--yes")) }).toMatchObject({ call, exitCode: 0 });
      expect(await shop.stack("shop-orders")).toBeUndefined();
      const last = await lastReceipt(shop, "cloudformation/orders");
      expect({ call, ...last }).toMatchObject({ call, verb: "delete", result: "done", to: null });
    }
  });
});

describe("a connection that is lost", () => {
  it.each(["cut", "cutAfter", "half"] as const)("(%s) once, at any call, stops no deployment", async (kind) => {
    for (let call = 1; ; call++) {
      await shop.reset();
      shop.sandbox.faults.at(call, { kind });
      const { exitCode, stdout } = await shop.run("deploy");
      expect({ call, exitCode, stdout }).toMatchObject({
        call,
        exitCode: 0,
        stdout: expect.stringContaining("shop-orders: created"),
      });
      const calls = shop.sandbox.calls().length;
      expect({ call, ...(await shop.run("deploy")) }).toMatchObject({ call, ...nothingToDo });
      if (call > calls) return;
    }
  });

  it("for good is explained, and the next run goes on", async () => {
    shop.sandbox.faults.at(1, { kind: "cut" }, { operation: "cloudformation:ExecuteChangeSet", times: 99 });
    expect(await shop.run("deploy")).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("Aws.Unreachable") });
    shop.sandbox.faults.clear();
    expect(await shop.run("deploy")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("created") });
  });

  it("or a right that is missing, is explained at every call", async () => {
    await shop.run("deploy");
    const needed = [...new Set(shop.sandbox.calls())].filter((call) => call.startsWith("cloudformation:"));
    expect(needed.length).toBeGreaterThan(5);
    for (const operation of needed) {
      await shop.reset();
      const denied = { kind: "fail", status: 403, code: "AccessDenied", message: "no" } as const;
      shop.sandbox.faults.at(1, denied, { operation, times: 99 });
      const { exitCode, stdout } = await shop.run("deploy");
      expect({ operation, exitCode, stdout }).toMatchObject({
        exitCode: 1,
        stdout: expect.stringContaining(`Give the caller ${operation}`),
      });
    }
  });
});

describe("Ctrl-C", () => {
  it("cancels an update, waits for its rollback, and says so", async () => {
    await shop.run("deploy");
    await shop.write({ "queue.yaml": waiting });
    const child = start();
    await child.until("shop-orders/Wait: UPDATE_IN_PROGRESS");
    child.kill("SIGINT");
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(130);
    expect(child.shown()).toContain("its update is cancelled and rolled back");
    expect(child.shown()).toContain(
      "The update of shop-orders was cancelled; the stack is in UPDATE_ROLLBACK_COMPLETE",
    );
    expect(shop.sandbox.calls()).toContain("cloudformation:CancelUpdateStack");
    expect(await shop.stack("shop-orders")).toMatchObject({ StackStatus: "UPDATE_ROLLBACK_COMPLETE" });
  });

  it("leaves a creation to AWS, says so, and the next run takes it up", async () => {
    await shop.write({ "queue.yaml": waiting.replace('"3"', '"60"') });
    const child = start();
    await child.until("shop-orders/Wait: CREATE_IN_PROGRESS");
    child.kill("SIGINT");
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(130);
    expect(child.shown()).toContain("The creation of shop-orders can't be cancelled and goes on in AWS");
    const next = shop.run("deploy");
    await sleep(100);
    const signal = { StackName: "shop-orders", LogicalResourceId: "Wait", UniqueId: "1", Status: "SUCCESS" } as const;
    await shop.byHand.send(new SignalResourceCommand(signal));
    const { exitCode, stderr } = await next;
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("shop-orders: CREATE_COMPLETE"),
    });
  });
});
