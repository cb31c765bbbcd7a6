/** `deploy`: brings functions to what is declared, side by side, and says what became of each. */

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
import { functionUnit, type Source } from "../../receipts/model.ts";
import { findSuperseded } from "../../receipts/superseded.ts";
import { exitCodeOf, placeOf, type DeployRun } from "../../run.ts";
import { readFunction } from "../actual.ts";
import { deployFunction, type Deployed, type DeployOptions } from "../apply.ts";
import type { FunctionDeclaration, WantedCode } from "../model.ts";
import { endingOf } from "../receipts.ts";
import { planDocument, renderFunctionPlan } from "../render.ts";
import { makeReady, openFunctions, type Opened } from "./open.ts";

export interface DeployFlags {
  readonly adopt: boolean;
  readonly yes: boolean;
  readonly "skip-superseded": boolean;
}

type Outcome = NotDeployed | (Part & { readonly outcome: "deployed" } & Deployed);

export async function runDeploy(run: DeployRun, flags: DeployFlags): Promise<Result> {
  const opened = openFunctions(run);
  const superseded = flags["skip-superseded"] ? await supersededUnits(opened) : new Map<string, string>();
  const units = opened.functions.map(functionUnit).filter((unit) => !superseded.has(unit));
  await checkGate(run, "lambda", units, opened.book);
  if (units.length > 0) await runHooks(run.target.hooks.before, run);
  return deployFunctions(opened, {
    ...flags,
    verb: "deploy",
    superseded,
    codeOf: async (declaration) => ({ code: await makeReady(opened, declaration) }),
  });
}

/** Under the lease, so that no other job comes between. */
async function supersededUnits({ run, client, book, functions }: Opened): Promise<ReadonlyMap<string, string>> {
  await run.hold();
  return findSuperseded(book, run.target.folder, functions.map(functionUnit), async (unit) => {
    const last = await book.last(unit);
    const declaration = functions.find((one) => functionUnit(one) === unit);
    if (last?.result !== "begun" || !declaration) return last;
    const found = await readFunction(client, declaration.name, declaration.alias);
    // A shift that was cut off is left to the deployment, which may take it up.
    if (found?.alias && found.alias.weights.size > 0) return last;
    return book.settle(unit, (begun) => endingOf(begun, found));
  });
}

export interface DeployHow extends Omit<DeployOptions, "source"> {
  /** The newer commit that runs already, by unit: these are left alone. */
  readonly superseded: ReadonlyMap<string, string>;
  /** The code that a function is to get, and where it comes from, if not from what is checked out. */
  codeOf(declaration: FunctionDeclaration): Promise<{ readonly code: WantedCode; readonly source?: Source }>;
}

/** Deploys functions from any source, runs the last hooks, and tells who is to be notified. */
export async function deployFunctions(opened: Opened, how: DeployHow): Promise<Result> {
  const { run, functions } = opened;
  const { context } = run;
  const limit = pLimit(context.flags.concurrency);
  const told = new Set<BulkheadError>();
  const outcomes = await Promise.all(
    functions.map((declaration) =>
      limit(async (): Promise<Outcome> => {
        const { key, name } = declaration;
        const by = how.superseded.get(functionUnit(declaration));
        if (by !== undefined) return { key, name, outcome: "superseded", by };
        if (context.signal.aborted) return { key, name, outcome: "not tried", reason: "interrupted" };
        try {
          const { code, source } = await how.codeOf(declaration);
          const deployed = await deployFunction(opened, declaration, code, { ...how, source });
          return { key, name, outcome: "deployed", ...deployed };
        } catch (error) {
          if (error === context.signal.reason) return { key, name, outcome: "not tried", reason: "interrupted" };
          const reason = asBulkheadError(error);
          // What stops the whole run (the fence, the lease) is told once.
          if (told.has(reason))
            return { key, name, outcome: "not tried", reason: `as for the others (${reason.code})` };
          told.add(reason);
          return { key, name, outcome: "failed", error: reason };
        }
      }),
    ),
  );
  const incomplete = outcomes.some((one) => one.outcome === "failed" || one.outcome === "not tried" || isDeclined(one));
  const tried = outcomes.some(({ outcome }) => outcome !== "superseded");
  const ending = incomplete || !tried ? undefined : await endWith(run);
  const failed = incomplete || ending !== undefined;
  const document = {
    kind: "function-deployment",
    version: 1,
    ...placeOf(run),
    succeeded: !failed,
    functions: outcomes.map(outcomeDocument),
  };
  if (outcomes.some((one) => one.outcome !== "superseded" && !(one.outcome === "deployed" && one.status === "same"))) {
    const sentence = deploymentSentence(run.target, outcomes.map(sentenceOf), incomplete, ending);
    await notify(run, sentence, document);
  }
  if (ending) throw ending;
  return {
    exitCode: exitCodeOf(failed),
    document,
    text: (style) => outcomes.map((outcome) => renderOutcome(outcome, style)).join("\n"),
  };
}

function isDeclined(one: Outcome): boolean {
  return one.outcome === "deployed" && one.status === "declined";
}

function sentenceOf(one: Outcome): string {
  if (one.outcome !== "deployed") return `${one.name}: ${notDeployedSentence(one)}`;
  return `${one.name}: ${one.status}${one.version === undefined ? "" : `, version ${one.version}`}`;
}

function outcomeDocument(one: Outcome): JsonObject {
  if (one.outcome !== "deployed") return notDeployedDocument(one);
  const { key, name, status, version, changes } = one;
  return { ...planDocument(changes), key, name, status, version: version ?? null };
}

function renderOutcome(one: Outcome, style: Style): string {
  if (one.outcome !== "deployed") return renderNotDeployed(one, style);
  if (one.status === "declined") return `${style.dim("-")} ${one.name}: nothing was changed`;
  if (one.status === "same") return style.dim(`= ${one.name}: nothing to do`);
  const [, ...changed] = renderFunctionPlan({ ...one.changes, action: "update" }, style).split("\n");
  const version = one.version === undefined ? "" : `, version ${one.version}`;
  return [`${style.added("✓")} ${one.name}: ${one.status}${version}`, ...changed].join("\n");
}
