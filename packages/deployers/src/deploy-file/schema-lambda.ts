/** The shape of the deploy file's section `lambda`. */

import * as z from "zod";
import { eventSchema } from "../lambda/events/schema.ts";
import { hooks, name, single, tags } from "./schema-values.ts";

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const functionName = z
  .string()
  .max(64, { error: "is longer than Lambda's 64 characters" })
  .regex(/^[A-Za-z0-9_{}-]+$/, { error: "must be letters, digits, - and _" });
const runtime = z
  .string()
  .regex(/^[a-z]+[a-z0-9.]*$/, { error: "must be a runtime of Lambda, such as nodejs22.x or python3.13" });
const architecture = z.enum(["x86_64", "arm64"]);
const path = z.string().min(1);

/** A number would be a version. */
export const aliasPattern = /^(?![0-9]+$)[A-Za-z0-9_-]+$/;
const variableNames = "must have a name of two or more letters, digits and _ that begins with a letter";

/** CloudWatch Logs takes no other periods. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const ping = z
  .union(
    [
      z.boolean(),
      z.strictObject({
        payload: z.json().describe("What the function is invoked with").optional(),
        expect: z.json().describe("What its answer must contain").optional(),
      }),
    ],
    { error: "must be true, or { payload, expect }" },
  )
  .describe("Invoke each new version before it gets traffic; `true` takes every answer that isn't an error");

const traffic = z
  .strictObject({
    steps: z
      .array(z.number().int().min(1).max(99))
      .min(1)
      .refine((them) => them.every((step, index) => index === 0 || step > Number(them[index - 1])), {
        error: "must be rising percentages",
      })
      .describe("Percentages of traffic that the new version gets, one after the other, before it gets all"),
    waitSeconds: z.number().int().min(0).max(3_600).describe("Seconds to watch each step (60)").optional(),
    alarms: z.array(z.string().min(1)).describe("CloudWatch alarms that turn the traffic back").optional(),
  })
  .describe("Shift traffic to a new version in steps; without it, it gets all at once");

// https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html
const cors = z
  .strictObject({
    allowOrigins: z.array(z.string()).optional(),
    allowMethods: z.array(z.string()).optional(),
    allowHeaders: z.array(z.string()).optional(),
    exposeHeaders: z.array(z.string()).optional(),
    allowCredentials: z.boolean().optional(),
    maxAge: z.number().int().min(0).max(86_400).describe("Seconds").optional(),
  })
  .describe("Which pages of other origins may ask");

const permission = z
  .strictObject({
    principal: z.string().min(1).describe("A service such as s3.amazonaws.com, an account or an ARN"),
    sourceArn: single.describe("The resource that may invoke").optional(),
    sourceAccount: z.string().describe("The account of that resource").optional(),
  })
  .describe("Who may invoke the alias");

const functionSettings = {
  name: functionName
    .describe("The function's name; {application}, {environment} and {function} are filled in")
    .optional(),
  runtime: runtime.describe("Lambda's runtime").optional(),
  entry: path.describe("A JavaScript or TypeScript module, bundled with what it imports").optional(),
  sourceMap: z.boolean().describe("Put a source map beside the bundled `entry`").optional(),
  external: z
    .array(z.string().min(1))
    .describe("Packages that `entry` imports and that aren't bundled, since a layer or the runtime has them")
    .optional(),
  folder: path.describe("A folder whose files are the code as they are").optional(),
  zip: path.describe("A zip file that is the code as it is").optional(),
  handler: z
    .string()
    .max(128)
    .regex(/^\S+$/, { error: "must be FILE.FUNCTION, without spaces" })
    .describe("FILE.FUNCTION that is invoked; by default that of `entry`")
    .optional(),
  role: single.describe("ARN of the role that the function works as").optional(),
  memory: z.number().int().min(128).max(10_240).describe("Megabytes (128)").optional(),
  timeout: z.number().int().min(1).max(900).describe("Seconds (3)").optional(),
  architecture: architecture.describe("The processor (x86_64)").optional(),
  ephemeralStorage: z.number().int().min(512).max(10_240).describe("Megabytes of /tmp (512)").optional(),
  tracing: z.enum(["Active", "PassThrough"]).describe("Traces of X-Ray (PassThrough)").optional(),
  description: z.string().max(256).describe("What it is for").optional(),
  environment: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]+$/, { error: variableNames }), single)
    .describe("Environment variables")
    .optional(),
  tags: tags.describe("Tags of the function").optional(),
  vpc: z
    .strictObject({
      subnets: z.array(single).min(1).max(16).describe("Ids of subnets"),
      securityGroups: z.array(single).min(1).max(5).describe("Ids of security groups"),
    })
    .describe("The network that the function works in")
    .optional(),
  layers: z
    .array(single)
    .max(5, { error: "has more than the 5 layers that a function can have" })
    .describe("Layers: of this file, by their keys, or ARNs of versions")
    .optional(),
  logRetentionDays: z
    .literal(retentionDays, { error: `must be one of ${retentionDays.join(", ")}` })
    .describe("Days that its log is kept")
    .optional(),
  reservedConcurrency: z.number().int().min(0).describe("Executions at a time, at most and at the least").optional(),
  provisionedConcurrency: z.number().int().min(1).describe("Executions that the alias keeps ready").optional(),
  snapStart: z.boolean().describe("Start versions from a snapshot").optional(),
  url: z
    .strictObject({
      auth: z.enum(["AWS_IAM", "NONE"]).describe("Who may ask; NONE is everybody on the internet"),
      cors: cors.optional(),
    })
    .describe("A URL that invokes the alias")
    .optional(),
  permissions: z.array(permission).optional(),
  alias: z
    .string()
    .max(128)
    .regex(aliasPattern, { error: "must be letters, digits, - and _, and no number" })
    .describe("The alias that gets the traffic (live)")
    .optional(),
  keepVersions: z.number().int().min(1).describe("Versions that `prune` leaves at the least (5)").optional(),
  ping: ping.optional(),
  traffic: traffic.optional(),
  events: z.array(eventSchema).describe("What invokes the alias").optional(),
  hooks: hooks.optional(),
};

const lambdaFunction = z
  .strictObject({
    ...functionSettings,
    environments: z
      .record(z.string(), z.strictObject(functionSettings))
      .describe("What is other in an environment; environment variables and tags are merged")
      .optional(),
  })
  .describe("A function");

const layer = z
  .strictObject({
    name: z
      .string()
      .max(140)
      .regex(/^[A-Za-z0-9_{}-]+$/, { error: "must be letters, digits, - and _" })
      .describe("The layer's name; {application}, {environment} and {layer} are filled in")
      .optional(),
    folder: path.describe("The folder whose content is unpacked to /opt"),
    runtimes: z.array(runtime).max(15).describe("The runtimes that it is made for").optional(),
    architectures: z.array(architecture).describe("The processors that it is made for").optional(),
  })
  .describe("A layer that functions of this file share");

export const lambda = z
  .strictObject({
    layers: z.record(name, layer).describe("Layers, by a key of your own").optional(),
    functions: z.record(name, lambdaFunction).describe("The functions, by a key of your own"),
  })
  .describe("Lambda functions");

export type FunctionInput = z.output<typeof lambdaFunction>;
export type FunctionSettings = Omit<FunctionInput, "environments">;
export type CorsInput = z.output<typeof cors>;
