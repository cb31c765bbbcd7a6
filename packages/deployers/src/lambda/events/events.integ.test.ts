/** Events that are wired to functions which really run: every kind, fired where the sandbox can, changed, and unwired. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  GetPolicyCommand,
  ListEventSourceMappingsCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateTopicCommand,
  ListSubscriptionsCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { killAt } from "@bulkhead/sandbox";
import { setTimeout as sleep } from "node:timers/promises";
import { deployFile, openFunctionShop, orders, type FunctionShop } from "../../testing/functions.ts";
import { jsonCall } from "../../testing/json-call.ts";
import { startDeploy } from "../../testing/process.ts";
import { account, region } from "../../testing/shop.ts";
import { notificationId } from "./names.ts";

const functionArn = `arn:aws:lambda:${region}:${account}:function:${orders}`;
const aliasArn = `${functionArn}:live`;
const topic = `arn:aws:sns:${region}:${account}:news`;
const queue = `arn:aws:sqs:${region}:${account}:jobs`;
const stream = `arn:aws:kinesis:${region}:${account}:stream/clicks`;
const logGroup = "/shop/web";

let shop: FunctionShop;
let clients: {
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly events: EventBridgeClient;
  readonly logs: CloudWatchLogsClient;
};
beforeAll(async () => {
  shop = await openFunctionShop();
  const { config } = shop;
  clients = {
    s3: new S3Client(config),
    sns: new SNSClient(config),
    events: new EventBridgeClient(config),
    logs: new CloudWatchLogsClient(config),
  };
});
afterAll(async () => shop[Symbol.asyncDispose]());

/** Says what it got, so that it stands in its log. */
const source =
  "export const handler = async (event: unknown): Promise<void> => console.log(`got ${JSON.stringify(event)}`);\n";

async function makeSources(): Promise<{ readonly table: string }> {
  await jsonCall(shop, "sqs", "CreateQueue", { QueueName: "jobs" });
  await jsonCall(shop, "kinesis", "CreateStream", { StreamName: "clicks", ShardCount: 1 });
  const made = await jsonCall(shop, "dynamodb", "CreateTable", {
    TableName: "carts",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  });
  const { s3, sns, logs } = clients;
  const CreateBucketConfiguration = { LocationConstraint: region } as const;
  await s3.send(new CreateBucketCommand({ Bucket: "inbox", CreateBucketConfiguration }));
  await sns.send(new CreateTopicCommand({ Name: "news" }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: logGroup, logStreamName: "one" }));
  return { table: (made["TableDescription"] as { LatestStreamArn: string }).LatestStreamArn };
}

async function declare(events: readonly object[], more: object = {}): Promise<void> {
  await shop.write({ "bulkhead.deploy.yaml": deployFile({ events, ...more }), "orders.ts": source });
}

/** All that is wired, by whomever. */
async function wired() {
  const { s3, sns, events, logs } = clients;
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const rules = await Promise.all(
    Rules.map(async ({ Name, State, ScheduleExpression, EventPattern }) => {
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
      return { Name, State, ScheduleExpression, EventPattern, Targets };
    }),
  );
  const { EventSourceMappings = [] } = await shop.lambda.send(new ListEventSourceMappingsCommand({}));
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand({}));
  const found = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: "inbox" }));
  const { LambdaFunctionConfigurations, QueueConfigurations, EventBridgeConfiguration } = found;
  const notifications = { LambdaFunctionConfigurations, QueueConfigurations, EventBridgeConfiguration };
  const filters = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName: logGroup }));
  return {
    rules,
    mappings: EventSourceMappings.map(({ EventSourceArn, FunctionArn, BatchSize, State }) => ({
      EventSourceArn,
      FunctionArn,
      BatchSize,
      State,
    })),
    subscriptions: Subscriptions.map(({ Endpoint, TopicArn }) => ({ Endpoint, TopicArn })),
    notifications,
    filters: (filters.subscriptionFilters ?? []).map(({ filterName, destinationArn }) => ({
      filterName,
      destinationArn,
    })),
    permissions: (await statements()).length,
  };
}

async function statements(): Promise<readonly { readonly Sid: string }[]> {
  try {
    const { Policy = "{}" } = await shop.lambda.send(new GetPolicyCommand({ FunctionName: orders, Qualifier: "live" }));
    return (JSON.parse(Policy) as { Statement: { Sid: string }[] }).Statement;
  } catch {
    return [];
  }
}

