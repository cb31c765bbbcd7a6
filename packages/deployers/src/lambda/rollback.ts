/** Rolls one function back: finds by the receipts what its alias ran before, and gives that the traffic, at once. */

import { asBulkheadError } from "@bulkhead/core";
import { isUnanswered } from "@bulkhead/credentials";
import { isForeign } from "../owner.ts";
import { noPredecessor } from "../receipts/errors.ts";
import { predecessor } from "../receipts/history.ts";
import { functionUnit, type Receipt, type Side } from "../receipts/model.ts";
import { shortCommit } from "../receipts/render.ts";
import { readFunction, readVersion } from "./actual.ts";
import { digestOfCodeSha256 } from "./bundle/digest.ts";
import { foreignFunction, nothingRuns, predecessorGone } from "./errors.ts";
import type { FunctionDeclaration } from "./model.ts";
import type { Tools } from "./plan.ts";
import { endingOf, sideOf } from "./receipts.ts";
import { writeAlias } from "./traffic/alias.ts";
import { aliasMoved } from "./traffic/errors.ts";
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
  const seen = await findStep(tools, declaration);
  const { from, to } = seen;
  if (seen.isDone) return { status: "rolled back", from, to };
  const commit = to.commit === null ? "" : ` (commit ${shortCommit(to.commit)})`;
  const question = `Give alias ${alias} of ${functionName} back from version ${from.version} to ${to.version}${commit}?`;
  if (!(await run.approve(yes, question))) return { status: "declined", from, to };
  run.context.signal.throwIfAborted();
  // Who had the lease may have deployed this very function.
  const step = (await run.hold()).waited ? await findStep(tools, declaration) : seen;
  if (step.from.version !== from.version || step.to.version !== to.version) throw aliasMoved({ functionName, alias });
  run.lost.throwIfAborted();
  const { settings = "", dirty = false } = step.deployed ?? {};
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

async function findStep({ run, client, book }: Tools, declaration: FunctionDeclaration): Promise<Step> {
  const { name, alias } = declaration;
  const unit = functionUnit(declaration);
  const found = await readFunction(client, name, alias);
  if (!found?.alias || !found.live) throw nothingRuns(name, alias);
  if (isForeign(run.target, found.tags, false)) throw foreignFunction(found, run.target);
  const last = await book.last(unit);
  const settled = last?.result === "begun" ? await book.settle(unit, (begun) => endingOf(begun, found)) : last;
  if (last?.result === "begun" && settled?.verb === "rollback" && settled.result === "done") {
    const { from, to } = settled;
    if (from && to) return { isDone: true, alias: found.alias, from, to, deployed: undefined };
  }
  const receipts = await book.history(unit);
  const to = predecessor(receipts.toReversed(), { name, version: found.alias.version });
  const from = sideOf(found, settled);
  if (to === undefined || from === null) throw noPredecessor(unit, found.alias.version);
  const version = await readVersion(client, name, to.version);
  if (!version || digestOfCodeSha256(version.codeSha256) !== to.digest)
    throw predecessorGone(name, to.version, version !== null);
  await waitUntilReady(run, client, name, version);
  const deployed = receipts.find(
    (it) => it.result === "done" && it.verb !== "rollback" && it.to?.version === to.version,
  );
  return { isDone: false, alias: found.alias, from, to, deployed };
}
