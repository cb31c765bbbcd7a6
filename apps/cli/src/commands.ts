/** All commands of `bulkhead`, in the order of its help. Each loads what it needs when it runs. */

import { accountsCommands } from "@bulkhead/account-factory/commands";
import { baselineCommands } from "@bulkhead/baseline/commands";
import type { Command, CommandGroup } from "@bulkhead/core";
import { deployCommands } from "@bulkhead/deployers/commands";
import { usersCommands } from "@bulkhead/ldap-iam-sync/commands";
import { applyCommand, planCommand } from "@bulkhead/plan/commands";
import { sshCommands } from "@bulkhead/ssh-keys/commands";
import { envCommands } from "./env-commands.ts";
import { initCommand, refreshCommand, schemaCommand, validateCommand } from "./landing-zone-commands.ts";
import { openStages, stageNames } from "./stages.ts";

export const commands: readonly (Command | CommandGroup)[] = [
  initCommand,
  validateCommand,
  schemaCommand,
  refreshCommand,
  planCommand({
    summary: "what would change, in all stages",
    arguments: [{ name: "stage", help: "only these stages", many: true, choices: stageNames }],
    open: (context) => openStages(context, context.args),
  }),
  applyCommand({ summary: "make AWS as the file says", open: (context) => openStages(context, []) }),
  accountsCommands,
  baselineCommands,
  usersCommands,
  sshCommands,
  envCommands,
  deployCommands,
];
