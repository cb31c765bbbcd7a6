/** `plan`: what deploying would change, as change sets that are kept for `deploy --plan`. */

import { asBulkheadError, BulkheadError, combineErrors, exitCodes, type JsonObject, type Result } from "@bulkhead/core";
import { runHooks } from "../../hooks.ts";
import { NotThere } from "../../lookups/lookup.ts";
import { placeOf, type DeployRun } from "../../run.ts";
import { deleteLeftovers } from "../change-set.ts";
import { hasSettings } from "../diff.ts";
import { inOrder } from "../order.ts";
import { checkWritable, keptPlan, saveKeptPlan, type KeptChangeSet } from "../plan-file.ts";
import { desire, planStack, type PlanOptions, type StackPlan } from "../plan.ts";
import { renderStackPlan, type ShownPlan } from "../render.ts";
import type { Template } from "../template.ts";
import type { Waiting } from "../wait.ts";
import { openStacks, readTemplates } from "./open.ts";
import type { StackDeclaration } from "../model.ts";

export interface PlanFlags {
  readonly out: string | undefined;
  readonly "detailed-exitcode": boolean;
  readonly adopt: boolean;
}

type Planned = { readonly key: string } & (
  | { readonly status: "planned"; readonly plan: StackPlan }
  | { readonly status: "later"; readonly name: string; readonly reason: string }
  | { readonly status: "failed"; readonly error: BulkheadError }
);

export async function runPlan(run: DeployRun, flags: PlanFlags): Promise<Result> {
  const { waiting, stacks, firstLook } = openStacks(run);
  if (flags.out !== undefined) await checkWritable(flags.out);
  await runHooks(run.target.hooks.before, run);
  const templates = readTemplates(stacks);
  const planned = await inOrder<Planned>(stacks, async (stack, before) => {
    const options = { adopt: flags.adopt, seen: await firstLook(stack) };
    return planOne(run, waiting, stack, templates.get(stack.key) as Template, before, options);
  });
  const [first, ...others] = planned.flatMap((one) => (one.status === "failed" ? [one.error] : []));
  if (first) throw combineErrors([first, ...others]);

  const shown = planned.flatMap(shownPlan);
  const changeSets = planned.flatMap(({ key, ...one }): KeptChangeSet[] => {
    if (one.status !== "planned" || !("changeSet" in one.plan)) return [];
    const { id, stackId, stackName } = one.plan.changeSet;
    return [{ key, id, stackId, stackName, action: one.plan.action }];
  });
  const kept = new Set(changeSets.map(({ key }) => key));
  const later = planned.flatMap((one) => (kept.has(one.key) || isSame(one) ? [] : [one.key]));
  const same = planned.filter(isSame).map(({ key }) => key);
  if (flags.out !== undefined) await saveKeptPlan(flags.out, keptPlan(run.target, changeSets, later, same));
  const nothing = same.length === planned.length;
  return {
    exitCode: flags["detailed-exitcode"] && !nothing ? exitCodes.changes : exitCodes.done,
    document: { kind: "deployment-plan", version: 1, ...placeOf(run), stacks: shown.map(planDocument) },
    text: (style) => shown.map((plan) => renderStackPlan(plan, style)).join("\n"),
  };
}

async function planOne(
  run: DeployRun,
  waiting: Waiting,
  declaration: StackDeclaration,
  template: Template,
  before: readonly Planned[],
  options: PlanOptions,
): Promise<Planned> {
  const { key, name } = declaration;
  try {
    const plan = await planStack(run, waiting.client, await desire(run, declaration, template), options);
    // What an earlier plan left behind, where there is a stack to have any.
    if (plan.found || "changeSet" in plan) {
      const keep = "changeSet" in plan ? plan.changeSet.id : undefined;
      await deleteLeftovers(waiting.client, name, run.target.application, keep);
    }
    return { key, status: "planned", plan };
  } catch (error) {
    const awaited = before.find((one) => one.status !== "planned" || one.plan.action !== "same");
    const missing = error instanceof BulkheadError && error.cause instanceof NotThere;
    if (awaited && missing)
      return { key, name, status: "later", reason: `can be planned when ${awaited.key} is deployed` };
    return { key, status: "failed", error: asBulkheadError(error) };
  }
}

function shownPlan(planned: Planned): ShownPlan[] {
  if (planned.status === "failed") return [];
  if (planned.status === "later") return [{ action: "later", wanted: { name: planned.name }, reason: planned.reason }];
  const { plan } = planned;
  switch (plan.action) {
    case "create":
    case "update":
    case "same":
      return [plan];
    case "join":
      return [{ action: "later", wanted: plan.wanted, reason: `an operation is under way (${plan.found.status})` }];
    case "heal":
      return [{ action: "later", wanted: plan.wanted, reason: `is deleted and created anew (${plan.found.status})` }];
    default:
      return [{ action: "later", wanted: plan.wanted, reason: `is rolled back first (${plan.found.status})` }];
  }
}

/** Whether there is nothing to do, beside the template neither. */
function isSame(planned: Planned): boolean {
  if (planned.status !== "planned" || planned.plan.action !== "same") return false;
  return !hasSettings(planned.plan.settings);
}

function planDocument({ action, wanted, changeSet, settings, reason }: ShownPlan): JsonObject {
  const { policy, terminationProtection } = settings ?? {};
  return {
    name: wanted.name,
    action,
    ...(reason === undefined ? {} : { reason }),
    changes: (changeSet?.changes ?? []).map((change) => JSON.parse(JSON.stringify(change)) as JsonObject),
    stackPolicy: policy !== undefined,
    ...(terminationProtection === undefined ? {} : { terminationProtection }),
  };
}
