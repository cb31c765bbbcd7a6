/** `wire` and `unwire`: the events of functions that are deployed, brought to what is declared, or taken away. */

import { asBulkheadError, clean, type BulkheadError, type JsonObject, type Result, type Style } from "@bulkhead/core";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { notDoneDocument, renderNotDone } from "../../attempts.ts";
import { isForeign } from "../../owner.ts";
import { exitCodeOf, placeOf, type DeployRun } from "../../run.ts";
import { readFunction } from "../actual.ts";
import { tagFunction } from "../calls.ts";
import { chosenFunctions } from "../chosen.ts";
import { foreignFunction, notDeployed } from "../errors.ts";
import type { EventPlan, WiredFunction } from "../events/model.ts";
import { planEvents } from "../events/plan.ts";
import { wireEvents } from "../events/wire.ts";
import { bothManaged, managedTag } from "../extras/names.ts";
import type { FoundFunction, FunctionDeclaration } from "../model.ts";

interface Flags {
  readonly yes: boolean;
}

type Doing = "wire" | "unwire";

interface Planned {
  readonly declaration: FunctionDeclaration;
  readonly found: FoundFunction;
  readonly fn: WiredFunction;
  readonly plan: EventPlan;
}

type Outcome = Planned &
  ({ readonly status: "same" | "done" | "declined" } | { readonly status: "failed"; readonly error: BulkheadError });

export async function runWire(run: DeployRun, flags: Flags): Promise<Result> {
  return wireAll(run, flags, "wire");
}

export async function runUnwire(run: DeployRun, flags: Flags): Promise<Result> {
  return wireAll(run, flags, "unwire");
}

async function wireAll(run: DeployRun, { yes }: Flags, doing: Doing): Promise<Result> {
  const functions = chosenFunctions(run.target.functions, run.context.args);
  const planned = await Promise.all(functions.map((declaration) => planOne(run, declaration, doing)));
  const outcomes = await carryOut(run, planned, yes, doing);
  return {
    exitCode: exitCodeOf(outcomes.some(({ status }) => status === "failed" || status === "declined")),
    document: { kind: "wiring", version: 1, ...placeOf(run), functions: outcomes.map(outcomeDocument) },
    text: (style) => outcomes.map((outcome) => renderOutcome(outcome, doing, style)).join("\n"),
  };
}

/** @throws Lambda.NotDeployed, .ForeignFunction; what planning throws */
async function planOne(run: DeployRun, declaration: FunctionDeclaration, doing: Doing): Promise<Planned> {
  const { name, alias } = declaration;
  const found = await readFunction(run.access.client(LambdaClient, run.place), name, alias);
  if (!found?.alias) throw notDeployed(name, alias);
  if (isForeign(run.target, found.tags, false)) throw foreignFunction(found, run.target);
  const fn = { functionName: name, alias, exists: true };
  return { declaration, found, fn, plan: await planEvents(run, fn, eventsOf(declaration, doing)) };
}

function eventsOf({ events }: FunctionDeclaration, doing: Doing): FunctionDeclaration["events"] {
  return doing === "wire" ? events : [];
}

async function carryOut(
  run: DeployRun,
  planned: readonly Planned[],
  yes: boolean,
  doing: Doing,
): Promise<readonly Outcome[]> {
  const changing = planned.filter(({ plan }) => plan.changes.length > 0);
  if (changing.length === 0) return planned.map((one) => ({ ...one, status: "same" }));
  if (!yes && (await run.prove()).protected) {
    run.context.terminal.show((style) => changing.map((one) => renderPlan(one, style)).join("\n"));
  }
  const names = changing.map(({ declaration }) => declaration.name).join(", ");
  const approved = await run.approve(yes, `${doing === "wire" ? "Wire" : "Unwire"} ${names}?`);
  const outcomes: Outcome[] = [];
  for (const one of planned) {
    if (!changing.includes(one)) outcomes.push({ ...one, status: "same" });
    else if (!approved) outcomes.push({ ...one, status: "declined" });
    else outcomes.push(await wireOne(run, one, doing));
  }
  return outcomes;
}

async function wireOne(run: DeployRun, one: Planned, doing: Doing): Promise<Outcome> {
  const { declaration, found, fn } = one;
  try {
    await run.hold();
    run.lost.throwIfAborted();
    if (doing === "wire") await noteEvents(run, found);
    await wireEvents(run, fn, eventsOf(declaration, doing));
    return { ...one, status: "done" };
  } catch (error) {
    if (run.context.signal.aborted) throw error;
    return { ...one, status: "failed", error: asBulkheadError(error) };
  }
}

/** The function's tag says that it has events, before it has: so they are found when they leave the deploy file. */
async function noteEvents({ access, place }: DeployRun, { arn, tags }: FoundFunction): Promise<void> {
  const noted = bothManaged(tags, new Map([[managedTag, "events"]]));
  if (tags.get(managedTag) === noted) return;
  await tagFunction(access.client(LambdaClient, place), arn, new Map([[managedTag, noted]]));
}

function outcomeDocument(one: Outcome): JsonObject {
  const { declaration, plan, status } = one;
  const { key, name } = declaration;
  const failure = one.status === "failed" ? notDoneDocument(one) : {};
  return { key, name, status, ...(JSON.parse(JSON.stringify(plan)) as JsonObject), ...failure };
}

function renderOutcome(outcome: Outcome, doing: Doing, style: Style): string {
  const { declaration, plan, status } = outcome;
  const { name } = declaration;
  const others = plan.unmanaged.map((sentence) => style.dim(`    ! ${clean(sentence)}`));
  if (status === "same") return [style.dim(`= ${name}: nothing to do`), ...others].join("\n");
  if (status === "declined") return `${style.dim("-")} ${name}: nothing was changed`;
  if (outcome.status === "failed") return renderNotDone(name, outcome, style);
  const done = doing === "wire" ? "wired" : "unwired";
  return [`${style.added("✓")} ${name}: ${done}`, ...changeLines(plan), ...others].join("\n");
}

function renderPlan({ declaration, plan }: Planned, style: Style): string {
  return [style.changed(`~ ${declaration.name}: events`), ...changeLines(plan)].join("\n");
}

function changeLines({ changes }: EventPlan): readonly string[] {
  return changes.map(({ sentence }) => `    ${clean(sentence)}`);
}
