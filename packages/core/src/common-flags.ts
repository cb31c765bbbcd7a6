/** The flags that every command has. */

import type { FlagValues } from "./flag.ts";

export const commonFlags = {
  file: { type: "string", value: "path", default: "bulkhead.yaml", help: "the landing zone file" },
  output: {
    type: "string",
    value: "format",
    choices: ["text", "json", "markdown"],
    default: "text",
    help: "how the result is printed",
  },
  concurrency: { type: "number", value: "n", default: 20, minimum: 1, help: "how much is done side by side" },
  profile: { type: "string", value: "name", help: "the AWS profile to start from" },
  region: { type: "string", value: "name", help: "the AWS region to start from" },
  quiet: { type: "boolean", help: "no progress" },
  verbose: { type: "boolean", help: "details, and the stack of an error" },
  "no-color": { type: "boolean", help: "no colours" },
} as const;

export type CommonFlags = FlagValues<typeof commonFlags>;
