/** The stages of `bulkhead plan` and `bulkhead apply`, in the order in which they need each other. */

import type { CommandContext } from "@bulkhead/core";
import type { Run } from "@bulkhead/plan";
import type { LandingZoneRun, Stage } from "@bulkhead/stages";

const stages: Readonly<Record<string, (run: LandingZoneRun) => Promise<Stage>>> = {
  accounts: async (run) => (await import("@bulkhead/account-factory")).accountsStage(run),
};

export const stageNames: readonly string[] = Object.keys(stages);

/** @param chosen names of stages; all of them, where it is empty */
export async function openStages(context: CommandContext, chosen: readonly string[]): Promise<Run> {
  const { openLandingZoneRun, runStages } = await import("@bulkhead/stages");
  const run = openLandingZoneRun(context);
  const opened = Object.entries(stages).filter(([name]) => chosen.length === 0 || chosen.includes(name));
  return runStages(run, await Promise.all(opened.map(([, open]) => open(run))));
}
