/** `bulkhead env …`: env-detect's two commands, with the common flags. */

import { BulkheadError, defineCommand, type CommandContext, type CommandGroup, type JsonObject } from "@bulkhead/core";
import type { Environment } from "@bulkhead/env-detect";

const flags = {
  "lock-file": { type: "string", value: "path", help: "the lock file (the nearest bulkhead.lock.json)" },
  prove: { type: "boolean", help: "ask STS for the account, even where strong evidence is at hand" },
  "cross-account": { type: "boolean", help: "credentials of another account than the machine's are meant" },
  "verify-signature": { type: "boolean", help: "check AWS's signature on EC2's identity document" },
} as const;

type Context = CommandContext<typeof flags>;

export const envCommands: CommandGroup = {
  name: "env",
  summary: "which account and environment am I in?",
  commands: [
    defineCommand({
      name: "detect",
      summary: "what is known of the account and environment, and why",
      flags,
      run: async (context) => {
        const [{ detectEnvironment }, { environmentDocument, renderEnvironment }] = await load();
        const environment = await explained(() => detectEnvironment(options(context)));
        return {
          document: environmentDocument(environment) as JsonObject & { kind: string; version: number },
          text: () => renderEnvironment(environment),
        };
      },
    }),
    defineCommand({
      name: "require",
      summary: "run a command only in this environment",
      arguments: [
        { name: "environment", help: "the environment that it must be", required: true },
        { name: "command", help: "after --: what to run if it is", many: true },
      ],
      flags: {
        ...flags,
        account: { type: "string", value: "id|name", help: "the account that it must be" },
        unknown: {
          type: "string",
          value: "what",
          choices: ["refuse", "allow"],
          default: "refuse",
          help: "what to do when it can't be known",
        },
      },
      run: async (context) => {
        const [environment = "", command, ...words] = context.args;
        const [{ requireEnvironment }, { launch }] = await load();
        const { account, region, unknown } = context.flags;
        const required: Promise<Environment> = explained(() =>
          requireEnvironment({ environment, account, region }, { ...options(context), unknown }),
        );
        await required;
        if (command === undefined) {
          return { document: { kind: "environment-required", version: 1, environment, account: account ?? null } };
        }
        // What is printed is the command's own.
        return { exitCode: await explained(() => launch(command, words, environmentOf(context))) };
      },
    }),
  ],
};

const load = () => Promise.all([import("@bulkhead/env-detect"), import("@bulkhead/env-detect/command")]);

function options(context: Pick<Context, "flags" | "env">) {
  const { flags: given } = context;
  return {
    env: environmentOf(context),
    lockFile: given["lock-file"],
    prove: given.prove,
    crossAccount: given["cross-account"],
    verifySignature: given["verify-signature"],
  };
}

/** The profile and region of the flags, where every AWS tool finds them. */
function environmentOf({ flags: { profile, region }, env }: Pick<Context, "flags" | "env">): NodeJS.ProcessEnv {
  return {
    ...env,
    ...(profile === undefined ? {} : { AWS_PROFILE: profile }),
    ...(region === undefined ? {} : { AWS_REGION: region }),
  };
}

/** env-detect's errors as Bulkhead's, with the exit status of each. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { EnvironmentError, exitStatuses } = await import("@bulkhead/env-detect");
    if (!(error instanceof EnvironmentError)) throw error;
    const { code, fault, message, next, cause } = error;
    throw new BulkheadError({ code, fault, message, next, cause, exitCode: exitStatuses[code] });
  }
}
