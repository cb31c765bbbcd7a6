/** The shape of a function's `events`: what invokes it, by kind. */

import * as z from "zod";
import { single } from "../../deploy-file/schema-values.ts";

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const json = z.record(z.string(), z.json());
const patterns = z
  .array(json)
  .min(1)
  .max(5, { error: "AWS takes 5 filters" })
  .describe("Only records that match one of these patterns");
const enabled = z.boolean().describe("Whether it is on; by default it is").optional();
const batch = {
  batchSize: z.int().min(1).max(10_000).describe("Records in one batch, at most").optional(),
  batchWindowSeconds: z.int().min(0).max(300).describe("How long a batch is gathered").optional(),
  filters: patterns.optional(),
  reportBatchItemFailures: z.boolean().describe("Whether the function says which records failed").optional(),
  enabled,
};
const stream = {
  ...batch,
  startingPosition: z
    .enum(["TRIM_HORIZON", "LATEST"])
    .describe("Where to begin in a stream; by default LATEST")
    .optional(),
  parallelizationFactor: z.int().min(1).max(10).describe("Batches of a shard side by side").optional(),
  bisectBatchOnFunctionError: z.boolean().describe("Whether a failed batch is halved").optional(),
  maximumRetryAttempts: z.int().min(-1).max(10_000).describe("-1: until the record is too old").optional(),
  maximumRecordAgeSeconds: z.int().min(-1).max(604_800).describe("-1: no limit but the stream's").optional(),
  onFailure: single.describe("ARN of the queue or topic that hears of discarded batches").optional(),
};

const sqs = z
  .strictObject({
    queue: single.describe("ARN of the queue"),
    ...batch,
    maximumConcurrency: z.int().min(2).max(1_000).describe("Batches side by side, at most").optional(),
  })
  .describe("Messages of an SQS queue");
const kinesis = z
  .strictObject({ stream: single.describe("ARN of the stream"), ...stream })
  .describe("Records of a Kinesis stream");
const dynamodb = z
  .strictObject({ stream: single.describe("ARN of the table's stream"), ...stream })
  .describe("Changes of a DynamoDB table");
const s3 = z
  .strictObject({
    bucket: single.describe("The bucket, by name or ARN"),
    events: z
      .array(z.string().startsWith("s3:", { error: "must be an event type, such as s3:ObjectCreated:*" }))
      .min(1)
      .describe("By default s3:ObjectCreated:*")
      .optional(),
    prefix: z.string().describe("Only objects whose key begins with it").optional(),
    suffix: z.string().describe("Only objects whose key ends with it").optional(),
  })
  .describe("Changes of objects in an S3 bucket of the account");
const sns = z
  .strictObject({
    topic: single.describe("ARN of the topic"),
    filterPolicy: json.describe("Only messages that match it").optional(),
    filterPolicyScope: z.enum(["MessageAttributes", "MessageBody"]).describe("What it is held against").optional(),
  })
  .describe("Messages of an SNS topic");
const rule = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,20}$/, { error: "must be at most 20 letters, digits, _ and -" })
    .describe("Tells it from others of the function, and keeps it the same rule when it changes")
    .optional(),
  description: z.string().max(512).optional(),
  input: z.json().describe("What the function gets in place of the event").optional(),
  enabled,
};
const schedule = z
  .strictObject({
    expression: z
      .string()
      .regex(/^(rate|cron)\(.+\)$/, { error: "must be rate(…) or cron(…)" })
      .describe("rate(5 minutes), cron(0 8 * * ? *); in UTC"),
    ...rule,
  })
  .describe("A schedule");
const pattern = z
  .strictObject({
    pattern: json.describe("What an event must hold"),
    bus: z
      .string()
      .regex(/^[A-Za-z0-9_./-]{1,256}$/, { error: "must be a bus's name" })
      .describe("The event bus, by name; by default `default`")
      .optional(),
    ...rule,
  })
  .describe("Events of EventBridge that match a pattern");
const logs = z
  .strictObject({
    logGroup: single.describe("The log group's name"),
    filter: z.string().describe("Only lines that match this filter pattern; by default all").optional(),
  })
  .describe("Lines of a log group");

const kinds = { sqs, kinesis, dynamodb, s3, sns, schedule, pattern, logs };
const kindNames = Object.keys(kinds).join(", ");

/** One of a function's `events`. */
export const eventSchema = z
  .strictObject(
    Object.fromEntries(Object.entries(kinds).map(([kind, shape]) => [kind, shape.optional()])) as {
      [K in keyof typeof kinds]: z.ZodOptional<(typeof kinds)[K]>;
    },
  )
  .refine((it) => Object.keys(it).length === 1, { error: `must be one of ${kindNames}` })
  .describe("What invokes the function");

/** Exactly one of its members is there. */
export type EventInput = z.output<typeof eventSchema>;
export type StreamInput = z.output<typeof kinesis>;
export type SqsInput = z.output<typeof sqs>;
export type S3Input = z.output<typeof s3>;
export type SnsInput = z.output<typeof sns>;
export type ScheduleInput = z.output<typeof schedule>;
export type PatternInput = z.output<typeof pattern>;
export type LogsInput = z.output<typeof logs>;
