/** Stages one after the other as a single run: one plan, one set of handlers, one end. */

import type { Deferred, Plan, Run } from "@bulkhead/plan";
import type { LandingZoneRun } from "./landing-zone-run.ts";
import type { Stage, StagePlan } from "./stage.ts";

/** @param stages in the order in which they need each other */
export function runStages(run: LandingZoneRun, stages: readonly Stage[]): Run {
  const { landingZone, lost } = run;
  const { managementAccountId } = landingZone.organization;
  const begun = new Set<Stage>();

  /** In order: a stage may need what an earlier one has learned of the accounts. */
  const join = async (
    warnings: readonly string[],
    planned: (stage: Stage) => Promise<StagePlan | null>,
  ): Promise<Plan> => {
    const plans: StagePlan[] = [];
    for (const stage of stages) {
      const plan = await planned(stage);
      if (plan) plans.push(plan);
    }
    return {
      managementAccountId,
      changes: plans.flatMap(({ changes }) => changes),
      deferred: plans.flatMap(({ deferred }) => deferred),
      unread: plans.flatMap(({ unread }) => unread),
      held: plans.flatMap(({ held }) => held),
      unmanaged: plans.flatMap(({ unmanaged }) => unmanaged),
      warnings: [...warnings, ...plans.flatMap((plan) => plan.warnings)],
      cost: {
        calls: plans.reduce((calls, { cost }) => calls + cost.calls, 0),
        seconds: plans.reduce((seconds, { cost }) => seconds + cost.seconds, 0),
      },
    };
  };

  return {
    managementAccountId,
    plan: () => join(landingZone.warnings, (stage) => stage.plan()),
    planDeferred: (deferred: readonly Deferred[]) =>
      join([], async ({ name, planDeferred }) => {
        const accounts = deferred.filter(({ stage }) => stage === name).map(({ account }) => account);
        return accounts.length === 0 ? null : planDeferred(new Set(accounts));
      }),
    views: () => stages.flatMap((stage) => stage.view?.() ?? []),
    handlers: () => new Map(stages.flatMap((stage) => [...stage.handlers()])),
    begin: async (changes) => {
      for (const stage of stages) {
        if (begun.has(stage) || !changes.some(({ kind }) => stage.kinds.has(kind))) continue;
        begun.add(stage);
        await stage.begin();
      }
      return lost;
    },
    end: async () => {
      try {
        for (const stage of begun) await stage.end();
      } finally {
        await run.release();
      }
    },
    close: () => run.close(),
  };
}
