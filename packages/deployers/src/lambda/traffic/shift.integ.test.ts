/** Traffic that is shifted to functions which really run: step by step, turned back, cut off, and taken up. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  type StateValue,
} from "@aws-sdk/client-cloudwatch";
import { GetAliasCommand, UpdateAliasCommand } from "@aws-sdk/client-lambda";
import { BulkheadError, type Event } from "@bulkhead/core";
import { killAt, Refusal } from "@bulkhead/sandbox";
import { once } from "node:events";
import { deployFile, openFunctionShop, orders, type FunctionShop } from "../../testing/functions.ts";
import { startDeploy } from "../../testing/process.ts";
import { lastReceipt } from "../../testing/receipts.ts";
import { roundsOf } from "./alarms.ts";
import type { Shift } from "./model.ts";
import { shiftTraffic, turnBack } from "./shift.ts";

let shop: FunctionShop;
let cloudwatch: CloudWatchClient;
beforeAll(async () => {
  shop = await openFunctionShop();
  cloudwatch = new CloudWatchClient(shop.config);
});
afterAll(async () => shop[Symbol.asyncDispose]());

const declared = (traffic: object, more: object = {}): string => deployFile({ traffic, ping: true, ...more });
const numbered = (version: number, body = ""): string =>
  `let calls = 0;\nexport const handler = async (): Promise<number> => { calls++; ${body} return ${version}; };\n`;

async function makeAlarm(name = "errors", state: StateValue = "OK"): Promise<void> {
  const metric = { MetricName: "Errors", Namespace: "Shop", Statistic: "Sum", Period: 60 } as const;
  const rule = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" } as const;
  await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: name, ...metric, ...rule }));
  await setAlarm(state, name);
}

async function setAlarm(state: StateValue, name = "errors"): Promise<void> {
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: "by hand" }));
}

async function alias(): Promise<{ version: string | undefined; weights: Record<string, number>; revisionId: string }> {
  const found = await shop.lambda.send(new GetAliasCommand({ FunctionName: orders, Name: "live" }));
  const weights = found.RoutingConfig?.AdditionalVersionWeights ?? {};
  return { version: found.FunctionVersion, weights, revisionId: found.RevisionId ?? "" };
}

/** The whole of who has it: no weight may be passed over. */
async function traffic() {
  const { version, weights } = await alias();
  return { version, weights };
}

/** What every UpdateAlias gives the alias: its version, and the weights of others. */
function watchAlias(): unknown[] {
  const moves: unknown[] = [];
  shop.sandbox.faults.script("lambda:UpdateAlias", ({ input }) => {
    const routing = input["RoutingConfig"] as { AdditionalVersionWeights?: object } | undefined;
    moves.push([input["FunctionVersion"], routing?.AdditionalVersionWeights ?? {}]);
    return undefined;
  });
  return moves;
}

const backAt1 = { version: "1", weights: {} };

