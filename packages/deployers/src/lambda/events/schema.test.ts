/** What may be declared as an event. */

import { describe, expect, it } from "@jest/globals";
import { eventSchema } from "./schema.ts";

const problem = (input: unknown): string => eventSchema.safeParse(input).error?.issues[0]?.message ?? "";

describe("an event", () => {
  it.each([
    { sqs: { queue: { stackOutput: "shop.Queue" }, batchSize: 5, filters: [{ body: { kind: ["a"] } }] } },
    { kinesis: { stream: "arn:aws:kinesis:eu-central-1:1:stream/s", startingPosition: "TRIM_HORIZON" } },
    { dynamodb: { stream: "arn:aws:dynamodb:eu-central-1:1:table/t/stream/1", onFailure: "arn:aws:sqs:eu:1:q" } },
    { s3: { bucket: "in", events: ["s3:ObjectCreated:*"], prefix: "a/", suffix: ".csv" } },
    { sns: { topic: "arn:aws:sns:eu-central-1:1:t", filterPolicy: { kind: ["a"] }, filterPolicyScope: "MessageBody" } },
    { schedule: { expression: "cron(0 8 * * ? *)", input: { a: 1 }, enabled: false } },
    { pattern: { pattern: { source: ["shop"] }, bus: "orders" } },
    { logs: { logGroup: "/app", filter: "ERROR" } },
  ])("is %j", (input) => {
    expect(eventSchema.parse(input)).toEqual(input);
  });

  it.each([
    [{}, "must be one of sqs, kinesis, dynamodb, s3, sns, schedule, pattern, logs"],
    [{ s3: { bucket: "in" }, logs: { logGroup: "/app" } }, "must be one of sqs"],
    [{ schedule: { expression: "5 minutes" } }, "must be rate(…) or cron(…)"],
    [{ pattern: { pattern: {}, bus: "arn:aws:events:eu-central-1:1:event-bus/orders" } }, "must be a bus's name"],
    [{ s3: { bucket: "in", events: ["created"] } }, "must be an event type"],
    [{ sqs: { queue: "q", filters: Array.from({ length: 6 }, () => ({ a: ["b"] })) } }, "AWS takes 5 filters"],
  ])("isn't %j", (input, message) => expect(problem(input)).toContain(message));
});
