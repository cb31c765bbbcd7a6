/** `deploy`: brings functions to what is declared, side by side, and says what became of each. */

import type { Result } from "@bulkhead/core";
import { attempts } from "../../attempts.ts";
import { endDeployment, type PartOutcome, type Telling } from "../../deployment.ts";
import { runHooks } from "../../hooks.ts";
import { checkGate } from "../../receipts/gate.ts";
import { functionUnit, type Source } from "../../receipts/model.ts";
import { findSuperseded } from "../../receipts/superseded.ts";
import type { DeployRun } from "../../run.ts";
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
  const attempt = attempts(run);
  const outcomes = await Promise.all(
    functions.map(async (declaration): Promise<PartOutcome<Deployed>> => {
      const { key, name } = declaration;
      const by = how.superseded.get(functionUnit(declaration));
      if (by !== undefined) return { key, name, status: "superseded", by };
      const outcome = await attempt(async () => {
        const { code, source } = await how.codeOf(declaration);
        return deployFunction(opened, declaration, code, { ...how, source });
      });
      return { key, name, ...outcome };
    }),
  );
  return endDeployment(run, outcomes, telling);
}

const telling: Telling<Deployed> = {
  kind: "function-deployment",
  field: "functions",
  sentence: ({ status, version }) => `${status}${version === undefined ? "" : `, version ${version}`}`,
  document: ({ version, changes }) => ({ ...planDocument(changes), version: version ?? null }),
  details: ({ changes }, style) => {
    const [, ...lines] = renderFunctionPlan({ ...changes, action: "update" }, style).split("\n");
    return lines;
  },
};
