/** `bulkhead ssh …`: the commands of a host, as data. */

import { defineCommand, type CommandContext, type CommandGroup } from "@bulkhead/core";
import { installCommand, uninstallCommand } from "./install/command.ts";

const account = {
  type: "string",
  value: "name",
  help: "the landing zone's account that this host is in; AWS is asked without it",
} as const;

export const sshCommands: CommandGroup = {
  name: "ssh",
  summary: "people of the directory as users of this host",
  commands: [
    defineCommand({
      name: "plan",
      summary: "who would be let in, changed and shut out on this host",
      flags: {
        account,
        "detailed-exitcode": { type: "boolean", help: "exit with 2 when there are changes" },
      },
      run: async (context) => {
        const [{ planOnce }, { planResult }] = await Promise.all([import("./once.ts"), import("./render.ts")]);
        const { plan, incomplete } = await planOnce(context, context.flags.account);
        return planResult(plan, incomplete, context.flags["detailed-exitcode"]);
      },
    }),
    defineCommand({
      name: "sync",
      summary: "make this host's users and keys as the directory says, once and without asking",
      flags: {
        account,
        approve: { type: "string", value: "plan", help: "let through what the ceiling holds back in this very plan" },
      },
      run: async (context) => {
        const [{ syncOnce }, { syncResult }] = await Promise.all([import("./once.ts"), import("./render.ts")]);
        const { plan, outcomes, incomplete } = await syncOnce(context, context.flags.account, context.flags.approve);
        return syncResult(plan, outcomes, incomplete);
      },
    }),
    defineCommand({
      name: "watch",
      summary: "follow the directory and keep this host in step, until stopped",
      flags: {
        account,
        listen: {
          type: "string",
          value: "address:port",
          help: "where health and metrics are served (127.0.0.1:9465)",
        },
        "poll-seconds": {
          type: "number",
          value: "n",
          default: 30,
          minimum: 1,
          help: "between two reads of a directory that can't be listened to",
        },
      },
      run: async (context) => {
        const [{ watch }, { readConfiguration, readOptions }] = await Promise.all([
          import("./daemon.ts"),
          import("./configuration.ts"),
        ]);
        const { listen, "poll-seconds": pollSeconds } = context.flags;
        const configuration = await readConfiguration(context as unknown as CommandContext, context.flags.account);
        const follow = { ...readOptions(configuration, context), pollSeconds };
        await watch(configuration, { follow, listen, report: context.report, signal: context.signal });
        return {};
      },
    }),
    defineCommand({
      name: "explain",
      summary: "why somebody may or may not sign in to this host",
      arguments: [{ name: "NAME", help: "a login, or a uid, mail, DN or key of the directory", required: true }],
      flags: { account },
      run: async (context) => {
        const [{ explainOnce }, { explainResult }] = await Promise.all([import("./once.ts"), import("./render.ts")]);
        const { explanation, sshd } = await explainOnce(context, context.flags.account, context.args[0] ?? "");
        return explainResult(explanation, sshd);
      },
    }),
    installCommand,
    uninstallCommand,
  ],
};
