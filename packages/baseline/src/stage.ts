/** The baseline as a stage of a run. */

import { createReadiness, type LandingZoneRun, type Stage, type StagePlan } from "@bulkhead/stages";
import { controlHandlers } from "./apply.ts";
import type { Reach } from "./control.ts";
import { controls } from "./controls/index.ts";
import { checkSelection, everything, type Selection } from "./desired.ts";
import { matrixOf, matrixView } from "./matrix.ts";
import { stageName } from "./model.ts";
import { planBaseline, type BaselinePlan } from "./plan.ts";
import { createReach, estateOf } from "./reach.ts";

export function baselineStage(run: LandingZoneRun, selection: Selection = everything): Stage {
  const { access, accounts, context, landingZone, lost } = run;
  const { managementAccountId } = landingZone.organization;
  const { report, signal } = context;
  const { concurrency } = context.flags;
  const readiness = createReadiness({ isNew: accounts.isNew, report, signal });
  const reach = async (memory: Map<string, Promise<unknown>> | null): Promise<Reach> =>
    createReach(run, estateOf(run, (await access.identity()).partition), memory);
  let planned: BaselinePlan | undefined;

  const plan = async (chosen: Selection): Promise<StagePlan> => {
    await access.expectAccount(managementAccountId);
    const options = { controls, selection: chosen, reach: await reach(new Map()), readiness, concurrency, report };
    planned = await planBaseline(options);
    return planned.plan;
  };

  return {
    name: stageName,
    kinds: new Set(controls.flatMap(({ kinds }) => kinds.map(({ name }) => name))),
    plan: async () => {
      checkSelection(controls, selection, landingZone);
      return plan(selection);
    },
    planDeferred: (waited) => {
      // What is about the whole organization may speak of the accounts that have come, wherever it lies.
      const whole = controls.filter(({ scope }) => scope.name === "organization");
      const homes = whole.flatMap(({ scope }) => scope.sites(landingZone).map(({ account }) => account));
      return plan({ ...selection, accounts: [...waited, ...(selection.accounts.length === 0 ? homes : [])] });
    },
    view: () => (planned === undefined ? null : matrixView(matrixOf(planned))),
    handlers: () =>
      controlHandlers(controls, {
        reach: () => reach(null),
        readiness,
        prove: async (account) => {
          lost.throwIfAborted();
          await access.proveAccount(estateOf(run, "").idOf(account));
        },
      }),
    begin: () => run.hold(managementAccountId),
    end: async () => undefined,
  };
}