describe("a shift", () => {
  beforeEach(async () => {
    await shop.reset();
    await makeAlarm();
    const file = declared({ steps: [10, 50], waitSeconds: 0, alarms: ["errors"] });
    await shop.write({ "bulkhead.deploy.yaml": file, "orders.ts": numbered(1) });
    await shop.lambdaRun("deploy");
    await shop.write({ "orders.ts": numbered(2) });
  });

  it("goes by its steps, watched and pinged at each, and then all traffic is the new version's", async () => {
    const moves = watchAlias();
    shop.sandbox.clearCalls();
    const { exitCode, stderr } = await shop.lambdaRun("deploy");
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("version 2 has 50 % of the traffic for 0 s, watched by errors"),
    });
    expect(moves).toEqual([
      ["1", { "2": 0.1 }],
      ["1", { "2": 0.5 }],
      ["2", {}],
    ]);
    const calls = shop.sandbox.calls();
    expect(calls.filter((call) => call === "monitoring:DescribeAlarms")).toHaveLength(3);
    expect(calls.filter((call) => call === "lambda:Invoke")).toHaveLength(3);
    expect(await shop.answer()).toBe("2");
    expect(await shop.lambdaRun("plan", "--detailed-exitcode")).toMatchObject({ exitCode: 0 });
  });

  it("really gives the new version its share", async () => {
    await shop.write({ "bulkhead.deploy.yaml": declared({ steps: [25], waitSeconds: 0 }) });
    const answers: string[] = [];
    const invoke = async (): Promise<void> => {
      for (let call = 0; call < 12; call++) answers.push(await shop.answer());
    };
    shop.sandbox.faults.at(1, { kind: "after", run: invoke }, { operation: "lambda:UpdateAlias" });
    await shop.lambdaRun("deploy");
    expect(answers.filter((answer) => answer === "2")).toHaveLength(3);
    expect(answers.filter((answer) => answer === "1")).toHaveLength(9);
  });

  it("is turned back by an alarm, and says why", async () => {
    const ring = (): Promise<void> => setAlarm("ALARM");
    shop.sandbox.faults.at(2, { kind: "after", run: ring }, { operation: "lambda:UpdateAlias" });
    const moves = watchAlias();
    expect(await shop.lambdaRun("deploy")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("errors went into ALARM"),
    });
    expect(moves.at(-1)).toEqual(["1", {}]);
    expect(await traffic()).toEqual(backAt1);
    expect((await shop.deploy("history")).stdout).toContain("turned back");
  });

  it("is turned back where its alarm is deleted meanwhile, or can't be asked for", async () => {
    const remove = async (): Promise<void> => {
      await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ["errors"] }));
    };
    shop.sandbox.faults.at(1, { kind: "after", run: remove }, { operation: "lambda:UpdateAlias" });
    const { stdout } = await shop.lambdaRun("deploy");
    expect(stdout).toContain("errors no longer exists");
    expect(await traffic()).toEqual(backAt1);

    await makeAlarm();
    shop.sandbox.faults.at(2, { kind: "cut" }, { operation: "monitoring:DescribeAlarms", times: 99 });
    expect(await shop.lambdaRun("deploy")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("turned back"),
    });
    expect(await traffic()).toEqual(backAt1);
  });

  it("doesn't begin with an alarm that goes off already, or that doesn't exist", async () => {
    await setAlarm("ALARM");
    const moves = watchAlias();
    const ringing = { exitCode: 1, stdout: expect.stringContaining("errors is in ALARM before the traffic") };
    expect(await shop.lambdaRun("deploy")).toMatchObject(ringing);
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ["errors"] }));
    const absent = { exitCode: 1, stdout: expect.stringContaining("errors, which CloudWatch doesn't have here") };
    expect(await shop.lambdaRun("deploy")).toMatchObject(absent);
    expect(moves).toEqual([]);
  });

  it("is turned back by a ping that fails", async () => {
    await shop.write({ "orders.ts": numbered(2, 'if (calls > 2) throw new Error("worn out");') });
    const moves = watchAlias();
    const { exitCode, stdout } = await shop.lambdaRun("deploy");
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/worn out/) });
    expect(stdout).toContain("the ping of version 2 failed");
    expect(moves).toEqual([
      ["1", { "2": 0.1 }],
      ["1", { "2": 0.5 }],
      ["1", {}],
    ]);
    expect(await shop.answer()).toBe("1");
  });

  it("never happens where the first ping fails", async () => {
    await shop.write({ "orders.ts": numbered(2, 'throw new Error("broken");') });
    const moves = watchAlias();
    expect(await shop.lambdaRun("deploy")).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("broken") });
    expect(moves).toEqual([]);
    expect(await shop.answer()).toBe("1");
  });

  it("goes on where no answer to a write ever came, but AWS did it; otherwise it is turned back", async () => {
    const lost = { operation: "lambda:UpdateAlias", times: 3 };
    shop.sandbox.faults.at(3, { kind: "cutAfter" }, lost);
    expect(await shop.lambdaRun("deploy")).toMatchObject({ exitCode: 0 });
    expect(await traffic()).toEqual({ version: "2", weights: {} });

    await shop.write({ "orders.ts": numbered(3) });
    shop.sandbox.faults.at(2, { kind: "cut" }, lost);
    expect(await shop.lambdaRun("deploy")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("turned back"),
    });
    expect(await traffic()).toEqual({ version: "2", weights: {} });
  });

  it("is turned back by Ctrl-C", async () => {
    await shop.write({ "bulkhead.deploy.yaml": declared({ steps: [10], waitSeconds: 60, alarms: ["errors"] }) });
    const child = startDeploy(shop, "lambda", "deploy");
    await child.until("version 2 has 10 % of the traffic");
    child.kill("SIGINT");
    const [code] = (await once(child, "close")) as [number];
    expect({ code, shown: child.shown() }).toMatchObject({
      code: 130,
      shown: expect.stringContaining("interrupted; all traffic goes back to version 1"),
    });
    expect(await traffic()).toEqual(backAt1);
  });
});

