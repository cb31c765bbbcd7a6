/** `deploy`: brings the stacks to what is declared, in the order of their needs, and says what became of each. */

import { asBulkheadError, type BulkheadError, type JsonObject, type Result, type Style } from "@bulkhead/core";
import pLimit from "p-limit";
import { endWith, runHooks } from "../../hooks.ts";
import { notify } from "../../notify.ts";
import {
  deploymentSentence,
  notDeployedDocument,
  notDeployedSentence,
  renderNotDeployed,
  type NotDeployed,
  type Part,
} from "../../outcomes.ts";
import { checkGate } from "../../receipts/gate.ts";
import type { ReceiptBook } from "../../receipts/model.ts";
import { findSuperseded } from "../../receipts/superseded.ts";
import { exitCodeOf, placeOf, type DeployRun } from "../../run.ts";
import { readPolicy, readStack } from "../actual.ts";
import { applySettings, carryOut, deployStack, recordSame, type DeployOptions, type Deployed } from "../apply.ts";
import { readKept } from "../change-set.ts";
import { settingsToChange } from "../diff.ts";
import { notAPlan } from "../errors.ts";
import { inOrder } from "../order.ts";
import { keysOf, loadKeptPlan, type KeptChangeSet, type KeptPlan } from "../plan-file.ts";
import { desire } from "../plan.ts";
import { settleOpen } from "../receipts.ts";
import type { Template } from "../template.ts";
import { mustBe, waitFor, type Waiting } from "../wait.ts";
import { openStacks, readTemplates } from "./open.ts";
import type { StackDeclaration } from "../model.ts";

export interface DeployFlags extends Omit<DeployOptions, "receipts"> {
  /** Path of a kept plan: exactly its change sets are carried out. */
  readonly plan: string | undefined;
  /** Leave stacks alone that run a newer commit. */
  readonly "skip-superseded": boolean;
}

type Outcome = NotDeployed | (Part & { readonly outcome: "deployed" } & Deployed);

export async function runDeploy(run: DeployRun, flags: DeployFlags): Promise<Result> {
  const { target, context } = run;
  const kept = flags.plan === undefined ? undefined : loadKeptPlan(flags.plan, target);
  const { waiting, stacks: chosen, receipts, firstLook } = openStacks(run);
  const planned = kept && keysOf(kept);
  const meant = planned ? chosen.filter(({ key }) => planned.includes(key)) : chosen;
  const unplanned = planned && context.args.find((key) => !planned.includes(key));
  if (unplanned !== undefined) throw notAPlan(flags.plan ?? "", `it doesn't speak of ${unplanned}`);
  const newer = await findNewer(run, waiting, receipts, meant, flags);
  const stacks = meant.filter(({ key }) => !newer.has(key));
  const superseded = meant.flatMap(({ key, name }): Outcome[] => {
    const by = newer.get(key);
    return by === undefined ? [] : [{ key, name, outcome: "superseded", by }];
  });
  if (stacks.length > 0) {
    await checkGate(run, "cloudformation", keys(stacks), receipts);
    await runHooks(target.hooks.before, run);
  }
  const options = { ...flags, receipts };
  const templates = readTemplates(stacks);
  const limit = pLimit(context.flags.concurrency);
  const told = new Set<BulkheadError>();
  const tried = await inOrder<Outcome>(stacks, async (stack, before) => {
    const { key, name } = stack;
    const blocking = before.find((one) => one.outcome !== "deployed" || one.status === "declined");
    if (blocking) return { key, name, outcome: "not tried", reason: `${blocking.name} wasn't deployed` };
    return limit(async () => {
      if (context.signal.aborted) return { key, name, outcome: "not tried", reason: "interrupted" };
      try {
        const template = templates.get(key) as Template;
        const deployed = kept
          ? await deployKept(run, waiting, stack, template, kept, options)
          : await deployStack(run, waiting, stack, template, { ...options, seen: await firstLook(stack) });
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
  const outcomes = [...superseded, ...tried];
  const incomplete = tried.some((one) => one.outcome !== "deployed" || one.status === "declined");
  const ending = incomplete || stacks.length === 0 ? undefined : await endWith(run);
  const failed = incomplete || ending !== undefined;
  const document = {
    kind: "deployment",
    version: 1,
    ...placeOf(run),
    succeeded: !failed,
    stacks: outcomes.map(outcomeDocument),
  };
  if (tried.some((one) => one.outcome !== "deployed" || one.status !== "same")) {
    const sentence = deploymentSentence(target, outcomes.map(sentenceOf), incomplete, ending);
    await notify(run, sentence, document);
  }
  if (ending) throw ending;
  return {
    exitCode: exitCodeOf(failed),
    document,
    text: (style) => outcomes.map((outcome) => renderOutcome(outcome, style)).join("\n"),
  };
}

const keys = (stacks: readonly StackDeclaration[]): readonly string[] => stacks.map(({ key }) => key);

/** The newer commits that stacks run, asked for once no other run can come between. */
async function findNewer(
  run: DeployRun,
  waiting: Waiting,
  receipts: ReceiptBook,
  stacks: readonly StackDeclaration[],
  { "skip-superseded": asked }: DeployFlags,
): Promise<ReadonlyMap<string, string>> {
  if (!asked) return new Map();
  await run.hold();
  return findSuperseded(receipts, run.target.folder, keys(stacks), async (unit) => {
    const stack = stacks.find(({ key }) => key === unit);
    if (stack) await settleOpen(run.target, waiting, receipts, stack);
    return receipts.last(unit);
  });
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
  const found = await readStack(waiting.client, stack.name);
  const { wanted } = await desire(run, stack, template);
  if (found) await recordSame(run, waiting, { wanted, found }, options);
  return { status: "same", stack: found, changes: [] };
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
    await settleOpen(run.target, waiting, options.receipts, declaration);
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

function sentenceOf(one: Outcome): string {
  return `${one.name}: ${one.outcome === "deployed" ? one.status : notDeployedSentence(one)}`;
}

function outcomeDocument(one: Outcome): JsonObject {
  if (one.outcome !== "deployed") return notDeployedDocument(one);
  return {
    key: one.key,
    name: one.name,
    status: one.status,
    stackStatus: one.stack?.status ?? null,
    changes: one.changes.length,
    outputs: Object.fromEntries(one.stack?.outputs ?? []),
  };
}

function renderOutcome(one: Outcome, style: Style): string {
  if (one.outcome !== "deployed") return renderNotDeployed(one, style);
  if (one.status === "declined") return `${style.dim("-")} ${one.name}: nothing was changed`;
  const head =
    one.status === "same"
      ? style.dim(`= ${one.name}: nothing to do`)
      : `${style.added("✓")} ${one.name}: ${one.status}`;
  const outputs = [...(one.stack?.outputs ?? [])].map(([name, value]) => `    ${name} = ${value}`);
  return [head, ...(one.status === "same" ? [] : outputs)].join("\n");
}
