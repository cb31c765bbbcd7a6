/** `bulkhead baseline …`: the commands of the baseline, as data. */

import type { CommandContext, CommandGroup } from "@bulkhead/core";
import { applyCommand, planCommand } from "@bulkhead/plan/commands";

const flags = {
  accounts: { type: "list", value: "names", help: "only these accounts" },
  controls: { type: "list", value: "names", help: "only these controls" },
  regions: { type: "list", value: "names", help: "only these regions; `global` is what has none" },
} as const;

const open = async (context: CommandContext<typeof flags>) => {
  const [{ openLandingZoneRun, runStages }, { baselineStage }] = await Promise.all([
    import("@bulkhead/stages"),
    import("./stage.ts"),
  ]);
  const run = openLandingZoneRun(context);
  return runStages(run, [baselineStage(run, context.flags)]);
};

export const baselineCommands: CommandGroup = {
  name: "baseline",
  summary: "what every account has: roles, trail, defaults",
  commands: [
    planCommand({ summary: "what differs from the baseline, and in which accounts", flags, open }),
    applyCommand({ summary: "give every account its baseline", flags, open }),
  ],
};
