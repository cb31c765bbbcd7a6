/** `deploy`: brings the stacks to what is declared, in the order of their needs, and says what became of each. */

import { asBulkheadError, type BulkheadError, type JsonObject, type Result, type Style } from "@bulkhead/core";
import pLimit from "p-limit";
import { runHooks } from "../../hooks.ts";
import { notify } from "../../notify.ts";
import { exitCodeOf, type DeployRun } from "../../run.ts";
import type { StackDeclaration } from "../../target.ts";
import { readPolicy, readStack } from "../actual.ts";
import { applySettings, carryOut, deployStack, type DeployOptions, type Deployed } from "../apply.ts";
import { readKept } from "../change-set.ts";
import { settingsToChange } from "../diff.ts";
import { notAPlan } from "../errors.ts";
import { inOrder } from "../order.ts";
import { keysOf, loadKeptPlan, type KeptChangeSet, type KeptPlan } from "../plan-file.ts";
import { desire } from "../plan.ts";
import type { Template } from "../template.ts";
import { mustBe, waitFor, type Waiting } from "../wait.ts";
import { openStacks, readTemplates } from "./open.ts";
import { placeOf } from "./plan.ts";

export interface DeployFlags extends DeployOptions {
  /** Path of a kept plan: exactly its change sets are carried out. */
  readonly plan: string | undefined;
}

type Outcome = { readonly key: string; readonly name: string } & (
  | ({ readonly outcome: "deployed" } & Deployed)
  | { readonly outcome: "failed"; readonly error: BulkheadError }
  | { readonly outcome: "not tried"; readonly reason: string }
);

export async function runDeploy(run: DeployRun, flags: DeployFlags): Promise<Result> {
  const { target, context } = run;
  const kept = flags.plan === undefined ? undefined : loadKeptPlan(flags.plan, target);
  const { waiting, stacks: chosen, firstLook } = openStacks(run);
  const planned = kept && keysOf(kept);
  const stacks = planned ? chosen.filter(({ key }) => planned.includes(key)) : chosen;
  const unplanned = planned && context.args.find((key) => !planned.includes(key));
  if (unplanned !== undefined) throw notAPlan(flags.plan ?? "", `it doesn't speak of ${unplanned}`);
  await runHooks(target.hooks.before, run);
  const templates = readTemplates(stacks);
  const limit = pLimit(context.flags.concurrency);
  const told = new Set<BulkheadError>();
  const outcomes = await inOrder<Outcome>(stacks, async (stack, before) => {
    const { key, name } = stack;
    const blocking = before.find((one) => one.outcome !== "deployed" || one.status === "declined");
    if (blocking) return { key, name, outcome: "not tried", reason: `${blocking.name} wasn't deployed` };
    return limit(async () => {
      if (context.signal.aborted) return { key, name, outcome: "not tried", reason: "interrupted" };
      try {
        const template = templates.get(key) as Template;
        const deployed = kept
          ? await deployKept(run, waiting, stack, template, kept, flags)
          : await deployStack(run, waiting, stack, template, { ...flags, seen: await firstLook(stack) });
        if (deployed.status !== "same") run.resolver.forget();
        return { key, name, outcome: "deployed", ...deployed };
      } catch (error) {
        if (error === context.signal.reason) return { key, name, outcome: "not tried", reason: "interrupted" };
        const reason = asBulkheadError(error);
        // What stops the whole run (the fence, the lease) is told once.
        if (told.has(reason)) return { key, name, outcome: "not tried", reason: `as for the others (${reason.code})` };
        told.add(reason);
        return { key, name, outcome: "failed", error: reason };
      }
    });
  });
  const incomplete = outcomes.some((one) => one.outcome !== "deployed" || one.status === "declined");
  const ending = incomplete ? undefined : await endWith(run);
  const failed = incomplete || ending !== undefined;
  const document = {
    kind: "deployment",
    version: 1,
    ...placeOf(run),
    succeeded: !failed,
    stacks: outcomes.map(outcomeDocument),
  };
  if (outcomes.some((one) => one.outcome !== "deployed" || one.status !== "same")) {
    await notify(run, sentence(run, outcomes, incomplete, ending), document);
  }
  if (ending) throw ending;
  return {
    exitCode: exitCodeOf(failed),
    document,
    text: (style) => outcomes.map((outcome) => renderOutcome(outcome, style)).join("\n"),
  };
}

