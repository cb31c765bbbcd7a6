/** `bulkhead users …`: the commands of the sync, as data. */

import { defineCommand, type CommandGroup } from "@bulkhead/core";
import { applyCommand, planCommand } from "@bulkhead/plan/commands";

const open: Parameters<typeof planCommand>[0]["open"] = async (context) =>
  (await import("./stage.ts")).openUsers(context);

export const usersCommands: CommandGroup = {
  name: "users",
  summary: "people and groups of the directory as IAM users and groups",
  commands: [
    planCommand({ summary: "who would come, change and leave", open }),
    applyCommand({ summary: "make the IAM users and groups as the directory says", open }),
    defineCommand({
      name: "explain",
      summary: "what somebody is in IAM and may enter, and why, or why not",
      arguments: [
        { name: "NAME", help: "an IAM user's name, or a uid, mail, DN or key of the directory", required: true },
      ],
      run: async (context) => {
        const [{ explainUser }, { explainResult }] = await Promise.all([
          import("./stage.ts"),
          import("./render-explain.ts"),
        ]);
        return explainResult(await explainUser(context, context.args[0] ?? ""));
      },
    }),
  ],
};
