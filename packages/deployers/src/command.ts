/** `bulkhead deploy …`: the commands of all deployers, as data. */

import { defineCommand, type CommandGroup } from "@bulkhead/core";
import { cloudformationCommands } from "./cloudformation/command.ts";
import { lambdaCommands } from "./lambda/command.ts";
import { environmentsFlags, targetFlags } from "./target-flags.ts";

export const deployCommands: CommandGroup = {
  name: "deploy",
  summary: "deploy into the right account, and no other",
  commands: [
    cloudformationCommands,
    lambdaCommands,
    defineCommand({
      name: "history",
      summary: "who deployed what to an environment, and how it ended",
      arguments: [{ name: "unit", help: "only this stack or function" }],
      flags: {
        ...targetFlags,
        limit: { type: "number", value: "n", default: 20, minimum: 1, help: "how many deployments of each are shown" },
      },
      run: async (context) => {
        const [{ withRun }, { runHistory }] = await Promise.all([import("./run.ts"), import("./verbs/history.ts")]);
        return withRun(context, (run) => runHistory(run, context.flags), []);
      },
    }),
    defineCommand({
      name: "matrix",
      summary: "what runs in which environment",
      flags: environmentsFlags,
      run: async (context) => (await import("./verbs/matrix.ts")).runMatrix(context),
    }),
    defineCommand({
      name: "schema",
      summary: "the deploy file's JSON Schema, for editors",
      run: async () => {
        const { deployFileJsonSchema } = await import("./deploy-file/json-schema.ts");
        const schema = deployFileJsonSchema();
        return {
          document: { kind: "schema", version: 1, schema },
          text: () => JSON.stringify(schema, null, 2),
        };
      },
    }),
  ],
};