/** Waits until the function's log has all these texts. */
async function got(...texts: readonly string[]): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { events = [] } = await clients.logs
      .send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${orders}`, filterPattern: "got" }))
      .catch(() => ({ events: [] }));
    const log = events.map(({ message }) => message).join("\n");
    const missing = texts.filter((text) => !log.includes(text));
    if (missing.length === 0) return;
    if (tries > 200) throw new Error(`${missing.join(", ")} never came; there is:\n${log}`);
    await sleep(50);
  }
}

const nothingToDo = { exitCode: 0, stdout: `= ${orders}: nothing to do\n` };

describe("every kind of event", () => {
  it("is wired, invokes the function, and is unwired", async () => {
    await shop.reset();
    const { table } = await makeSources();
    await declare([
      { sqs: { queue, batchSize: 5, maximumConcurrency: 2 } },
      { kinesis: { stream, startingPosition: "TRIM_HORIZON" } },
      { dynamodb: { stream: table, startingPosition: "TRIM_HORIZON" } },
      { s3: { bucket: "inbox", prefix: "in/", suffix: ".csv" } },
      { sns: { topic } },
      { schedule: { expression: "rate(1 hour)", input: { job: "nightly" } } },
      { pattern: { pattern: { source: ["shop"] } } },
      { logs: { logGroup, filter: "ERROR" } },
    ]);
    const before = await wired();
    const deployed = await shop.lambdaRun("deploy");
    expect(deployed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`sqs ${queue}: wire`) });
    expect(await shop.lambdaRun("plan")).toMatchObject(nothingToDo);
    const { mappings, rules, subscriptions, notifications, filters, permissions } = await wired();
    expect(mappings.map(({ FunctionArn }) => FunctionArn)).toEqual([aliasArn, aliasArn, aliasArn]);
    expect(rules.flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn))).toEqual([aliasArn, aliasArn]);
    expect(subscriptions).toEqual([{ Endpoint: aliasArn, TopicArn: topic }]);
    expect(notifications.LambdaFunctionConfigurations).toMatchObject([
      { LambdaFunctionArn: aliasArn, Events: ["s3:ObjectCreated:*"] },
    ]);
    expect(filters).toMatchObject([{ destinationArn: aliasArn }]);
    expect(permissions).toBe(5);

    const { QueueUrl } = await jsonCall(shop, "sqs", "GetQueueUrl", { QueueName: "jobs" });
    await jsonCall(shop, "sqs", "SendMessage", { QueueUrl, MessageBody: "from-the-queue" });
    await jsonCall(shop, "kinesis", "PutRecord", {
      StreamName: "clicks",
      PartitionKey: "p-of-kinesis",
      Data: Buffer.from("x").toString("base64"),
    });
    await jsonCall(shop, "dynamodb", "PutItem", { TableName: "carts", Item: { id: { S: "of-the-table" } } });
    const { s3, sns, events, logs } = clients;
    await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "in/not-this.txt", Body: "x" }));
    await s3.send(new PutObjectCommand({ Bucket: "inbox", Key: "in/orders-file.csv", Body: "x" }));
    await sns.send(new PublishCommand({ TopicArn: topic, Message: "from-the-topic" }));
    await events.send(
      new PutEventsCommand({
        Entries: [{ Source: "shop", DetailType: "order-made", Detail: '{"id":"from-the-bus"}' }],
      }),
    );
    const lines = ["ERROR one", "fine"].map((message) => ({ message, timestamp: Date.now() }));
    await logs.send(new PutLogEventsCommand({ logGroupName: logGroup, logStreamName: "one", logEvents: lines }));
    await got(
      "from-the-queue",
      "p-of-kinesis",
      "of-the-table",
      "orders-file.csv",
      "from-the-topic",
      "from-the-bus",
      '"awslogs"',
    );

    expect(await shop.lambdaRun("unwire")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("unwired") });
    expect(await wired()).toEqual(before);
    expect(await shop.lambdaRun("unwire")).toMatchObject(nothingToDo);
    const again = await shop.lambdaRun("wire", "--output", "json");
    const { functions } = JSON.parse(again.stdout) as { functions: { changes: { action: string }[] }[] };
    expect(functions[0]?.changes.map(({ action }) => action)).toEqual(Array(8).fill("create"));
    expect(await shop.lambdaRun("wire")).toMatchObject(nothingToDo);
  });
});

describe("what is wired", () => {
  beforeEach(async () => {
    await shop.reset();
    await makeSources();
  });

  it("is changed field by field, and what isn't declared any more is taken away", async () => {
    const filters = [{ body: { kind: ["a"] } }];
    const common = { expression: "rate(1 hour)", name: "nightly" };
    await declare([
      { sqs: { queue } },
      { sns: { topic } },
      { schedule: common },
      { s3: { bucket: "inbox" } },
      { logs: { logGroup } },
    ]);
    await shop.lambdaRun("deploy");
    await declare([
      { sqs: { queue, batchSize: 5, filters, enabled: false } },
      { sns: { topic, filterPolicy: { kind: ["a"] } } },
      { schedule: { ...common, enabled: false, input: { a: 1 } } },
      { s3: { bucket: "inbox", events: ["s3:ObjectRemoved:*"] } },
    ]);
    const changes = [
      `sqs ${queue}: BatchSize 10 → 5, FilterCriteria [] → [{"body":{"kind":["a"]}}], Enabled true → false`,
      `sns ${topic}: FilterPolicy (not set) → {"kind":["a"]}, FilterPolicyScope (not set) → MessageAttributes`,
      'schedule rate(1 hour): State ENABLED → DISABLED, Input (not set) → {"a":1}',
      's3 arn:aws:s3:::inbox: Events ["s3:ObjectCreated:*"] → ["s3:ObjectRemoved:*"]',
      `logs ${logGroup}: unwire`,
    ];
    const planned = await shop.lambdaRun("plan");
    for (const change of changes) expect(planned.stdout).toContain(change);
    expect((await shop.lambdaRun("deploy")).exitCode).toBe(0);
    expect(await shop.lambdaRun("plan")).toMatchObject(nothingToDo);
    expect(await wired()).toMatchObject({
      mappings: [{ BatchSize: 5, State: "Disabled" }],
      filters: [],
      permissions: 3,
    });

    // Back again, and all but one gone: also where nothing is declared any more.
    await declare([{ sqs: { queue } }, { sns: { topic } }]);
    expect((await shop.lambdaRun("deploy")).exitCode).toBe(0);
    expect(await shop.lambdaRun("plan")).toMatchObject(nothingToDo);
    await declare([]);
    expect((await shop.lambdaRun("deploy")).stdout).toContain(`sns ${topic}: unwire`);
    expect(await wired()).toMatchObject({ mappings: [], rules: [], subscriptions: [], filters: [], permissions: 0 });
    expect(await shop.lambdaRun("plan")).toMatchObject(nothingToDo);
  });

  it("keeps its name where a schedule becomes a pattern", async () => {
    await declare([{ schedule: { name: "orders", expression: "rate(1 hour)" } }]);
    await shop.lambdaRun("deploy");
    await declare([{ pattern: { name: "orders", pattern: { source: ["shop"] } } }]);
    expect((await shop.lambdaRun("deploy")).exitCode).toBe(0);
    expect(await shop.lambdaRun("plan")).toMatchObject(nothingToDo);
    const { rules, permissions } = await wired();
    expect(rules).toMatchObject([{ EventPattern: '{"source":["shop"]}', Targets: [{ Arn: aliasArn }] }]);
    expect(permissions).toBe(1);
  });

  it("at a topic may be held against bodies, and against attributes again", async () => {
    // A policy of nested members is one for bodies only; SNS never has a policy that its scope doesn't allow.
    const body = { sns: { topic, filterPolicy: { order: { kind: ["a"] } }, filterPolicyScope: "MessageBody" } };
    const attributes = { sns: { topic, filterPolicy: { kind: ["a"] } } };
    const set: string[] = [];
    shop.sandbox.faults.script("sns:SetSubscriptionAttributes", ({ input }) => {
      set.push(String(input["AttributeName"]));
      return undefined;
    });
    await declare([attributes]);
    await shop.lambdaRun("deploy");
    for (const event of [body, attributes]) {
      await declare([event]);
      expect((await shop.lambdaRun("deploy")).exitCode).toBe(0);
      expect(await shop.lambdaRun("plan")).toMatchObject(nothingToDo);
    }
    expect(set).toEqual(["FilterPolicyScope", "FilterPolicy", "FilterPolicy", "FilterPolicyScope"]);
  });

  it("by others is neither changed nor taken away", async () => {
    await declare([]);
    await shop.lambdaRun("deploy");
    const { s3, sns, events, logs } = clients;
    const others = { Id: "theirs", LambdaFunctionArn: aliasArn, Events: ["s3:ObjectRemoved:*" as const] };
    const elsewhere = { ...others, Id: "bulkhead-other-1", LambdaFunctionArn: functionArn };
    const QueueConfigurations = [{ Id: "q", QueueArn: queue, Events: ["s3:ObjectRestore:*" as const] }];
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: "inbox",
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [others, elsewhere],
          QueueConfigurations,
          EventBridgeConfiguration: {},
        },
        SkipDestinationValidation: true,
      }),
    );
    await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: "lambda", Endpoint: functionArn }));
    await events.send(new PutRuleCommand({ Name: "theirs", ScheduleExpression: "rate(2 hours)" }));
    await events.send(new PutTargetsCommand({ Rule: "theirs", Targets: [{ Id: "1", Arn: aliasArn }] }));
    const filter = { logGroupName: logGroup, filterName: "theirs", filterPattern: "", destinationArn: aliasArn };
    await logs.send(new PutSubscriptionFilterCommand(filter));
    await shop.lambda.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn: stream,
        FunctionName: aliasArn,
        StartingPosition: "LATEST",
      }),
    );
    const permission = {
      Principal: "s3.amazonaws.com",
      Action: "lambda:InvokeFunction",
      SourceArn: "arn:aws:s3:::inbox",
    };
    const by = { FunctionName: orders, Qualifier: "live", StatementId: "theirs" };
    await shop.lambda.send(new AddPermissionCommand({ ...by, ...permission }));
    const before = await wired();

    const all = [
      { sqs: { queue } },
      { s3: { bucket: "inbox" } },
      { sns: { topic } },
      { schedule: { expression: "rate(1 hour)" } },
      { logs: { logGroup } },
    ];
    await declare(all);
    const { stdout, exitCode } = await shop.lambdaRun("wire");
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain(`${stream} was wired to ${orders}:live by others`);
    expect(stdout).toContain(`notification theirs of inbox to ${orders}:live was made by others`);
    const both = await wired();
    expect(both.notifications.LambdaFunctionConfigurations).toHaveLength(3);
    expect(both.rules).toHaveLength(2);
    expect((await shop.lambdaRun("unwire")).exitCode).toBe(0);
    expect(await wired()).toEqual(before);
  });

  it("keeps what another puts into a bucket's notifications between reading and writing", async () => {
    await declare([{ s3: { bucket: "inbox" } }]);
    const QueueConfigurations = [{ Id: "late", QueueArn: queue, Events: ["s3:ObjectRestore:*" as const] }];
    const late = async (): Promise<void> => {
      const NotificationConfiguration = { QueueConfigurations };
      const input = { Bucket: "inbox", NotificationConfiguration, SkipDestinationValidation: true };
      await clients.s3.send(new PutBucketNotificationConfigurationCommand(input));
    };
    // After the plan has read, and before the write.
    shop.sandbox.faults.at(1, { kind: "after", run: late }, { operation: "lambda:AddPermission" });
    expect((await shop.lambdaRun("deploy")).exitCode).toBe(0);
    const { notifications } = await wired();
    expect(notifications).toMatchObject({
      QueueConfigurations,
      LambdaFunctionConfigurations: [{ Id: notificationId({ functionName: orders, alias: "live" }, "", "") }],
    });
  });

  it("at one bucket by two functions of a run is all there in the end", async () => {
    const fn = (prefix: string) => ({
      runtime: "nodejs22.x",
      entry: "orders.ts",
      role: `arn:aws:iam::${account}:role/orders`,
      events: [{ s3: { bucket: "inbox", prefix } }],
    });
    const functions = { one: fn("1/"), two: fn("2/"), three: fn("3/") };
    await shop.write({ "bulkhead.deploy.yaml": deployFile({}, { lambda: { functions } }), "orders.ts": source });
    expect((await shop.lambdaRun("deploy")).exitCode).toBe(0);
    expect((await wired()).notifications.LambdaFunctionConfigurations).toHaveLength(3);
    expect((await shop.lambdaRun("plan", "--detailed-exitcode")).exitCode).toBe(0);
  });

  it("is waited for while AWS is still working on it, or doesn't know of the permission yet", async () => {
    await declare([{ sqs: { queue } }, { logs: { logGroup } }]);
    const busy = (operation: string, code: string, message = "busy"): void =>
      shop.sandbox.faults.at(1, { kind: "fail", status: 400, code, message }, { operation });
    busy("lambda:CreateEventSourceMapping", "ResourceConflictException");
    busy("lambda:UpdateEventSourceMapping", "ResourceInUseException");
    busy("lambda:DeleteEventSourceMapping", "ResourceInUseException");
    const refusal = "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission";
    busy("logs:PutSubscriptionFilter", "InvalidParameterException", refusal);
    expect((await shop.lambdaRun("deploy")).exitCode).toBe(0);
    await declare([{ sqs: { queue, batchSize: 5 } }, { logs: { logGroup } }]);
    expect((await shop.lambdaRun("deploy")).exitCode).toBe(0);
    expect(await wired()).toMatchObject({ mappings: [{ BatchSize: 5 }], filters: [{ destinationArn: aliasArn }] });
    expect((await shop.lambdaRun("unwire")).exitCode).toBe(0);
    expect(await wired()).toMatchObject({ mappings: [], filters: [], permissions: 0 });
    const calls = shop.sandbox.calls();
    for (const operation of ["Create", "Update", "Delete"]) {
      expect(calls.filter((call) => call === `lambda:${operation}EventSourceMapping`)).toHaveLength(2);
    }
  });

  it("takes few calls where there is nothing to do", async () => {
    await declare([{ sqs: { queue } }, { s3: { bucket: "inbox" } }]);
    await shop.lambdaRun("deploy");
    shop.sandbox.clearCalls();
    await shop.lambdaRun("deploy");
    expect(shop.counted()).toHaveLength(6);
    await shop.lambdaRun("unwire");
    await declare([]);
    await shop.lambdaRun("deploy");
    shop.sandbox.clearCalls();
    await shop.lambdaRun("deploy");
    expect(shop.counted()).toHaveLength(3);
  });
});

describe("wiring that is killed", () => {
  const all = [
    { sqs: { queue } },
    { s3: { bucket: "inbox" } },
    { sns: { topic } },
    { schedule: { expression: "rate(1 hour)" } },
    { logs: { logGroup } },
  ];

  it.each([
    ["wire", "after"],
    ["unwire", "after"],
  ] as const)("%s: %s any write is ended by the next", async (verb, kind) => {
    await shop.reset();
    await makeSources();
    await declare(all);
    await shop.lambdaRun("deploy");
    await shop.lambdaRun("unwire");
    const bare = await wired();
    const complete = { mappings: [{}], rules: [{ Targets: [{}] }], subscriptions: [{}], filters: [{}], permissions: 4 };
    const writes: readonly (readonly [string, number])[] =
      verb === "wire"
        ? [
            ["lambda:AddPermission", 4],
            ["lambda:CreateEventSourceMapping", 1],
            ["sns:Subscribe", 1],
            ["s3:PUT /inbox/", 1],
            ["events:PutRule", 1],
            ["events:PutTargets", 1],
            ["logs:PutSubscriptionFilter", 1],
          ]
        : [
            ["lambda:DeleteEventSourceMapping", 1],
            ["sns:Unsubscribe", 1],
            ["s3:PUT /inbox/", 1],
            ["events:RemoveTargets", 1],
            ["events:DeleteRule", 1],
            ["logs:DeleteSubscriptionFilter", 1],
            ["lambda:RemovePermission", 4],
          ];
    for (const [operation, times] of writes) {
      for (let call = 1; call <= times; call++) {
        await shop.lambdaRun(verb === "wire" ? "unwire" : "wire");
        expect(await killAt(shop.sandbox, () => startDeploy(shop, "lambda", verb), call, kind, { operation })).toBe(
          true,
        );
        shop.sandbox.faults.clear();
        const { exitCode, stdout } = await shop.lambdaRun(verb);
        expect({ operation, call, exitCode, stdout }).toMatchObject({ operation, call, exitCode: 0 });
        const state = { operation, call, ...(await wired()) };
        if (verb === "wire") expect(state).toMatchObject({ operation, call, ...complete });
        else expect(state).toEqual({ operation, call, ...bare });
        expect(await shop.lambdaRun(verb)).toMatchObject(nothingToDo);
      }
    }
  });
});

describe("an event that can't be", () => {
  it.each([
    [[{ sqs: { queue: "jobs" } }], "jobs is not an ARN of sqs"],
    [[{ sqs: { queue: topic } }], "is not an ARN of sqs"],
    [[{ sns: { topic } }, { sns: { topic } }], `sns ${topic} is declared twice`],
    [[{ logs: { logGroup: `/aws/lambda/${orders}` } }], "would invoke it for ever"],
  ])("is refused with its place: %j", async (events, message) => {
    await shop.reset();
    await declare(events);
    const { exitCode, stderr } = await shop.lambdaRun("plan");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(message) });
    expect(stderr).toMatch(/bulkhead\.deploy\.yaml:1:\d+/);
  });

  it("isn't wired to a function that isn't there, or isn't ours", async () => {
    await shop.reset();
    await declare([]);
    expect((await shop.lambdaRun("wire")).stderr).toContain(`There is no function ${orders} with an alias live here`);
    await shop.lambdaRun("deploy");
    await shop.write({ "bulkhead.deploy.yaml": deployFile({ name: orders }, { application: "bar" }) });
    expect(await shop.lambdaRun("wire")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("belongs to shop"),
    });
  });
});
