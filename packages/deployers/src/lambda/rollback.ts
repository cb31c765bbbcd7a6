/**
 * Rolls one function back: finds by the receipts what its alias ran before, and gives that the traffic, at once. Where
 * two versions share the traffic, the one that had all of it gets it again.
 */

import { asBulkheadError } from "@bulkhead/core";
import { isUnanswered } from "@bulkhead/credentials";
import { isForeign } from "../owner.ts";
import { noPredecessor } from "../receipts/errors.ts";
import { deploymentOf, predecessor } from "../receipts/history.ts";
import { functionUnit, type Receipt, type Side } from "../receipts/model.ts";
import { shortCommit } from "../receipts/render.ts";
import { readFunction, readVersion } from "./actual.ts";
import { digestOfCodeSha256 } from "./bundle/digest.ts";
import { foreignFunction, nothingRuns, predecessorGone } from "./errors.ts";
import type { FunctionDeclaration } from "./model.ts";
import type { Tools } from "./plan.ts";
import { endingOf, sideOf } from "./receipts.ts";
import { writeAlias } from "./traffic/alias.ts";
import type { FoundAlias } from "./traffic/model.ts";
import { waitUntilReady } from "./wait.ts";

export interface RolledBack {
  readonly status: "rolled back" | "declined";
  readonly from: Side;
  readonly to: Side;
}

/**
 * What stands beside versions (URL, permissions, events, concurrency) stays as it is.
 * @throws Receipt.NoPredecessor; Lambda.NothingRuns, .PredecessorGone, .ForeignFunction, .AliasMoved; Deploy.NeedsYes
 */
export async function rollBackFunction(
  tools: Tools,
  declaration: FunctionDeclaration,
  yes: boolean,
): Promise<RolledBack> {
  const { run, client, book } = tools;
  const { name: functionName, alias } = declaration;
  // First of all: then what is seen stays so, also while a person thinks.
  await run.hold();
  const step = await findStep(tools, declaration);
  const { from, to } = step;
  if (step.isDone) return { status: "rolled back", from, to };
  const commit = to.commit === null ? "" : ` (commit ${shortCommit(to.commit)})`;
  const question = `Give alias ${alias} of ${functionName} back from version ${from.version} to ${to.version}${commit}?`;
  if (!(await run.approve(yes, question))) return { status: "declined", from, to };
  run.context.signal.throwIfAborted();
  run.lost.throwIfAborted();
  // Of what the book has forgotten nobody can say that it was clean.
  const { settings = "", dirty = to.commit !== null } = step.deployed ?? {};
  const receipt = await book.begin({
    ...{ unit: functionUnit(declaration), name: functionName, verb: "rollback", digest: to.digest, settings, from },
    source: { commit: to.commit, dirty },
  });
  try {
    await writeAlias(client, { functionName, alias, revisionId: step.alias.revisionId }, to.version);
  } catch (error) {
    // Without an answer nobody knows; the next run looks.
    if (!isUnanswered(error)) await receipt.failed(asBulkheadError(error).message);
    throw error;
  }
  await receipt.done(to);
  return { status: "rolled back", from, to };
}

interface Step {
  /** An earlier run was cut off when it had done this very rollback: to roll back again isn't what is meant. */
  readonly isDone: boolean;
  readonly alias: FoundAlias;
  readonly from: Side;
  readonly to: Side;
  /** The receipt of the predecessor's own deployment, where the book still has it. */
  readonly deployed: Receipt | undefined;
}

async function findStep(tools: Tools, declaration: FunctionDeclaration): Promise<Step> {
  const { run, client, book } = tools;
  const { name, alias } = declaration;
  const unit = functionUnit(declaration);
  const found = await readFunction(client, name, alias);
  if (!found?.alias || !found.live) throw nothingRuns(name, alias);
  if (isForeign(run.target, found.tags, false)) throw foreignFunction(found, run.target);
  const last = await book.last(unit);
  const settled = last?.result === "begun" ? await book.settle(unit, (begun) => endingOf(begun, found)) : last;
  const runs = sideOf(found, settled);
  const [shifted] = found.alias.weights.keys();
  if (shifted === undefined && last?.result === "begun" && settled?.verb === "rollback" && settled.result === "done") {
    const { from, to } = settled;
    if (from && to) return { isDone: true, alias: found.alias, from, to, deployed: undefined };
  }
  const receipts = await book.history(unit);
  if (shifted !== undefined && runs) {
    const from = await sideOfShifted(tools, name, shifted, last);
    return { isDone: false, alias: found.alias, from, to: runs, deployed: deploymentOf(receipts, name, runs) };
  }
  const to = predecessor(receipts.toReversed(), { name, version: found.alias.version });
  if (to === undefined || runs === null) throw noPredecessor(unit, found.alias.version);
  const version = await readVersion(client, name, to.version);
  if (!version || digestOfCodeSha256(version.codeSha256) !== to.digest)
    throw predecessorGone(name, to.version, version !== null);
  await waitUntilReady(run, client, name, version);
  return { isDone: false, alias: found.alias, from: runs, to, deployed: deploymentOf(receipts, name, to) };
}

/** The version that has some of the traffic: of a shift that was cut off, or by hand. */
async function sideOfShifted(
  { client }: Tools,
  name: string,
  version: string,
  last: Receipt | undefined,
): Promise<Side> {
  const found = await readVersion(client, name, version);
  const digest = found && digestOfCodeSha256(found.codeSha256);
  return { version, digest, commit: digest !== null && last?.digest === digest ? last.commit : null };
}
