/** Deploys one stack: heals or joins what comes first, plans, carries the very change set out, and waits for its end. */

import {
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  RollbackStackCommand,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import { randomUUID } from "node:crypto";
import { runHooks } from "../hooks.ts";
import type { DeployRun } from "../run.ts";
import type { StackDeclaration } from "../target.ts";
import { readStack } from "./actual.ts";
import { deleteChangeSet, executeChangeSet } from "./change-set.ts";
import { settingsToChange } from "./diff.ts";
import { isRefusal, wouldDestroy } from "./errors.ts";
import { destroys, mayDestroy, type ChangeSet, type FoundStack, type ResourceChange } from "./model.ts";
import { desire, planStack, type PlanOptions, type StackPlan } from "./plan.ts";
import { defaultPolicy, openPolicy } from "./policy.ts";
import { renderStackPlan } from "./render.ts";
import type { Template } from "./template.ts";
import { mustBe, waitFor, type Waiting } from "./wait.ts";

export interface DeployOptions extends PlanOptions {
  readonly yes: boolean;
  /** Let this deployment replace and delete resources. */
  readonly replace: boolean;
}

export interface Deployed {
  readonly status: "same" | "created" | "updated" | "declined";
  readonly stack: FoundStack | null;
  readonly changes: readonly ResourceChange[];
}

const good = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"];

/**
 * Deploys a stack. Killed anywhere, the next call sees in AWS what is left and finishes it.
 * @throws what planning throws; CloudFormation.Failed, .WouldDestroy, .Cancelled, .StillRunning; Deploy.NeedsYes
 */
export async function deployStack(
  run: DeployRun,
  waiting: Waiting,
  declaration: StackDeclaration,
  template: Template,
  options: DeployOptions,
): Promise<Deployed> {
  for (let { seen } = options; ; seen = undefined) {
    const desired = await desire(run, declaration, template);
    const plan = await planStack(run, waiting.client, desired, { adopt: options.adopt, seen });
    switch (plan.action) {
      case "same":
        await applySettings(run, waiting, plan, plan.found);
        return { status: "same", stack: plan.found, changes: [] };
      case "create":
      case "update":
        return carryOut(run, waiting, declaration, plan, options);
      default:
        if (!(await makeReady(run, waiting, plan, options)))
          return { status: "declined", stack: plan.found, changes: [] };
    }
  }
}

type Changing = Extract<StackPlan, { changeSet: ChangeSet }>;

/**
 * Carries out a change set.
 * @param kept whether an earlier run has made and kept it: then it stays, if it isn't carried out after all
 */
export async function carryOut(
  run: DeployRun,
  waiting: Waiting,
  declaration: StackDeclaration,
  plan: Changing,
  options: DeployOptions,
  { kept = false } = {},
): Promise<Deployed> {
  const { changeSet, wanted, action } = plan;
  const { name } = wanted;
  const more = { BULKHEAD_STACK: name };
  const discard = async (): Promise<void> => (kept ? undefined : dropChangeSet(waiting, changeSet, action));
  try {
    refuseDestruction(plan, options);
    if (!options.yes && (await run.prove()).protected) {
      run.context.terminal.show((style) => renderStackPlan(plan, style));
    }
    if (!(await run.approve(options.yes, `Deploy ${name}?`))) {
      await discard();
      return { status: "declined", stack: null, changes: changeSet.changes };
    }
    await beforeWrite(run);
    await runHooks(declaration.hooks.before, run, more);
    // Hooks can take their time.
    await beforeWrite(run);
  } catch (error) {
    await discard().catch(() => undefined);
    throw error;
  }
  const stack = action === "create" ? await create(run, waiting, plan) : await update(run, waiting, plan, options);
  await runHooks(declaration.hooks.after, run, more);
  return { status: action === "create" ? "created" : "updated", stack, changes: changeSet.changes };
}

/** CloudFormation would find out only half-way, and in nested stacks never. */
function refuseDestruction({ action, changeSet, wanted }: Changing, { replace }: DeployOptions): void {
  const destroyed = changeSet.changes.filter(destroys).map(({ logicalId }) => logicalId);
  if (action === "update" && destroyed.length > 0 && !replace && wanted.policy === defaultPolicy) {
    throw wouldDestroy(wanted.name, destroyed);
  }
}

async function create(run: DeployRun, waiting: Waiting, { changeSet, wanted }: Changing): Promise<FoundStack> {
  const stack = await execute(waiting, changeSet, "creation", undefined);
  await applySettings(run, waiting, { settings: settingsToChange(wanted, stack, undefined), wanted }, stack);
  return stack;
}

/** An opened stack policy is closed again, however the update ends. */
async function update(
  run: DeployRun,
  waiting: Waiting,
  { changeSet, wanted, found, settings }: Changing,
  { replace }: DeployOptions,
): Promise<FoundStack> {
  const { name, policy } = wanted;
  const opens = replace && changeSet.changes.some((change) => destroys(change) || mayDestroy(change));
  const first = opens ? openPolicy : settings.policy;
  if (first !== undefined) await setPolicy(waiting, name, first);
  try {
    const stack = await execute(waiting, changeSet, "update", found ?? undefined);
    const { terminationProtection } = settingsToChange(wanted, stack, policy);
    await applySettings(run, waiting, { settings: { policy: undefined, terminationProtection }, wanted }, stack);
    return stack;
  } finally {
    if (opens) await setPolicy(waiting, name, policy);
  }
}

async function execute(
  waiting: Waiting,
  changeSet: ChangeSet,
  doing: "creation" | "update",
  before: FoundStack | undefined,
): Promise<FoundStack> {
  const { stackId: id, stackName: name } = changeSet;
  const token = randomUUID();
  await executeChangeSet(waiting.client, changeSet, token);
  return mustBe(waiting, await waitFor(waiting, { id, name, doing, before, token }), good);
}

/** A new stack's first change set makes an empty stack, which goes with it. */
async function dropChangeSet({ client }: Waiting, { id, stackId }: ChangeSet, action: "create" | "update") {
  await deleteChangeSet(client, id, stackId);
  if (action === "update") return;
  const stack = await readStack(client, stackId);
  if (stack?.status === "REVIEW_IN_PROGRESS") await client.send(new DeleteStackCommand({ StackName: stackId }));
}

async function applySettings(
  run: DeployRun,
  waiting: Waiting,
  { settings, wanted }: Pick<StackPlan & { action: "same" }, "settings" | "wanted">,
  stack: FoundStack,
): Promise<void> {
  const { policy, terminationProtection } = settings;
  if (policy === undefined && terminationProtection === undefined) return;
  await beforeWrite(run);
  if (policy !== undefined) await setPolicy(waiting, stack.id, policy);
  if (terminationProtection !== undefined) {
    await waiting.client.send(
      new UpdateTerminationProtectionCommand({
        StackName: wanted.name,
        EnableTerminationProtection: terminationProtection,
      }),
    );
  }
}

async function setPolicy({ client }: Waiting, name: string, policy: string): Promise<void> {
  await client.send(new SetStackPolicyCommand({ StackName: name, StackPolicyBody: policy }));
}

/** The fence and the lease, and nothing after Ctrl-C or a lost lease. */
async function beforeWrite(run: DeployRun): Promise<void> {
  run.context.signal.throwIfAborted();
  await run.hold();
  run.lost.throwIfAborted();
}

type First = Extract<StackPlan, { action: "join" | "heal" | "continue" | "rollback" }>;

/**
 * Brings a stack into a state from which it can be deployed.
 * @returns whether a person let it
 */
async function makeReady(
  run: DeployRun,
  waiting: Waiting,
  { action, found }: First,
  options: DeployOptions,
): Promise<boolean> {
  const { client, report } = waiting;
  const { id, name, status } = found;
  const say = (reason: string): void => report({ type: "waiting", subject: name, reason });
  if (action === "join") {
    say(`${status}: an operation is under way; it is waited for`);
    await waitFor(waiting, { id, name, doing: "operation", before: undefined, token: undefined });
    return true;
  }
  if (!(await run.approve(options.yes, `${name} is in ${status}. Put it right?`))) return false;
  await beforeWrite(run);
  const token = randomUUID();
  const begin = async (send: () => Promise<unknown>): Promise<void> => {
    try {
      await send();
    } catch (error) {
      // The first answer was lost, or another run was quicker: what is under way is waited for.
      if (!isRefusal(error, /current stack status|IN_PROGRESS/)) throw error;
    }
  };
  if (action === "heal") {
    say(`${status}: its creation failed; what is left of it is deleted`);
    await begin(() => client.send(new DeleteStackCommand({ StackName: id, ClientRequestToken: token })));
    const ended = await waitFor(waiting, { id, name, doing: "deletion", before: found, token });
    await mustBe(waiting, ended, ["DELETE_COMPLETE"]);
    return true;
  }
  say(`${status}: ${action === "continue" ? "its rollback goes on" : "its update is rolled back"}`);
  const input = { StackName: id, ClientRequestToken: token };
  await begin(() =>
    action === "continue"
      ? client.send(new ContinueUpdateRollbackCommand(input))
      : client.send(new RollbackStackCommand(input)),
  );
  const ended = await waitFor(waiting, { id, name, doing: "rollback", before: found, token });
  await mustBe(waiting, ended, ["UPDATE_ROLLBACK_COMPLETE"]);
  return true;
}