describe("a shift that is killed", () => {
  it.each(["before", "after"] as const)("%s any of its calls is answered is ended by the next run", async (kind) => {
    await shop.reset();
    await makeAlarm();
    const file = declared({ steps: [10, 50], waitSeconds: 0, alarms: ["errors"] });
    await shop.write({ "bulkhead.deploy.yaml": file, "orders.ts": numbered(1) });
    await shop.lambdaRun("deploy");
    let version = 1;
    let taken = 0;
    for (const operation of ["lambda:UpdateAlias", "lambda:Invoke", "monitoring:DescribeAlarms"]) {
      for (let call = 1; ; call++) {
        await shop.write({ "orders.ts": numbered(++version) });
        const killed = await killAt(shop.sandbox, () => startDeploy(shop, "lambda", "deploy"), call, kind, {
          operation,
        });
        shop.sandbox.faults.clear();
        const cut = await alias();
        taken += Object.keys(cut.weights).length;
        const { exitCode, stdout } = await shop.lambdaRun("deploy");
        expect({ operation, call, exitCode, stdout }).toMatchObject({ operation, call, exitCode: 0 });
        expect({ operation, call, ...(await traffic()) }).toEqual({
          operation,
          call,
          version: String(version),
          weights: {},
        });
        expect(await shop.answer()).toBe(String(version));
        if (!killed) break;
        expect(call).toBeLessThan(10);
      }
    }
    // Some of them were cut off with weights.
    expect(taken).toBeGreaterThan(3);
  });

  it("is turned back by the next run where its ping fails by then", async () => {
    await shop.reset();
    const file = declared({ steps: [50], waitSeconds: 0 });
    await shop.write({ "bulkhead.deploy.yaml": file, "orders.ts": numbered(1) });
    await shop.lambdaRun("deploy");
    await shop.write({ "orders.ts": numbered(2, 'if (calls > 1) throw new Error("worn out");') });
    const first = { operation: "lambda:UpdateAlias" };
    expect(await killAt(shop.sandbox, () => startDeploy(shop, "lambda", "deploy"), 1, "after", first)).toBe(true);
    shop.sandbox.faults.clear();
    expect(await traffic()).toEqual({ version: "1", weights: { "2": 0.5 } });
    const { exitCode, stdout } = await shop.lambdaRun("deploy");
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("worn out") });
    expect(await traffic()).toEqual(backAt1);
    expect(await lastReceipt(shop, "lambda/orders/live")).toMatchObject({
      result: "turned back",
      to: { version: "1" },
    });
  });

  it("is turned back by the next run where another version is wanted then, or an alarm went off", async () => {
    await shop.reset();
    await makeAlarm();
    const file = declared({ steps: [10, 50], waitSeconds: 0, alarms: ["errors"] });
    await shop.write({ "bulkhead.deploy.yaml": file, "orders.ts": numbered(1) });
    await shop.lambdaRun("deploy");
    const cutOff = async (): Promise<void> => {
      const first = { operation: "lambda:UpdateAlias" };
      expect(await killAt(shop.sandbox, () => startDeploy(shop, "lambda", "deploy"), 1, "after", first)).toBe(true);
      shop.sandbox.faults.clear();
    };
    await shop.write({ "orders.ts": numbered(2) });
    await cutOff();
    expect(await traffic()).toEqual({ version: "1", weights: { "2": 0.1 } });
    await setAlarm("ALARM");
    expect(await shop.lambdaRun("deploy")).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("ALARM") });
    expect(await traffic()).toEqual(backAt1);

    await setAlarm("OK");
    await cutOff();
    await shop.write({ "orders.ts": numbered(3) });
    const moves = watchAlias();
    expect((await shop.lambdaRun("plan")).stdout).toContain("isn't what is deployed now; its traffic is turned back");
    expect(await shop.lambdaRun("deploy")).toMatchObject({ exitCode: 0 });
    expect(moves).toEqual([
      ["1", {}],
      ["1", { "3": 0.1 }],
      ["1", { "3": 0.5 }],
      ["3", {}],
    ]);
    expect(await shop.answer()).toBe("3");
  });
});

