/** Deploys one function: plans, brings code and configuration, publishes, pings, and gives the new version the traffic. */

import { asBulkheadError, BulkheadError, canonicalJson } from "@bulkhead/core";
import { isUnanswered } from "@bulkhead/credentials";
import { runHooks } from "../hooks.ts";
import { functionUnit, type OpenReceipt, type Side, type Source, type Verb } from "../receipts/model.ts";
import { bring } from "./bring.ts";
import { desiredFunction } from "./desired.ts";
import { isOvertaken, overtaken } from "./errors.ts";
import type { FunctionDeclaration, WantedCode } from "./model.ts";
import { planFunction, type FunctionChanges, type FunctionPlan, type Tools } from "./plan.ts";
import { endingOf, settingsHash, sideOf } from "./receipts.ts";
import { planDocument, renderFunctionPlan } from "./render.ts";
import { waitUntilSettled } from "./wait.ts";

export interface DeployOptions {
  /** Whether a function without an owner may be taken over. */
  readonly adopt: boolean;
  readonly yes: boolean;
  readonly verb: Extract<Verb, "deploy" | "promote">;
  /** Where the code comes from, if not from what is checked out. */
  readonly source?: Source | undefined;
}

export interface Deployed {
  readonly status: "same" | "created" | "updated" | "declined";
  /** The version that the alias points to. */
  readonly version: string | undefined;
  readonly changes: FunctionChanges;
}

/** How often others may come between before it is told. */
const patience = 5;

/**
 * Deploys a function. Killed anywhere, the next call sees in AWS what is left and finishes it.
 * @throws what planning and looking up throw; Lambda.VersionFailed, .PingFailed, .TurnedBack, .Overtaken,
 *   .CodeStorageExceeded; Deploy.NeedsYes; Hook.Failed
 */
export async function deployFunction(
  tools: Tools,
  declaration: FunctionDeclaration,
  code: WantedCode,
  options: DeployOptions,
): Promise<Deployed> {
  const progress: Progress = { approved: undefined, held: false, hooked: false, begun: undefined, runs: undefined };
  try {
    for (let tries = 1; ;) {
      try {
        const deployed = await attempt(tools, declaration, code, options, progress);
        if (deployed) return deployed;
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        if (tries++ >= patience) throw overtaken(declaration.name, error);
      }
    }
  } catch (error) {
    await endReceipt(progress, error);
    throw error;
  }
}

/** How far a deployment has come, over all attempts. */
interface Progress {
  /** What a person was shown, and agreed to. */
  approved: string | undefined;
  held: boolean;
  hooked: boolean;
  /** The open receipt, and what the function was before it. */
  begun: { readonly receipt: OpenReceipt; readonly status: "created" | "updated" } | undefined;
  /** What runs, where the alias was moved already. */
  runs: Side | undefined;
}

/** @returns undefined where the function has to be looked at anew */
async function attempt(
  tools: Tools,
  declaration: FunctionDeclaration,
  code: WantedCode,
  options: DeployOptions,
  progress: Progress,
): Promise<Deployed | undefined> {
  const { run, book, layers } = tools;
  const { target, resolver, context } = run;
  const { name } = declaration;
  const desired = await desiredFunction(declaration, code, target, resolver, layers.arnOf);
  const plan = await planFunction(tools, declaration, desired, options);
  if (plan.action === "join") {
    await join(tools, plan);
    return undefined;
  }
  const { wanted, found, last } = plan;
  const unit = functionUnit(declaration);
  const settle = () => book.settle(unit, (begun) => endingOf(begun, found));
  const more = { BULKHEAD_FUNCTION: name };
  const finish = async (
    side: Pick<Side, "version" | "digest">,
    begun: NonNullable<Progress["begun"]>,
  ): Promise<Deployed> => {
    await begun.receipt.done(side);
    progress.begun = undefined;
    await runHooks(declaration.hooks.after, run, more);
    return { status: begun.status, version: side.version, changes: plan };
  };
  /** Takes the lease. @returns whether others have deployed this very function since it was looked at */
  const wasOvertaken = async (): Promise<boolean> => {
    const { waited } = await run.hold();
    run.lost.throwIfAborted();
    if (progress.held) return false;
    progress.held = true;
    const latest = await book.latest(unit);
    if (!waited && latest?.at === last?.at && latest?.result === last?.result) return false;
    resolver.forget();
    return true;
  };
  const runs = sideOf(found, last);
  if (plan.action === "same" && runs) {
    // The answer to the last write was lost.
    if (progress.begun) return finish(runs, progress.begun);
    if (last?.result === "begun") {
      if (await wasOvertaken()) return undefined;
      await settle();
    }
    const { source } = options;
    await book.confirm({ ...runs, unit, name, settings: settingsHash(wanted), source });
    return { status: "same", version: runs.version, changes: plan };
  }
  const shown = canonicalJson(planDocument(plan));
  if (!progress.begun && progress.approved !== shown) {
    if (!(await mayDeploy(tools, plan, options))) return { status: "declined", version: undefined, changes: plan };
    progress.approved = shown;
  }
  context.signal.throwIfAborted();
  if (await wasOvertaken()) return undefined;
  if (!progress.hooked) {
    await runHooks(declaration.hooks.before, run, more);
    progress.hooked = true;
    // Hooks can take their time.
    context.signal.throwIfAborted();
    run.lost.throwIfAborted();
  }
  if (!progress.begun) {
    const from = sideOf(found, await settle());
    const { verb, source } = options;
    const { digest } = code;
    const receipt = await book.begin({ unit, name, verb, digest, settings: settingsHash(wanted), from, source });
    progress.begun = { receipt, status: plan.action === "create" ? "created" : "updated" };
  }
  if (layers.pending(declaration)) {
    await layers.publish(declaration);
    return undefined;
  }
  const { commit } = progress.begun.receipt.begun;
  const version = await bring(tools, declaration, plan, (moved) => {
    progress.runs = { version: moved, digest: code.digest, commit };
  });
  return finish({ version, digest: code.digest }, progress.begun);
}

async function join(
  { run, client }: Tools,
  { wanted: { name }, found, reason }: Extract<FunctionPlan, { action: "join" }>,
): Promise<void> {
  run.context.report({ type: "waiting", subject: name, reason });
  await waitUntilSettled(run, client, name, found.latest);
  if (found.live) await waitUntilSettled(run, client, name, found.live);
}

/** Shows a person what it is about, and asks, where the environment is protected. */
async function mayDeploy(
  { run }: Tools,
  plan: Exclude<FunctionPlan, { action: "join" }>,
  { yes }: DeployOptions,
): Promise<boolean> {
  if (!yes && (await run.prove()).protected) run.context.terminal.show((style) => renderFunctionPlan(plan, style));
  return run.approve(yes, `Deploy ${plan.wanted.name}?`);
}

/** Tells the book how it failed, and what runs now. */
async function endReceipt({ begun, runs }: Progress, error: unknown): Promise<void> {
  // Where AWS didn't answer, nobody knows yet what became of it; the next run looks.
  if (!begun || isUnanswered(error)) return;
  const { receipt } = begun;
  const { code, message } = asBulkheadError(error);
  const turned = error instanceof BulkheadError && code === "Lambda.TurnedBack";
  if (turned) await receipt.turnedBack(message, runs);
  else await receipt.failed(message, runs);
}
