/** `bulkhead deploy …`: the commands of all deployers, as data. */

import { defineCommand, type CommandGroup } from "@bulkhead/core";
import { cloudformationCommands } from "./cloudformation/command.ts";

export const deployCommands: CommandGroup = {
  name: "deploy",
  summary: "deploy into the right account, and no other",
  commands: [
    cloudformationCommands,
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