describe("a shift by itself", () => {
  const events: Event[] = [];
  const quiet = roundsOf(async () => new Map());
  const slowly = { steps: [10], waitSeconds: 0, alarms: [] };
  let shift: Shift;
  let lost: AbortController;
  let stopped: AbortController;
  const run = () =>
    ({
      context: { report: (event: Event) => void events.push(event), signal: stopped.signal },
      lost: lost.signal,
    }) as unknown as Parameters<typeof shiftTraffic>[0];
  const go = (more: Partial<typeof slowly> = {}) =>
    shiftTraffic(run(), shop.lambda, quiet, shift, { ...slowly, ...more }, undefined);

  beforeEach(async () => {
    await shop.reset();
    await shop.write({ "bulkhead.deploy.yaml": deployFile(), "orders.ts": numbered(1) });
    await shop.lambdaRun("deploy");
    await shop.write({ "orders.ts": numbered(2) });
    await shop.lambdaRun("deploy");
    await shop.moveAlias("1");
    const { revisionId } = await alias();
    shift = { functionName: orders, alias: "live", from: "1", to: "2", revisionId };
    [lost, stopped] = [new AbortController(), new AbortController()];
    events.length = 0;
  });

  it("is turned back when the lease is lost", async () => {
    const lose = async (): Promise<void> =>
      lost.abort(new BulkheadError({ code: "Credentials.LeaseLost", fault: "aws", message: "The lease was lost" }));
    shop.sandbox.faults.at(1, { kind: "after", run: lose }, { operation: "lambda:UpdateAlias" });
    expect(await go({ waitSeconds: 60 })).toEqual({ outcome: "turned back", reason: "The lease was lost" });
    expect(await traffic()).toEqual(backAt1);
  });

  it("writes nothing after a stop that came before it", async () => {
    stopped.abort();
    await expect(go()).rejects.toMatchObject({ name: "AbortError" });
    expect(await alias()).toEqual({ ...backAt1, revisionId: shift.revisionId });
  });

  it("leaves an alias as it is that somebody else moves meanwhile", async () => {
    const input = { FunctionName: orders, Name: "live", Description: "mine" };
    const touch = async (): Promise<void> => void (await shop.lambda.send(new UpdateAliasCommand(input)));
    shop.sandbox.faults.at(1, { kind: "after", run: touch }, { operation: "lambda:UpdateAlias" });
    await expect(go()).rejects.toMatchObject({ code: "Lambda.AliasMoved" });
    expect(await traffic()).toEqual({ version: "1", weights: { "2": 0.1 } });
    await expect(turnBack(shop.lambda, shift)).rejects.toMatchObject({ code: "Lambda.AliasMoved" });
  });

  it("knows its own write again whose answer was lost", async () => {
    shop.sandbox.faults.at(1, { kind: "cutAfter" }, { operation: "lambda:UpdateAlias" });
    expect(await go()).toEqual({ outcome: "shifted" });
    expect(await traffic()).toEqual({ version: "2", weights: {} });
  });

  it("says so where it can't be turned back", async () => {
    const refusal = new Refusal(403, "AccessDeniedException", "no");
    let updates = 0;
    shop.sandbox.faults.script("lambda:UpdateAlias", () => (++updates > 1 ? refusal : undefined));
    await expect(go()).rejects.toMatchObject({
      code: "Lambda.NotTurnedBack",
      message: expect.stringContaining("still goes to version 2"),
    });
  });

  it("says so where Lambda lets the two versions share nothing, as those of different roles", async () => {
    const refusal = new Refusal(400, "InvalidParameterValueException", "The versions have different roles");
    shop.sandbox.faults.script("lambda:UpdateAlias", refusal);
    await expect(go()).rejects.toMatchObject({
      code: "Lambda.NotShared",
      message: expect.stringContaining("versions 1 and 2 of shop-dev-orders share its traffic: The versions have"),
    });
    expect(await traffic()).toEqual(backAt1);
  });

  it("that may not even begin leaves everything as it was", async () => {
    shop.sandbox.faults.script("lambda:UpdateAlias", new Refusal(403, "AccessDeniedException", "no"));
    await expect(go()).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(await alias()).toEqual({ ...backAt1, revisionId: shift.revisionId });
  });
});
