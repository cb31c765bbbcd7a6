/** `delete`: deletes the application's own functions with all their versions, and what is wired to them. */

import { asBulkheadError, type Result } from "@bulkhead/core";
import { isUnanswered } from "@bulkhead/credentials";
import { deletionResult, mayDelete, nothingDeleted, type Deletion } from "../../deletion.ts";
import { functionUnit } from "../../receipts/model.ts";
import type { DeployRun } from "../../run.ts";
import { isForeign } from "../../owner.ts";
import { readFunction } from "../actual.ts";
import { deleteFunction } from "../calls.ts";
import { foreignFunction } from "../errors.ts";
import { wireEvents } from "../events/wire.ts";
import { manages } from "../extras/names.ts";
import type { FoundFunction, FunctionDeclaration } from "../model.ts";
import { endingOf, sideOf } from "../receipts.ts";
import { openFunctions, type Opened } from "./open.ts";

export async function runDelete(run: DeployRun, { yes }: { readonly yes: boolean }): Promise<Result> {
  const opened = openFunctions(run);
  const { client, functions } = opened;
  const { signal } = run.context;
  const found = new Map<string, FoundFunction>();
  for (const { key, name, alias } of functions) {
    const one = await readFunction(client, name, alias);
    if (!one) continue;
    if (isForeign(run.target, one.tags, false)) throw foreignFunction(one, run.target);
    found.set(key, one);
  }
  const names = [...found.values()].map(({ name }) => name);
  if (!(await mayDelete(run, names, "with all versions", yes))) return nothingDeleted;
  const outcomes: Deletion[] = [];
  for (const declaration of functions) {
    const { key, name } = declaration;
    const one = found.get(key);
    if (signal.aborted || run.lost.aborted) {
      outcomes.push({ name, status: "not tried", reason: "interrupted" });
      continue;
    }
    try {
      await deleteOne(opened, declaration, one ?? null);
      outcomes.push({ name, status: one ? "deleted" : "absent" });
    } catch (error) {
      outcomes.push({ name, status: "failed", error: asBulkheadError(error) });
    }
  }
  return deletionResult(run, "function-deletion", "functions", outcomes);
}

async function deleteOne(
  { run, client, book }: Opened,
  declaration: FunctionDeclaration,
  found: FoundFunction | null,
): Promise<void> {
  const { name, alias, events } = declaration;
  const unit = functionUnit(declaration);
  const open = await book.last(unit);
  const last = open?.result === "begun" ? await book.settle(unit, (begun) => endingOf(begun, found)) : open;
  if (!found) return;
  const from = sideOf(found, last);
  const receipt = await book.begin({ unit, name, verb: "delete", digest: null, settings: "", from });
  try {
    // What is wired outlives the function, and would fail for ever.
    if (events.length > 0 || manages(found.tags, "events")) {
      await wireEvents(run, { functionName: name, alias, exists: found.alias !== null }, []);
    }
    await deleteFunction(client, name);
  } catch (error) {
    // Where AWS didn't answer, nobody knows yet what became of it; the next run looks.
    if (!isUnanswered(error)) await receipt.failed(asBulkheadError(error).message);
    throw error;
  }
  await receipt.done(null);
}
