/** `bulkhead accounts …`: the commands of the account factory, as data. */

import { defineCommand, type CommandGroup } from "@bulkhead/core";
import { applyCommand, planCommand } from "@bulkhead/plan/commands";

const open = async (context: Parameters<Parameters<typeof planCommand>[0]["open"]>[0]) =>
  (await import("./stage.ts")).openAccounts(context);

export const accountsCommands: CommandGroup = {
  name: "accounts",
  summary: "accounts, organizational units and service control policies of the organization",
  commands: [
    defineCommand({
      name: "list",
      summary: "the accounts of the file and of the organization",
      run: async (context) => {
        const [{ listAccounts, listResult }, { withAccounts }] = await Promise.all([
          import("./list.ts"),
          import("./stage.ts"),
        ]);
        return withAccounts(context, async ({ wanted, read }) => listResult(listAccounts(wanted, await read())));
      },
    }),
    defineCommand({
      name: "adopt",
      summary: "write a landing zone file for the organization that exists",
      flags: {
        pattern: { type: "list", value: "pattern", help: "how accounts are named ({team}-{environment})" },
        environments: { type: "list", value: "names", help: "the stages, in order of promotion (dev,test,stage,prod)" },
      },
      run: async (context) => {
        const { writeAdopted } = await import("./write-adopted.ts");
        const { pattern, environments } = context.flags;
        const { files, warnings } = await writeAdopted(context, {
          pattern: pattern.length > 0 ? pattern : ["{team}-{environment}"],
          environments: environments.length > 0 ? environments : ["dev", "test", "stage", "prod"],
        });
        return {
          document: { kind: "adopted", version: 1, files, warnings },
          text: (style) =>
            [
              ...warnings.map((warning) => `${style.changed("!")} ${warning}`),
              ...files.map((file) => `wrote ${file}`),
              "Look at it; `bulkhead plan` must be empty.",
            ].join("\n"),
        };
      },
    }),
    planCommand({ summary: "what would change in the organization", open }),
    applyCommand({ summary: "make the organization as the file says", open }),
  ],
};
