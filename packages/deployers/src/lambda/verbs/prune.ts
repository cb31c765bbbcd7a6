/** `prune`: deletes old versions that no alias and no rollback needs. */

import { asBulkheadError, type BulkheadError, type Result } from "@bulkhead/core";
import { notDoneDocument, renderNotDone } from "../../attempts.ts";
import { isForeign } from "../../owner.ts";
import { functionUnit } from "../../receipts/model.ts";
import { exitCodeOf, placeOf, type DeployRun } from "../../run.ts";
import { readAliases, readFunction, readVersions } from "../actual.ts";
import { deleteFunction } from "../calls.ts";
import { foreignFunction } from "../errors.ts";
import { versionsToPrune } from "../kept.ts";
import type { FunctionDeclaration } from "../model.ts";
import { openFunctions, type Opened } from "./open.ts";

export interface PruneFlags {
  readonly yes: boolean;
  /** Only says what would be deleted. */
  readonly "dry-run": boolean;
}

type Outcome = {
  readonly name: string;
  readonly versions: readonly string[];
  readonly kept: number;
} & ({ readonly status: "pruned" | "planned" } | { readonly status: "failed"; readonly error: BulkheadError });

export async function runPrune(run: DeployRun, flags: PruneFlags): Promise<Result> {
  const opened = openFunctions(run);
  const found = await Promise.all(opened.functions.map((declaration) => findOld(opened, declaration)));
  const old = found.filter(({ versions }) => versions.length > 0);
  const dry = flags["dry-run"];
  if (old.length > 0 && !dry) {
    const question = `Delete ${old.map(({ name, versions }) => `${versions.length} versions of ${name}`).join(", ")}?`;
    if (!(await run.approve(flags.yes, question))) {
      return { exitCode: exitCodeOf(true), text: () => "Nothing was changed." };
    }
    run.context.signal.throwIfAborted();
    await run.hold();
  }
  const outcomes: Outcome[] = [];
  for (const one of found) outcomes.push(dry ? { ...one, status: "planned" } : await pruneOne(opened, one));
  return {
    exitCode: exitCodeOf(outcomes.some(({ status }) => status === "failed")),
    document: {
      kind: "prune",
      version: 1,
      ...placeOf(run),
      functions: outcomes.map((one) => ({
        name: one.name,
        status: one.status,
        versions: one.versions,
        kept: one.kept,
        ...(one.status === "failed" ? notDoneDocument(one) : {}),
      })),
    },
    text: (style) =>
      outcomes
        .map((one) => {
          const { name, versions, kept } = one;
          if (one.status === "failed") return renderNotDone(name, one, style);
          if (versions.length === 0) return style.dim(`= ${name}: nothing to do, ${kept} versions`);
          const done = one.status === "pruned" ? "deleted" : "would be deleted";
          return `${style.removed("-")} ${name}: ${versions.join(", ")} ${done}, ${kept} versions stay`;
        })
        .join("\n"),
  };
}

type Old = Pick<Outcome, "name" | "versions" | "kept"> & { readonly declaration: FunctionDeclaration };

/** @throws Lambda.ForeignFunction */
async function findOld({ run, client, book }: Opened, declaration: FunctionDeclaration): Promise<Old> {
  const { key, name, alias, keepVersions } = declaration;
  const found = await readFunction(client, name, alias);
  if (!found) return { declaration, name, versions: [], kept: 0 };
  if (isForeign(run.target, found.tags, false)) throw foreignFunction(found, run.target);
  const [versions, aliases] = await Promise.all([readVersions(client, name), readAliases(client, name)]);
  const numbers = versions.map(({ version }) => version);
  const known = await Promise.all(
    [...aliases].map(async ([other, it]) => {
      const receipts = await book.history(functionUnit({ key, alias: other }));
      return { alias: it, receipts: receipts.toReversed() };
    }),
  );
  const old = versionsToPrune(name, numbers, known, keepVersions);
  return { declaration, name, versions: old, kept: numbers.length - old.length };
}

/** Looks again: under the lease, nobody moves an alias any more. */
async function pruneOne(opened: Opened, one: Old): Promise<Outcome> {
  const { name, declaration } = one;
  if (one.versions.length === 0) return { ...one, status: "pruned" };
  const { context, lost } = opened.run;
  try {
    const old = await findOld(opened, declaration);
    for (const version of old.versions) {
      context.signal.throwIfAborted();
      lost.throwIfAborted();
      await deleteFunction(opened.client, name, version);
    }
    return { ...old, status: "pruned" };
  } catch (error) {
    if (error === context.signal.reason) throw error;
    return { ...one, status: "failed", error: asBulkheadError(error) };
  }
}
