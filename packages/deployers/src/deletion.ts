/** Deleting, whatever is deleted: somebody is asked first, and what became of each part is told. */

import type { JsonObject, Result, Style } from "@bulkhead/core";
import { notDoneDocument, renderNotDone, type NotDone } from "./attempts.ts";
import { deleteNeedsYes } from "./errors.ts";
import { exitCodeOf, placeOf, type DeployRun } from "./run.ts";

/** What became of something that was to be deleted. */
export type Deletion = { readonly name: string } & ({ readonly status: "deleted" | "absent" } | NotDone);

/**
 * Asks, and takes the lease.
 * @param names what there is to delete
 * @param what such as `with all versions`
 * @returns whether to go on; without anything to delete, there is nothing to ask
 * @throws Deploy.OutsideFence, Deploy.DeleteNeedsYes
 */
export async function mayDelete(
  run: DeployRun,
  names: readonly string[],
  what: string,
  yes: boolean,
): Promise<boolean> {
  if (names.length === 0) return true;
  const { terminal, signal } = run.context;
  const { account, region, environment } = run.target;
  await run.prove();
  if (!yes) {
    if (!terminal.interactive) throw deleteNeedsYes();
    const question = `Delete ${names.join(", ")} in ${environment ?? account} (${region}), ${what}?`;
    if (!(await terminal.confirm(question))) return false;
  }
  signal.throwIfAborted();
  await run.hold();
  return true;
}

export const nothingDeleted: Result = { exitCode: exitCodeOf(true), text: () => "Nothing was changed." };

/** @param kind of the document; @param field of it that holds the parts */
export function deletionResult(run: DeployRun, kind: string, field: string, deletions: readonly Deletion[]): Result {
  return {
    exitCode: exitCodeOf(deletions.some(({ status }) => status === "failed" || status === "not tried")),
    document: { kind, version: 1, ...placeOf(run), [field]: deletions.map(deletionDocument) },
    text: (style) => deletions.map((one) => renderDeletion(one, style)).join("\n"),
  };
}

function deletionDocument(one: Deletion): JsonObject {
  const { name, status } = one;
  return one.status === "failed" || one.status === "not tried" ? { name, ...notDoneDocument(one) } : { name, status };
}

function renderDeletion(one: Deletion, style: Style): string {
  if (one.status === "failed" || one.status === "not tried") return renderNotDone(one.name, one, style);
  if (one.status === "absent") return style.dim(`= ${one.name}: doesn't exist`);
  return `${style.added("✓")} ${one.name}: deleted`;
}
