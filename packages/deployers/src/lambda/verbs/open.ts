/** What the verbs begin with: the client, the functions that are meant, and what serves all of them. */

import { LambdaClient } from "@aws-sdk/client-lambda";
import { openReceiptBook } from "../../receipts/book.ts";
import type { DeployRun } from "../../run.ts";
import { bundleDeclared } from "../bundle/bundle.ts";
import { checkDirect, checkWithLayers } from "../bundle/limits.ts";
import { chosenFunctions } from "../chosen.ts";
import { openLayerBook } from "../layer-book.ts";
import type { FunctionDeclaration } from "../model.ts";
import type { Tools } from "../plan.ts";
import { watchAlarms } from "../traffic/alarms.ts";
import type { CodeBundle } from "../bundle/model.ts";

export interface Opened extends Tools {
  /** The functions that were named, or all. */
  readonly functions: readonly FunctionDeclaration[];
}

/** @throws Lambda.UnknownFunction */
export function openFunctions(run: DeployRun): Opened {
  return {
    run,
    client: run.access.client(LambdaClient, run.place),
    book: openReceiptBook(run, "lambda"),
    alarms: watchAlarms(run),
    layers: openLayerBook(run),
    functions: chosenFunctions(run.target.functions, run.context.args),
  };
}

/**
 * Bundles a function's code, and looks for its layers.
 * @throws Bundle.*
 */
export async function makeReady(
  { run, layers }: Pick<Tools, "run" | "layers">,
  declaration: FunctionDeclaration,
): Promise<CodeBundle> {
  const bundle = await bundleDeclared(declaration, run.target.folder, run.context.report);
  await checkWithLayersOf({ run, layers }, declaration, bundle);
  return bundle;
}

/** Also where the code comes from elsewhere. @throws Bundle.TooLarge, Bundle.NeedsBucket */
export async function checkWithLayersOf(
  { run, layers }: Pick<Tools, "run" | "layers">,
  declaration: FunctionDeclaration,
  { bytes, unzippedBytes }: CodeBundle,
): Promise<void> {
  const { code } = declaration;
  const used = await layers.plan(declaration);
  const parts = used.map(({ declaration: layer, bundle }) => ({ path: layer.code.path, bytes: bundle.unzippedBytes }));
  checkWithLayers(code.path, [{ path: code.path, bytes: unzippedBytes }, ...parts], code.where);
  if (!run.target.artifactBucket) checkDirect(code.path, bytes, code.where);
}
