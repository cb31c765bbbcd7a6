/** The shape of `bulkhead.deploy.yaml`: every section, key and default. What it can't say is checked while loading. */

import * as z from "zod";
import { cloudformation } from "./schema-cloudformation.ts";
import { lambda } from "./schema-lambda.ts";
import { env, hooks, name, region, secret, tags } from "./schema-values.ts";

const environment = z
  .strictObject({
    account: z.string().min(1).describe("The account: its 12 digits, or its name in bulkhead.lock.json"),
    region: region.describe("The region"),
    accessRole: z.string().describe("The role by which the account is entered from another one").optional(),
    protected: z.boolean().describe("Deployments ask, or need --yes").optional(),
    after: z
      .string()
      .describe("The environment before this one: only a commit that was deployed there may be deployed here")
      .optional(),
    tags: tags.describe("Tags of all stacks and functions here").optional(),
  })
  .describe("An environment, and where it is");

const artifactBucket = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9{][a-z0-9.{}-]{1,61}[a-z0-9}]$/, { error: "must be a bucket's name" })
      .describe("The bucket's name; {account} and {region} are filled in"),
    create: z.boolean().describe("Make it where it doesn't exist").optional(),
  })
  .describe("Where large and nested templates and the code of functions are put");

const webhook = z
  .strictObject({
    slack: z.union([secret, env]).describe("The URL of Slack's incoming webhook, as a look-up").optional(),
    webhook: z.union([secret, env]).describe("The URL that gets the JSON document, as a look-up").optional(),
    environments: z.array(z.string()).describe("Only for these").optional(),
  })
  .refine((it) => (it.slack === undefined) !== (it.webhook === undefined), {
    error: "needs either slack or webhook",
  })
  .describe("Who hears of a deployment's end");

export const deployFileSchema = z
  .strictObject({
    version: z.literal(1, { error: "must be 1" }).describe("Version of this file's shape"),
    application: name.describe("Whose stacks and functions these are: the tag bulkhead:application says so on each"),
    environments: z
      .record(name, environment)
      .refine((them) => Object.keys(them).length > 0, { error: "names no environment" })
      .describe("Where it is deployed, by environment"),
    tags: tags.describe("Tags of all stacks and functions").optional(),
    artifactBucket: artifactBucket.optional(),
    cloudformation: cloudformation.optional(),
    lambda: lambda.optional(),
    hooks: hooks.optional(),
    notifications: z.array(webhook).optional(),
  })
  .describe("What an application deploys, and where to");

export type { StackInput } from "./schema-cloudformation.ts";
export type { CorsInput, FunctionInput, FunctionSettings } from "./schema-lambda.ts";
export type { HooksInput, LookupInput, ParameterInput, SingleInput, ValueInput } from "./schema-values.ts";

export type DeployFileInput = z.output<typeof deployFileSchema>;
export type NotificationInput = z.output<typeof webhook>;
