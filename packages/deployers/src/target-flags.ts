/** The flags that every deployer has, apart from the code that they need: asking for help loads no more than this. */

import type { Flags } from "@bulkhead/core";

/** The flags that say what is deployed, and where to. */
export const targetFlags = {
  "deploy-file": { type: "string", value: "path", help: "the deploy file (bulkhead.deploy.yaml)" },
  environment: { type: "string", value: "name", help: "the environment to deploy" },
  account: { type: "string", value: "id", help: "the account: what the file says, or without a file the target" },
  "access-role": { type: "string", value: "name", help: "the role by which the account is entered from another" },
  application: { type: "string", value: "name", help: "without a file: whose the stack is (the stack's name)" },
  stack: { type: "string", value: "name", help: "without a file: the stack's name" },
  template: { type: "string", value: "path", help: "without a file: the template" },
  parameter: { type: "list", value: "name=value", help: "without a file: a parameter; all others keep their values" },
  tag: { type: "list", value: "name=value", help: "without a file: a tag" },
  capability: { type: "list", value: "name", help: "without a file: a capability, such as CAPABILITY_IAM" },
  "artifact-bucket": { type: "string", value: "name", help: "without a file: where large templates are put" },
  "role-arn": { type: "string", value: "arn", help: "without a file: the role that CloudFormation works as" },
} as const satisfies Flags;
