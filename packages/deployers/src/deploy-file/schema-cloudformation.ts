/** The shape of the deploy file's section `cloudformation`. */

import * as z from "zod";
import { hooks, name, parameterValue, tags } from "./schema-values.ts";

// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
const stackName = z
  .string()
  .max(128, { error: "is longer than CloudFormation's 128 characters" })
  .regex(/^[A-Za-z{][A-Za-z0-9{}-]*$/, { error: "must be letters, digits and - and begin with a letter" });

/** CloudFormation's capabilities, each of which a template can need. */
const capabilities = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"] as const;

const stackSettings = {
  name: stackName.describe("The stack's name; {application}, {stack} and {environment} are filled in").optional(),
  template: z.string().min(1).describe("Path of the template, beside this file").optional(),
  parameters: z.record(z.string(), parameterValue).describe("The template's parameters").optional(),
  tags: tags.describe("Tags of the stack, and of all that is in it").optional(),
  capabilities: z.array(z.enum(capabilities)).describe("What the template is allowed to make").optional(),
  stackPolicy: z
    .string()
    .describe("Path of the stack policy; by default one that denies replacing and deleting. `none` allows everything")
    .optional(),
  terminationProtection: z
    .boolean()
    .describe("Whether CloudFormation refuses to delete the stack; by default only in protected environments")
    .optional(),
  roleArn: z.string().startsWith("arn:").describe("The role that CloudFormation works as").optional(),
  notificationArns: z.array(z.string().startsWith("arn:")).describe("SNS topics that hear of events").optional(),
  dependsOn: z.array(z.string()).describe("Stacks of this file that must be deployed before").optional(),
  hooks: hooks.optional(),
};

const stack = z
  .strictObject({
    ...stackSettings,
    environments: z
      .record(z.string(), z.strictObject(stackSettings))
      .describe("What is other in an environment; parameters and tags are merged")
      .optional(),
  })
  .describe("A stack");

export const cloudformation = z
  .strictObject({ stacks: z.record(name, stack).describe("The stacks, by a key of your own") })
  .describe("CloudFormation stacks");

export type StackInput = z.output<typeof stack>;
