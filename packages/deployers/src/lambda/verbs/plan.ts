/** `plan`: what deploying would change, field by field, with nothing written. */

import { asBulkheadError, combineErrors, exitCodes, type JsonObject, type Result } from "@bulkhead/core";
import pLimit from "p-limit";
import { runHooks } from "../../hooks.ts";
import { placeOf, type DeployRun } from "../../run.ts";
import { desiredFunction } from "../desired.ts";
import { planFunction, type FunctionPlan } from "../plan.ts";
import { planDocument, renderFunctionPlan } from "../render.ts";
import { makeReady, openFunctions } from "./open.ts";

export interface PlanFlags {
  readonly "detailed-exitcode": boolean;
  readonly adopt: boolean;
}

export async function runPlan(run: DeployRun, flags: PlanFlags): Promise<Result> {
  const opened = openFunctions(run);
  const { target, resolver, context } = run;
  await runHooks(target.hooks.before, run);
  const limit = pLimit(context.flags.concurrency);
  const planned = await Promise.allSettled(
    opened.functions.map((declaration) =>
      limit(async () => {
        const code = await makeReady(opened, declaration);
        const desired = await desiredFunction(declaration, code, target, resolver, opened.layers.arnOf);
        return planFunction(opened, declaration, desired, flags);
      }),
    ),
  );
  const [first, ...others] = planned.flatMap((one) => (one.status === "rejected" ? [asBulkheadError(one.reason)] : []));
  if (first) throw combineErrors([first, ...others]);
  const plans = planned.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const nothing = plans.every(({ action }) => action === "same");
  return {
    exitCode: flags["detailed-exitcode"] && !nothing ? exitCodes.changes : exitCodes.done,
    document: { kind: "function-plan", version: 1, ...placeOf(run), functions: plans.map(documentOf) },
    text: (style) => plans.map((plan) => renderFunctionPlan(plan, style)).join("\n"),
  };
}

function documentOf(plan: FunctionPlan): JsonObject {
  const { key, name } = plan.wanted;
  if (plan.action === "join") return { key, name, action: "later", reason: plan.reason };
  return { key, name, action: plan.action, ...planDocument(plan) };
}
