/** `deploy`: brings the stacks to what is declared, in the order of their needs, and says what became of each. */

import type { Result } from "@bulkhead/core";
import { attempts } from "../../attempts.ts";
import { endDeployment, type PartOutcome, type Telling } from "../../deployment.ts";
import { runHooks } from "../../hooks.ts";
import { checkGate } from "../../receipts/gate.ts";
import type { ReceiptBook } from "../../receipts/model.ts";
import { findSuperseded } from "../../receipts/superseded.ts";
import type { DeployRun } from "../../run.ts";
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

type Outcome = PartOutcome<Deployed>;

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
    return by === undefined ? [] : [{ key, name, status: "superseded", by }];
  });
  if (stacks.length > 0) {
    await checkGate(run, "cloudformation", keys(stacks), receipts);
    await runHooks(target.hooks.before, run);
  }
  const options = { ...flags, receipts };
  const templates = readTemplates(stacks);
  const attempt = attempts(run);
  const tried = await inOrder<Outcome>(stacks, async (stack, before) => {
    const { key, name } = stack;
    const blocking = before.find(({ status }) => leavesUndone.includes(status));
    if (blocking) return { key, name, status: "not tried", reason: `${blocking.name} wasn't deployed` };
    const outcome = await attempt(async () => {
      const template = templates.get(key) as Template;
      const deployed = kept
        ? await deployKept(run, waiting, stack, template, kept, options)
        : await deployStack(run, waiting, stack, template, { ...options, seen: await firstLook(stack) });
      if (deployed.status !== "same") run.resolver.forget();
      return deployed;
    });
    return { key, name, ...outcome };
  });
  return endDeployment(run, [...superseded, ...tried], telling);
}

/** Whoever needs such a stack isn't deployed either. */
const leavesUndone: readonly Outcome["status"][] = ["failed", "not tried", "declined"];

const telling: Telling<Deployed> = {
  kind: "deployment",
  field: "stacks",
  sentence: ({ status }) => status,
  document: ({ stack, changes }) => ({
    stackStatus: stack?.status ?? null,
    changes: changes.length,
    outputs: Object.fromEntries(stack?.outputs ?? []),
  }),
  details: ({ stack }) => [...(stack?.outputs ?? [])].map(([name, value]) => `    ${name} = ${value}`),
};

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
