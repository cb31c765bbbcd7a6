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
        const { listAccounts, listResult } = await import("./list.ts");
        const run = await open(context);
        try {
          return listResult(listAccounts(run.wanted, await run.read()));
        } finally {
          run.close();
        }
      },
    }),
    planCommand({ summary: "what would change in the organization", open }),
    applyCommand({ summary: "make the organization as the file says", open }),
  ],
};
