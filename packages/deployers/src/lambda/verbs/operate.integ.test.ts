/** Working with functions that run, in Node.js and Python: invoked, pinged, and their logs read and followed live. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { once } from "node:events";
import { openFunctionShop, role, type FunctionShop } from "../../testing/functions.ts";
import { startDeploy } from "../../testing/process.ts";
import { account, region } from "../../testing/shop.ts";
import { followLogEvents } from "../log-events.ts";
import { timeOf } from "./logs.ts";

const node = `export const handler = async (event: { fail?: boolean; say?: string }, context: { functionVersion: string }) => {
  console.log("node says", event.say ?? "nothing");
  if (event.fail) throw new Error("as it was told");
  return { got: event, status: "ok", version: context.functionVersion };
};
`;
const python = `def handler(event, context):
    print("python says", event.get("say"))
    return {"status": "ok"}
`;

const deployFile = (more: object = {}): string =>
  JSON.stringify({
    version: 1,
    application: "shop",
    environments: { dev: { account, region } },
    lambda: {
      functions: {
        orders: {
          runtime: "nodejs22.x",
          entry: "orders.ts",
          role,
          ping: { payload: { say: "ping" }, expect: { status: "ok" } },
          ...more,
        },
        reports: { runtime: "python3.12", folder: "reports", handler: "reports.handler", role },
      },
    },
  });

let shop: FunctionShop;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  shop = await openFunctionShop();
  logs = new CloudWatchLogsClient(shop.config);
  await shop.write({ "bulkhead.deploy.yaml": deployFile(), "orders.ts": node, "reports/reports.py": python });
  await shop.lambdaRun("deploy");
});
afterAll(async () => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  shop.sandbox.faults.clear();
  await shop.write({ "bulkhead.deploy.yaml": deployFile() });
});

describe("invoke", () => {
  it("sends what it is given, and prints what the function answers", async () => {
    const { exitCode, stdout } = await shop.lambdaRun("invoke", "orders", "--payload", '{"say":"hello"}');
    expect({ exitCode, answer: JSON.parse(stdout) as unknown }).toEqual({
      exitCode: 0,
      answer: { got: { say: "hello" }, status: "ok", version: "1" },
    });
    await shop.write({ "payload.json": '{ "say": "from a file" }' });
    const file = await shop.lambdaRun("invoke", "orders", "--payload-file", shop.path("payload.json"));
    expect(file.stdout).toContain("from a file");
    const other = await shop.lambdaRun("invoke", "reports", "--qualifier", "1", "--output", "json");
    expect(JSON.parse(other.stdout)).toMatchObject({
      kind: "invocation",
      name: "shop-dev-reports",
      qualifier: "1",
      executedVersion: "1",
      payload: { status: "ok" },
      error: null,
    });
  });

  it("shows its log where it is asked to", async () => {
    const { stdout, stderr } = await shop.lambdaRun(
      "invoke",
      "orders",
      "--log-type",
      "tail",
      "--payload",
      '{"say":"x\\u001b[2J"}',
    );
    expect(stderr).toContain("node says x");
    expect(stderr).not.toContain("\u001b[2J");
    expect(stdout).not.toContain("node says");
  });

  it("exits with 1 where the function fails, and prints how", async () => {
    const { exitCode, stdout, stderr } = await shop.lambdaRun("invoke", "orders", "--payload", '{"fail":true}');
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("as it was told") });
    expect(stderr).toContain("shop-dev-orders:live failed");
  });

  it("doesn't wait for the answer where it is told so", async () => {
    const asked = await shop.lambdaRun("invoke", "orders", "--async", "--payload", '{"fail":true}');
    expect(asked).toEqual({ exitCode: 0, stdout: "shop-dev-orders:live was asked to run\n", stderr: "" });
  });

  it("never sends a call twice whose answer was lost", async () => {
    shop.sandbox.clearCalls();
    shop.sandbox.faults.at(1, { kind: "cutAfter" }, { operation: "lambda:Invoke" });
    expect((await shop.lambdaRun("invoke", "orders")).exitCode).toBe(1);
    expect(shop.sandbox.calls().filter((call) => call === "lambda:Invoke")).toHaveLength(1);
  });

  it.each([
    [["--payload", "{a"], "it is no JSON"],
    [["--payload", "{}", "--payload-file", "x"], "it is given twice"],
    [["--payload-file", "/nowhere/at/all"], "/nowhere/at/all can't be read"],
  ])("refuses %j", async (flags, message) => {
    shop.sandbox.clearCalls();
    const { exitCode, stderr } = await shop.lambdaRun("invoke", "orders", ...flags);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(message) });
    expect(shop.sandbox.calls()).not.toContain("lambda:Invoke");
  });

  it("needs to know which function is meant", async () => {
    expect((await shop.lambdaRun("invoke")).stderr).toContain("There are: orders, reports");
  });

  it("happens inside the fence only", async () => {
    await shop.write({ "bulkhead.deploy.yaml": deployFile().replace(account, "999999999999") });
    shop.sandbox.clearCalls();
    expect((await shop.lambdaRun("invoke", "orders")).exitCode).toBe(1);
    expect(shop.sandbox.calls()).not.toContain("lambda:Invoke");
  });
});

describe("ping", () => {
  it("says which functions answer as they should", async () => {
    expect(await shop.lambdaRun("ping")).toMatchObject({
      exitCode: 0,
      stdout: "✓ shop-dev-orders: it answers\n- shop-dev-reports: no ping is declared\n",
    });
    await shop.write({ "bulkhead.deploy.yaml": deployFile({ ping: { expect: { status: "fine" } } }) });
    const { exitCode, stdout } = await shop.lambdaRun("ping", "--output", "json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "pings",
      functions: [
        {
          status: "failed",
          reason: expect.stringMatching(/^it answered .*"status": ?"ok".* but \{"status":"fine"\} is/),
        },
        { status: "not tried" },
      ],
    });
  });

  it("fails where the function does, where AWS refuses, and where none is declared for a function that is named", async () => {
    await shop.write({ "bulkhead.deploy.yaml": deployFile({ ping: { payload: { fail: true } } }) });
    expect((await shop.lambdaRun("ping")).stdout).toContain("as it was told");
    const denied = { kind: "fail", status: 403, code: "AccessDeniedException", message: "no" } as const;
    shop.sandbox.faults.at(1, denied, { operation: "lambda:Invoke" });
    expect((await shop.lambdaRun("ping")).stdout).toContain("✗ shop-dev-orders:");
    expect((await shop.lambdaRun("ping", "reports")).stderr).toContain("No ping is declared for shop-dev-reports");
  });
});

describe("logs", () => {
  it("are read of all functions, of some time, and by a pattern", async () => {
    await shop.lambdaRun("invoke", "orders", "--payload", '{"say":"logged-one"}');
    let all = "";
    // The sandbox passes by what a Python process writes while it starts.
    for (let tries = 0; tries < 20 && !all.includes("logged-two"); tries++) {
      await shop.lambdaRun("invoke", "reports", "--payload", '{"say":"logged-two"}');
      all = (await shop.lambdaRun("logs")).stdout;
    }
    expect(all).toMatch(/shop-dev-orders node says logged-one\n/);
    expect(all).toMatch(/shop-dev-reports python says logged-two\n/);
    const one = await shop.lambdaRun("logs", "orders", "--filter", '"logged-one"');
    expect(one.stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z node says logged-one\n$/);
    expect((await shop.lambdaRun("logs", "--until", "1h")).stdout).toBe("");
    const json = await shop.lambdaRun("logs", "orders", "--filter", '"logged-one"', "--output", "json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: "logs",
      events: [{ function: "shop-dev-orders", message: "node says logged-one" }],
    });
  });

  it("are followed live: every line once, until Ctrl-C", async () => {
    const child = startDeploy(shop, "lambda", "logs", "--tail", "--since", "5m", "--output", "json");
    const say = async (name: string, word: string): Promise<void> => {
      const Payload = JSON.stringify({ say: word });
      await shop.lambda.send(new InvokeCommand({ FunctionName: name, Qualifier: "live", Payload }));
    };
    await say("shop-dev-orders", "live-0");
    await child.until("live-0");
    for (let index = 1; index <= 10; index++) await say("shop-dev-orders", `live-${index}.`);
    await child.until("live-10.");
    for (let tries = 0; tries < 20; tries++) await say("shop-dev-reports", "from-python");
    await child.until("from-python");
    child.kill("SIGINT");
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(130);
    const lines = child
      .shown()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
    const said = messages.filter((message) => message.includes("says live-"));
    expect(said).toEqual(
      ["0", ...Array.from({ length: 10 }, (_, index) => `${index + 1}.`)].map((it) => `node says live-${it}`),
    );
    expect(child.shown()).not.toContain("Interrupted");
  });

  it("of a function that hasn't run yet are empty", async () => {
    await shop.write({ "bulkhead.deploy.yaml": deployFile().replace("orders", "fresh") });
    expect(await shop.lambdaRun("logs", "fresh")).toMatchObject({ exitCode: 0, stdout: "" });
  });

  it.each([
    [["--since", "yesterday"], "--since yesterday is no time"],
    [["--tail", "--until", "1m"], "--until has no meaning with it"],
  ])("refuse %j", async (flags, message) => {
    expect(await shop.lambdaRun("logs", ...flags)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(message),
    });
  });

  it("lose no line that comes late, on a further page, or after an empty one", async () => {
    const now = Date.now();
    const line = (id: string, timestamp: number) => ({ eventId: id, timestamp, ingestionTime: now, message: id });
    const rounds = [
      [{ events: [line("a", now - 10)], nextToken: "1" }, { events: [], nextToken: "2" }, { events: [line("b", now)] }],
      // One that was written first has come last.
      [{ events: [line("late", now - 30_000), line("a", now - 10), line("b", now)] }],
      [{ events: [line("b", now), line("c", now + 1)] }],
    ];
    const pages = rounds.flat();
    const asked: unknown[] = [];
    shop.sandbox.faults.script("logs:FilterLogEvents", ({ input }) => {
      asked.push([input["startTime"], input["nextToken"]]);
      return { body: pages.shift() ?? { events: [] } };
    });
    const controller = new AbortController();
    const seen: string[] = [];
    const query = { since: now - 600_000 };
    for await (const { message } of followLogEvents(logs, ["/aws/lambda/x"], query, controller.signal)) {
      seen.push(message);
      if (message === "c") controller.abort();
    }
    expect(seen).toEqual(["a", "b", "late", "c"]);
    expect(asked).toEqual([
      [now - 600_000, undefined],
      [now - 600_000, "1"],
      [now - 600_000, "2"],
      [now - 60_000, undefined],
      [now - 60_000, undefined],
    ]);
  });

  it("are kept for the days that are declared, also before the function has run", async () => {
    const fresh = deployFile({ logRetentionDays: 14 }).replace("orders", "kept");
    await shop.write({ "bulkhead.deploy.yaml": fresh });
    await shop.lambdaRun("deploy", "kept");
    const kept = async () => {
      const { logGroups = [] } = await logs.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/lambda/shop-dev-kept" }),
      );
      return logGroups.map(({ retentionInDays }) => retentionInDays);
    };
    expect(await kept()).toEqual([14]);
    expect((await shop.lambdaRun("plan", "kept")).stdout).toBe("= shop-dev-kept: nothing to do\n");
    await shop.write({ "bulkhead.deploy.yaml": fresh.replace("14", "30") });
    expect((await shop.lambdaRun("deploy", "kept")).exitCode).toBe(0);
    expect(await kept()).toEqual([30]);
  });
});

describe("a time", () => {
  const now = Date.parse("2026-01-31T12:00:00Z");
  it.each([
    ["30s", "2026-01-31T11:59:30.000Z"],
    ["10m", "2026-01-31T11:50:00.000Z"],
    ["2h", "2026-01-31T10:00:00.000Z"],
    ["1d", "2026-01-30T12:00:00.000Z"],
    ["2026-01-01", "2026-01-01T00:00:00.000Z"],
    ["2026-01-01T10:00:00+02:00", "2026-01-01T08:00:00.000Z"],
  ])("%s is %s", (text, time) => expect(new Date(timeOf("since", text, now)).toISOString()).toBe(time));

  it.each(["", "10", "10x", "-5m", "May", "2026-13-01"])("isn't %j", (text) =>
    expect(() => timeOf("since", text, now)).toThrow("is no time"),
  );
});
