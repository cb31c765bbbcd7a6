/** The flags that every deployer has, apart from the code that they need: asking for help loads no more than this. */

import type { Flags } from "@bulkhead/core";

/** The flags that say what is deployed, and where to. */
export const targetFlags = {
  "deploy-file": { type: "string", value: "path", help: "the deploy file (bulkhead.deploy.yaml)" },
  environment: { type: "string", value: "name", help: "the environment to deploy" },
  account: { type: "string", value: "id", help: "the account: what the file says, or without a file the target" },
  "access-role": { type: "string", value: "name", help: "the role by which the account is entered from another" },
  application: { type: "string", value: "name", help: "without a file: whose it is (the stack's or function's name)" },
  "artifact-bucket": { type: "string", value: "name", help: "without a file: where large templates and code are put" },
} as const satisfies Flags;

/** The flags of what looks at many environments at once. */
export const environmentsFlags = {
  "deploy-file": targetFlags["deploy-file"],
  environment: { type: "string", value: "name", help: "only this environment" },
  "access-role": targetFlags["access-role"],
} as const satisfies Flags;

/** The flags that declare one stack in place of a file. */
export const stackFlags = {
  ...targetFlags,
  stack: { type: "string", value: "name", help: "without a file: the stack's name" },
  template: { type: "string", value: "path", help: "without a file: the template" },
  parameter: { type: "list", value: "name=value", help: "without a file: a parameter; all others keep their values" },
  tag: { type: "list", value: "name=value", help: "without a file: a tag" },
  capability: { type: "list", value: "name", help: "without a file: a capability, such as CAPABILITY_IAM" },
  "role-arn": { type: "string", value: "arn", help: "without a file: the role that CloudFormation works as" },
} as const satisfies Flags;

/** The flags that declare one function in place of a file. */
export const functionFlags = {
  ...targetFlags,
  function: { type: "string", value: "name", help: "without a file: the function's name" },
  code: { type: "string", value: "path", help: "without a file: a module to bundle, a folder, or a zip" },
  runtime: { type: "string", value: "name", help: "without a file: the runtime, such as nodejs22.x" },
  handler: { type: "string", value: "name", help: "without a file: the handler (that of the bundled module)" },
  role: { type: "string", value: "arn", help: "without a file: the role that the function works as" },
  alias: { type: "string", value: "name", help: "without a file: the alias that gets the traffic (live)" },
} as const satisfies Flags;

/** For deployments by jobs that can overtake each other. */
export const skipSuperseded = {
  "skip-superseded": { type: "boolean", help: "leave alone what runs a newer commit than the one checked out" },
} as const satisfies Flags;

/** What flags say of a target; those of another kind of deployer are missing. */
export interface TargetFlags {
  readonly environment: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly "access-role": string | undefined;
  readonly application: string | undefined;
  readonly "artifact-bucket": string | undefined;
  readonly stack?: string | undefined;
  readonly template?: string | undefined;
  readonly parameter?: readonly string[];
  readonly tag?: readonly string[];
  readonly capability?: readonly string[];
  readonly "role-arn"?: string | undefined;
  readonly function?: string | undefined;
  readonly code?: string | undefined;
  readonly runtime?: string | undefined;
  readonly handler?: string | undefined;
  readonly role?: string | undefined;
  readonly alias?: string | undefined;
}
