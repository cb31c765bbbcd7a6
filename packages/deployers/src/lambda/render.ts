/** Plans of functions: as text for a terminal, and as a document. */

import { clean, type JsonObject, type Style } from "@bulkhead/core";
import type { FieldChange } from "./model.ts";
import type { FunctionChanges, FunctionPlan } from "./plan.ts";

const longest = 200;

export function renderFunctionPlan(plan: FunctionPlan, style: Style): string {
  const { name, alias } = plan.wanted;
  if (plan.action === "join") return style.changed(`? ${name}: ${plan.reason}`);
  if (plan.action === "same") return style.dim(`= ${name}: nothing to do`);
  const { found, moved, shift, drift, events } = plan;
  const head = plan.action === "create" ? style.added(`+ ${name}: create`) : style.changed(`~ ${name}: update`);
  const notes = [
    ...(moved ? [`alias ${alias} was moved by hand from ${moved.from} to ${moved.to}`] : []),
    ...(found && !found.alias ? [`alias ${alias} is made`] : []),
    ...(shift.action === "turn back" ? [`${shift.reason}; its traffic is turned back`] : []),
    ...(shift.action === "take up" ? ["a shift of traffic that was cut off is taken up"] : []),
    ...(plan.publish || (!plan.code && !plan.configuration) ? [] : ["$LATEST is put right; no new version is needed"]),
  ];
  return [
    head,
    ...notes.map((note) => style.changed(`    ! ${note}`)),
    ...(drift.length > 0 ? [style.changed("    ! $LATEST isn't what was published:")] : []),
    ...drift.map((change) => `        ${changeLine(change, style)}`),
    ...[...plan.changes, ...plan.tags, ...plan.extras].map((change) => `    ${changeLine(change, style)}`),
    ...events.changes.map(({ sentence }) => `    ${clean(sentence)}`),
  ].join("\n");
}

/** `memory 128 → 256` */
function changeLine({ field, before, after }: FieldChange, style: Style): string {
  const from = style.removed(shorten(before) ?? "(not set)");
  return `${field} ${from} → ${style.added(shorten(after) ?? "(not set)")}`;
}

function shorten(text: string | null): string | undefined {
  const line = text === null ? undefined : clean(text);
  return line !== undefined && line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** What differs, and what was changed by hand. */
export function planDocument({ changes, tags, extras, events, drift, moved }: FunctionChanges): JsonObject {
  const all = { changes: [...changes, ...tags, ...extras], events: events.changes, drift, movedByHand: moved ?? null };
  return JSON.parse(JSON.stringify(all)) as JsonObject;
}
