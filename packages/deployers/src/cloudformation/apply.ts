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
import type { OpenReceipt, ReceiptBook } from "../receipts/model.ts";
import type { DeployRun } from "../run.ts";
import { dropChangeSet, executeChangeSet } from "./change-set.ts";
import { hasSettings, settingsToChange, type Settings } from "./diff.ts";
import { isOvertaken, isRefusal, policyLeftOpen, wouldDestroy } from "./errors.ts";
import {
  destroys,
  mayDestroy,
  type ChangeSet,
  type FoundStack,
  type ResourceChange,
  type StackDeclaration,
} from "./model.ts";
import { desire, planStack, type PlanOptions, type StackPlan } from "./plan.ts";
import { defaultPolicy, openPolicy } from "./policy.ts";
import { beginDeployment, described, recorded, settleOpen, versionOf } from "./receipts.ts";
import { renderStackPlan } from "./render.ts";
import type { Template } from "./template.ts";
import { mustBe, waitFor, type Waiting } from "./wait.ts";

export interface DeployOptions extends PlanOptions {
  readonly yes: boolean;
  /** Let this deployment replace and delete resources. */
  readonly replace: boolean;
  readonly receipts: ReceiptBook;
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
  for (let { seen } = options, overtaken = false; ; seen = undefined) {
    const desired = await desire(run, declaration, template);
    const plan = await planStack(run, waiting.client, desired, { adopt: options.adopt, seen });
    switch (plan.action) {
      case "same":
        if (hasSettings(plan.settings) && !(await mayDeploy(run, plan, options)))
          return { status: "declined", stack: plan.found, changes: [] };
        await applySettings(run, waiting, plan.settings, plan.found);
        await recordSame(run, waiting, plan, options);
        return { status: "same", stack: plan.found, changes: [] };
      case "create":
      case "update":
        try {
          return await carryOut(run, waiting, declaration, plan, options);
        } catch (error) {
          // Another run was quicker; this one has the lease now, and looks once more.
          if (overtaken || !isOvertaken(error)) throw error;
          overtaken = true;
        }
        break;
      default:
        if (!(await makeReady(run, waiting, plan, options)))
          return { status: "declined", stack: plan.found, changes: [] };
    }
  }
}

type Changing = Extract<StackPlan, { changeSet: ChangeSet }>;
type Same = Extract<StackPlan, { action: "same" }>;

/** What the book says where nothing had to be changed: an earlier run's end, and that this commit runs, too. */
export async function recordSame(
  { target }: DeployRun,
  waiting: Waiting,
  { wanted, found }: Pick<Same, "wanted" | "found">,
  { receipts }: DeployOptions,
): Promise<void> {
  await settleOpen(target, waiting, receipts, wanted);
  await receipts.confirm({ ...described(target, wanted), version: versionOf(found) });
}

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
  let receipt: OpenReceipt;
  const discard = async (): Promise<void> => (kept ? undefined : dropChangeSet(waiting.client, changeSet, action));
  try {
    refuseDestruction(plan, options);
    if (!(await mayDeploy(run, plan, options))) {
      await discard();
      return { status: "declined", stack: null, changes: changeSet.changes };
    }
    await beforeWrite(run);
    await runHooks(declaration.hooks.before, run, more);
    // Hooks can take their time.
    await beforeWrite(run);
    receipt = await beginDeployment(run.target, waiting, options.receipts, wanted, plan.found);
  } catch (error) {
    await discard().catch(() => undefined);
    throw error;
  }
  const stack = await recorded(run.target, waiting, receipt, { id: changeSet.stackId, wanted }, () =>
    action === "create" ? create(run, waiting, plan) : update(run, waiting, plan, options),
  );
  await runHooks(declaration.hooks.after, run, more);
  return { status: action === "create" ? "created" : "updated", stack, changes: changeSet.changes };
}

/** Shows a person what it is about, and asks, where the environment is protected. */
async function mayDeploy(
  run: DeployRun,
  plan: Extract<StackPlan, { settings: Settings }>,
  { yes }: DeployOptions,
): Promise<boolean> {
  if (!yes && (await run.prove()).protected) {
    run.context.terminal.show((style) => renderStackPlan(plan, style));
  }
  return run.approve(yes, `Deploy ${plan.wanted.name}?`);
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
  await applySettings(run, waiting, settingsToChange(wanted, stack, undefined), stack);
  return stack;
}

/** An opened stack policy is closed again, however the update ends. */
async function update(
  run: DeployRun,
  waiting: Waiting,
  { changeSet, wanted, found, settings }: Changing,
  { replace }: DeployOptions,
): Promise<FoundStack> {
  const { policy } = wanted;
  // By its id: another stack can have the name by now.
  const { stackId } = changeSet;
  const opens = replace && changeSet.changes.some((change) => destroys(change) || mayDestroy(change));
  const first = opens ? openPolicy : settings.policy;
  if (first !== undefined) await setPolicy(waiting, stackId, first);
  const close = async (): Promise<void> => (opens ? setPolicy(waiting, stackId, policy) : undefined);
  try {
    const stack = await execute(waiting, changeSet, "update", found ?? undefined);
    const { terminationProtection } = settingsToChange(wanted, stack, policy);
    await applySettings(run, waiting, { policy: undefined, terminationProtection }, stack);
    await close();
    return stack;
  } catch (error) {
    // What went wrong first is told; a policy that can't be closed now is closed by the next run.
    await close().catch(() => waiting.report({ type: "warning", message: policyLeftOpen(wanted.name) }));
    throw error;
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

/** Sets what of a stack stands beside its template. */
export async function applySettings(
  run: DeployRun,
  waiting: Waiting,
  settings: Settings,
  stack: FoundStack,
): Promise<void> {
  const { policy, terminationProtection } = settings;
  if (!hasSettings(settings)) return;
  await beforeWrite(run);
  if (policy !== undefined) await setPolicy(waiting, stack.id, policy);
  if (terminationProtection !== undefined) {
    await waiting.client.send(
      new UpdateTerminationProtectionCommand({
        StackName: stack.id,
        EnableTerminationProtection: terminationProtection,
      }),
    );
  }
}

async function setPolicy({ client }: Waiting, stackId: string, policy: string): Promise<void> {
  await client.send(new SetStackPolicyCommand({ StackName: stackId, StackPolicyBody: policy }));
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
