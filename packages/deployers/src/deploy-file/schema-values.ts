/** What several sections of the deploy file are made of: names, values, look-ups of what stands elsewhere, and hooks. */

import * as z from "zod";

const accountId = z.string().regex(/^\d{12}$/, { error: "must be the 12 digits of an account id" });
export const region = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, { error: "must be a region, such as eu-central-1" });
export const name = z
  .string()
  .max(64, { error: "is longer than 64 characters" })
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, { error: "must be letters, digits and - and begin with a letter" });

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
export const secret = z
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
export const env = z
  .strictObject({
    env: z.string().min(1).describe("The name of an environment variable"),
    default: z.string().describe("The value where it isn't set").optional(),
  })
  .describe("An environment variable");

// One flat union: of unions in unions, the message would speak of the wrong one.
const literals = [z.string(), z.number(), z.boolean()] as const;
const lookups = [stackOutput, ssmParameter, secret, certificate, landingZone, git, env] as const;
const lookupNames = "stackOutput, ssmParameter, secret, certificate, landingZone, git or env";
export const single = z.union([...literals, ...lookups], {
  error: `must be text, a number, true or false, or one look-up: ${lookupNames}`,
});
export const parameterValue = z.union(
  [...literals, ...lookups, z.array(single), z.strictObject({ previous: z.literal(true) })],
  {
    error: `must be text, a number, true or false, one look-up (${lookupNames}), a list of them, or { previous: true }`,
  },
);

export const tags = z.record(z.string().min(1).max(128), single);

const command = z.string().min(1);
export const hooks = z
  .strictObject({
    before: z.array(command).describe("Commands, run by the shell one after the other").optional(),
    after: z.array(command).describe("Commands to run after success").optional(),
  })
  .describe("Commands before and after; one that fails stops the deployment");

export type ParameterInput = z.output<typeof parameterValue>;
/** One value, or a list of them. */
export type ValueInput = SingleInput | readonly SingleInput[];
export type SingleInput = z.output<typeof single>;
export type LookupInput = Exclude<SingleInput, string | number | boolean>;
export type HooksInput = z.output<typeof hooks>;
