/** The stages of `bulkhead plan` and `bulkhead apply`, in the order in which they need each other. */

import type { CommandContext } from "@bulkhead/core";
import type { LandingZone } from "@bulkhead/landing-zone";
import type { Run } from "@bulkhead/plan";
import type { LandingZoneRun, Stage } from "@bulkhead/stages";

interface StageEntry {
  /** Whether the file speaks of it at all; one that is asked for by name is opened in any case. */
  isWanted(landingZone: LandingZone): boolean;
  open(run: LandingZoneRun): Promise<Stage>;
}

const stages: Readonly<Record<string, StageEntry>> = {
  accounts: {
    isWanted: () => true,
    open: async (run) => (await import("@bulkhead/account-factory")).accountsStage(run),
  },
  baseline: {
    isWanted: ({ baseline, roles }) => baseline !== undefined || roles.length > 0,
    open: async (run) => (await import("@bulkhead/baseline")).baselineStage(run),
  },
  users: {
    isWanted: ({ users }) => users !== undefined,
    open: async (run) => (await import("@bulkhead/ldap-iam-sync")).usersStage(run),
  },
};

export const stageNames: readonly string[] = Object.keys(stages);

/** @param chosen names of stages; all that the file speaks of, where it is empty */
export async function openStages(context: CommandContext, chosen: readonly string[]): Promise<Run> {
  const { openLandingZoneRun, runStages } = await import("@bulkhead/stages");
  const run = openLandingZoneRun(context);
  const wanted = Object.entries(stages).filter(([name, { isWanted }]) =>
    chosen.length === 0 ? isWanted(run.landingZone) : chosen.includes(name),
  );
  return runStages(run, await Promise.all(wanted.map(([, { open }]) => open(run))));
}