/** Runs the last hooks. @returns how they failed, so that it is told with what was deployed */
async function endWith(run: DeployRun): Promise<BulkheadError | undefined> {
  try {
    await runHooks(run.target.hooks.after, run);
    return undefined;
  } catch (error) {
    if (error === run.context.signal.reason) throw error;
    return asBulkheadError(error);
  }
}

/** What the plan has for a stack; a stack that could only be planned later is planned now. */
async function deployKept(
  run: DeployRun,
  waiting: Waiting,
  stack: StackDeclaration,
  template: Template,
  kept: KeptPlan,
  options: DeployOptions,
): Promise<Deployed> {
  const planned = kept.changeSets.find(({ key }) => key === stack.key);
  if (planned) return deployChangeSet(run, waiting, stack, template, planned, options);
  if (kept.later.includes(stack.key)) return deployStack(run, waiting, stack, template, options);
  return { status: "same", stack: await readStack(waiting.client, stack.name), changes: [] };
}

async function deployChangeSet(
  run: DeployRun,
  waiting: Waiting,
  declaration: StackDeclaration,
  template: Template,
  planned: KeptChangeSet,
  options: DeployOptions,
): Promise<Deployed> {
  const { client } = waiting;
  await run.prove();
  const changeSet = await readKept(client, planned, run.target.application);
  const found = await readStack(client, planned.stackId);
  if (changeSet.executed && found) {
    // An earlier run has begun it, and was killed.
    const { id, name } = found;
    const ended = await waitFor(waiting, { id, name, doing: "operation", before: undefined, token: undefined });
    const stack = await mustBe(waiting, ended, ["CREATE_COMPLETE", "UPDATE_COMPLETE"]);
    const { wanted } = await desire(run, declaration, template);
    const settings = settingsToChange(wanted, stack, await readPolicy(client, stack.id));
    await applySettings(run, waiting, settings, stack);
    return { status: planned.action === "create" ? "created" : "updated", stack, changes: changeSet.changes };
  }
  const { wanted } = await desire(run, declaration, template);
  const settings = { policy: wanted.policy, terminationProtection: undefined };
  const plan = { action: planned.action, wanted, found, changeSet, settings };
  return carryOut(run, waiting, declaration, plan, options, { kept: true });
}

function sentence(
  { target }: DeployRun,
  outcomes: readonly Outcome[],
  incomplete: boolean,
  ending: BulkheadError | undefined,
): string {
  const { application, environment, account, region } = target;
  const where = `${environment ?? account} (${region})`;
  const parts = outcomes.map((one) =>
    one.outcome === "deployed"
      ? `${one.name}: ${one.status}`
      : `${one.name}: ${one.outcome === "failed" ? one.error.message : one.reason}`,
  );
  if (ending) parts.push(ending.message);
  return `${application} ${incomplete ? "was not deployed" : "is deployed"} to ${where}. ${parts.join("; ")}`;
}

function outcomeDocument(one: Outcome): JsonObject {
  const base = { key: one.key, name: one.name };
  if (one.outcome === "failed") {
    const { code, message, next } = one.error;
    return { ...base, status: "failed", code, message, next: next ?? null };
  }
  if (one.outcome === "not tried") return { ...base, status: "not tried", reason: one.reason };
  return {
    ...base,
    status: one.status,
    stackStatus: one.stack?.status ?? null,
    changes: one.changes.length,
    outputs: Object.fromEntries(one.stack?.outputs ?? []),
  };
}

function renderOutcome(one: Outcome, style: Style): string {
  if (one.outcome === "failed") {
    const { code, message, next } = one.error;
    return `${style.removed("✗")} ${one.name}: ${message} ${style.dim(`(${code})`)}${next === undefined ? "" : `\n    ${next}`}`;
  }
  if (one.outcome === "not tried") return `${style.dim("-")} ${one.name}: not tried, ${one.reason}`;
  if (one.status === "declined") return `${style.dim("-")} ${one.name}: nothing was changed`;
  const head =
    one.status === "same"
      ? style.dim(`= ${one.name}: nothing to do`)
      : `${style.added("✓")} ${one.name}: ${one.status}`;
  const outputs = [...(one.stack?.outputs ?? [])].map(([name, value]) => `    ${name} = ${value}`);
  return [head, ...(one.status === "same" ? [] : outputs)].join("\n");
}
