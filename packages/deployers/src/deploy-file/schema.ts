/** The shape of `bulkhead.deploy.yaml`: every section, key and default. What it can't say is checked while loading. */

import * as z from "zod";

const accountId = z.string().regex(/^\d{12}$/, { error: "must be the 12 digits of an account id" });
const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, { error: "must be a region, such as eu-central-1" });
const name = z
  .string()
  .max(64, { error: "is longer than 64 characters" })
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, { error: "must be letters, digits and - and begin with a letter" });
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
const stackName = z
  .string()
  .max(128, { error: "is longer than CloudFormation's 128 characters" })
  .regex(/^[A-Za-z{][A-Za-z0-9{}-]*$/, { error: "must be letters, digits and - and begin with a letter" });

const elsewhere = {
  region: region.describe("The region to look in, when it isn't the environment's").optional(),
  account: accountId.describe("The account to look in, when it isn't the environment's").optional(),
};

const stackOutput = z
  .strictObject({
    stackOutput: z
      .union(
        [
          z.string().regex(/^[^.]+\.[A-Za-z0-9]+$/, { error: "must be STACK.OUTPUT" }),
          z.strictObject({ stack: z.string(), output: z.string(), ...elsewhere }),
        ],
        { error: "must be STACK.OUTPUT or { stack, output, region, account }" },
      )
      .describe("An output of a stack: of one in this file, by its key there, or of any other by its name"),
    default: z.string().describe("The value where there is no such stack or output").optional(),
  })
  .describe("An output of a stack");
const ssmParameter = z
  .strictObject({
    ssmParameter: z
      .union([z.string(), z.strictObject({ name: z.string(), ...elsewhere })], {
        error: "must be a name or { name, region, account }",
      })
      .describe("The name of a parameter of Systems Manager"),
    default: z.string().describe("The value where there is no such parameter").optional(),
  })
  .describe("A parameter of Systems Manager");
const secret = z
  .strictObject({
    secret: z
      .union([z.string(), z.strictObject({ id: z.string(), key: z.string().optional(), ...elsewhere })], {
        error: "must be an ARN or a name, or { id, key, region, account }",
      })
      .describe("A secret of Secrets Manager, by ARN or name; `key` takes one entry of a JSON secret"),
  })
  .describe("A secret; it is never printed");
const certificate = z
  .strictObject({
    certificate: z
      .union([z.string(), z.strictObject({ host: z.string(), ...elsewhere })], {
        error: "must be a host name or { host, region, account }",
      })
      .describe("A host name: the ARN of the issued certificate for it that is valid longest"),
  })
  .describe("A certificate of ACM");
const landingZone = z
  .strictObject({
    landingZone: z
      .string()
      .regex(/^(id|block):.+$/, { error: "must be id:ACCOUNT or block:ACCOUNT/REGION" })
      .describe("From bulkhead.lock.json: id:ACCOUNT is an account's id, block:ACCOUNT/REGION its CIDR block"),
  })
  .describe("A fact of the landing zone");
const git = z
  .strictObject({ git: z.enum(["commit", "branch"]).describe("The commit's SHA-1, or the branch") })
  .describe("What is checked out");
const env = z
  .strictObject({
    env: z.string().min(1).describe("The name of an environment variable"),
    default: z.string().describe("The value where it isn't set").optional(),
  })
  .describe("An environment variable");

// One flat union: of unions in unions, the message would speak of the wrong one.
const literals = [z.string(), z.number(), z.boolean()] as const;
const lookups = [stackOutput, ssmParameter, secret, certificate, landingZone, git, env] as const;
const lookupNames = "stackOutput, ssmParameter, secret, certificate, landingZone, git or env";
const single = z.union([...literals, ...lookups], {
  error: `must be text, a number, true or false, or one look-up: ${lookupNames}`,
});
const parameterValue = z.union(
  [...literals, ...lookups, z.array(single), z.strictObject({ previous: z.literal(true) })],
  {
    error: `must be text, a number, true or false, one look-up (${lookupNames}), a list of them, or { previous: true }`,
  },
);

const tags = z.record(z.string().min(1).max(128), single);
const command = z.string().min(1);
const hooks = z
  .strictObject({
    before: z.array(command).describe("Commands, run by the shell one after the other").optional(),
    after: z.array(command).describe("Commands to run after success").optional(),
  })
  .describe("Commands before and after; one that fails stops the deployment");

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

const environment = z
  .strictObject({
    account: z.string().min(1).describe("The account: its 12 digits, or its name in bulkhead.lock.json"),
    region: region.describe("The region"),
    accessRole: z.string().describe("The role by which the account is entered from another one").optional(),
    protected: z.boolean().describe("Deployments ask, or need --yes").optional(),
    tags: tags.describe("Tags of all stacks here").optional(),
  })
  .describe("An environment, and where it is");

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
    application: name.describe("Whose stacks these are: the tag bulkhead:application says so on each"),
    environments: z
      .record(name, environment)
      .refine((them) => Object.keys(them).length > 0, { error: "names no environment" })
      .describe("Where it is deployed, by environment"),
    tags: tags.describe("Tags of all stacks").optional(),
    cloudformation: z
      .strictObject({
        artifactBucket: z
          .strictObject({
            name: z
              .string()
              .regex(/^[a-z0-9{][a-z0-9.{}-]{1,61}[a-z0-9}]$/, { error: "must be a bucket's name" })
              .describe("The bucket's name; {account} and {region} are filled in"),
            create: z.boolean().describe("Make it where it doesn't exist").optional(),
          })
          .describe("Where large and nested templates are put")
          .optional(),
        stacks: z.record(name, stack).describe("The stacks, by a key of your own"),
      })
      .describe("CloudFormation stacks")
      .optional(),
    hooks: hooks.optional(),
    notifications: z.array(webhook).optional(),
  })
  .describe("What an application deploys, and where to");

export type DeployFileInput = z.output<typeof deployFileSchema>;
export type StackInput = z.output<typeof stack>;
export type ParameterInput = z.output<typeof parameterValue>;
/** One value, or a list of them. */
export type ValueInput = SingleInput | readonly SingleInput[];
export type SingleInput = z.output<typeof single>;
export type LookupInput = Exclude<SingleInput, string | number | boolean>;
export type HooksInput = z.output<typeof hooks>;
export type NotificationInput = z.output<typeof webhook>;
