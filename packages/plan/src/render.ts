/** Plans and their outcomes as text for a terminal and as Markdown for a pull request. */

import { clean, type Json, type Style } from "@bulkhead/core";
import { outcomeLine, type Outcome } from "./apply.ts";
import { isEmpty, type Action, type Change, type Cost, type Deferred, type Plan } from "./change.ts";
import { fieldChanges, type FieldChange } from "./fields.ts";
import { planId } from "./plan-file.ts";

const signs: Record<Action, string> = { create: "+", update: "~", replace: "±", delete: "-" };

/** The plan for a terminal: each change with its sentence, and its fields before and after. */
export function renderPlan(plan: Plan, style: Style): string {
  const lines: string[] = [];
  for (const change of plan.changes) {
    lines.push(paint(change.action, style)(`${signs[change.action]} ${clean(change.sentence)}`));
    for (const field of shownFields(change)) lines.push(`    ${fieldLine(field, style)}`);
  }
  section(
    lines,
    style,
    "Held back",
    plan.held,
    ({ change, reason }) => `${signs[change.action]} ${change.sentence}: ${reason}`,
  );
  section(lines, style, "Deferred", plan.deferred, deferredLine);
  section(lines, style, "Not read", plan.unread, deferredLine);
  section(lines, style, "Unmanaged, left alone", plan.unmanaged, ({ sentence }) => sentence);
  section(lines, style, "Warnings", plan.warnings, (warning) => warning);
  if (plan.held.some(({ approvable }) => approvable)) {
    lines.push(
      "",
      `To let through what the ceiling holds back, save this plan and apply it with --approve ${planId(plan)}`,
    );
  }
  if (lines.length > 0) lines.push("");
  return [...lines, style.bold(summarise(plan))].join("\n");
}

function section<T>(
  lines: string[],
  style: Style,
  title: string,
  items: readonly T[],
  text: (item: T) => string,
): void {
  if (items.length === 0) return;
  lines.push("", style.bold(title), ...items.map((item) => `  ${clean(text(item))}`));
}

function deferredLine({ stage, account, reason }: Deferred): string {
  return `${stage} in ${account}: ${reason}`;
}

/** The plan for a pull request: a table of changes, with the fields folded away. */
export function renderPlanMarkdown(plan: Plan): string {
  const lines = [`### Bulkhead plan \`${planId(plan)}\``, "", `**${summarise(plan)}**`];
  if (plan.changes.length > 0) {
    lines.push("", "| | change | account | region |", "|---|---|---|---|");
    for (const change of plan.changes) {
      const cells = [change.sentence, change.account, change.region].map(escapeMarkdown);
      lines.push(`| \`${signs[change.action]}\` | ${cells.join(" | ")} |`);
    }
    lines.push(
      "",
      "<details><summary>Fields</summary>",
      "",
      "```diff",
      ...plan.changes.flatMap(diffLines),
      "```",
      "",
      "</details>",
    );
  }
  const list = <T>(title: string, items: readonly T[], text: (item: T) => string): void => {
    if (items.length > 0)
      lines.push("", `#### ${title}`, "", ...items.map((item) => `- ${escapeMarkdown(text(item))}`));
  };
  list("Held back", plan.held, ({ change, reason }) => `${change.sentence}: ${reason}`);
  list("Deferred", plan.deferred, deferredLine);
  list("Not read", plan.unread, deferredLine);
  list("Unmanaged, left alone", plan.unmanaged, ({ sentence }) => sentence);
  list("Warnings", plan.warnings, (warning) => warning);
  return lines.join("\n");
}

function diffLines(change: Change): string[] {
  const fields = fieldChanges(change.before, change.after).flatMap(({ path, before, after }) => [
    ...(before === undefined ? [] : [`-   ${path}: ${value(before)}`]),
    ...(after === undefined ? [] : [`+   ${path}: ${value(after)}`]),
  ]);
  return [`# ${clean(change.sentence)}`, ...fields].map((line) => line.replaceAll("```", "'''"));
}

/** `3 to create, 1 to update`, or that there is nothing to do. */
export function summarise(plan: Plan): string {
  if (isEmpty(plan)) return "Nothing to do: AWS is as the file says.";
  const count = (action: Action): number => plan.changes.filter((change) => change.action === action).length;
  const parts: [number, string][] = [
    [count("create"), "to create"],
    [count("update"), "to update"],
    [count("replace"), "to replace"],
    [count("delete"), "to delete"],
    [plan.deferred.length, "deferred"],
    [plan.unread.length, "not read"],
    [plan.held.length, "held back"],
  ];
  return `Plan: ${counted(parts)}.${plan.changes.length > 0 ? ` ${describeCost(plan.cost)}` : ""}`;
}

function describeCost({ calls, seconds }: Cost): string {
  const time = seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
  return `About ${calls} calls, ${time}.`;
}

function counted(parts: readonly [number, string][]): string {
  return parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(", ");
}

/** What an apply did, what failed and why, what was not tried, and what is left for another run. */
export function renderOutcomes(outcomes: readonly Outcome[], left: readonly Deferred[], style: Style): string {
  const lines = outcomes
    .filter(({ status }) => status !== "done")
    .map((outcome) => {
      const error = outcome.status === "failed" ? outcome.error : undefined;
      const code = error ? ` ${style.dim(`(${error.code})`)}` : "";
      const next = error?.next ? `\n    ${error.next}` : "";
      return `${style.removed("✗")} ${clean(outcomeLine(outcome))}${code}${next}`;
    });
  const waiting = left.map((deferred) => `${style.changed("…")} ${clean(deferredLine(deferred))}`);
  return [...lines, ...waiting, style.bold(summariseOutcomes(outcomes))].join("\n");
}

export function summariseOutcomes(outcomes: readonly Outcome[]): string {
  const count = (test: (outcome: Outcome) => boolean): number => outcomes.filter(test).length;
  const parts: [number, string][] = [
    [count((outcome) => outcome.status === "done" && outcome.written), "changed"],
    [count((outcome) => outcome.status === "done" && !outcome.written), "done already"],
    [count(({ status }) => status === "failed"), "failed"],
    [count(({ status }) => status === "refused"), "refused"],
    [count(({ status }) => status === "not tried"), "not tried"],
  ];
  return `Applied: ${counted(parts) || "nothing"}.`;
}

/** A create's sentence says it all; elsewhere the fields are the news. */
function shownFields(change: Change): FieldChange[] {
  return change.action === "create" ? [] : fieldChanges(change.before, change.after);
}

function fieldLine({ path, before, after }: FieldChange, style: Style): string {
  const from = before === undefined ? style.dim("(none)") : style.removed(value(before));
  const to = after === undefined ? style.dim("(none)") : style.added(value(after));
  return `${path}: ${from} → ${to}`;
}

/** One line. */
function value(json: Json): string {
  const text = clean(JSON.stringify(json));
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/** Shown as it is, whatever it means in Markdown. */
export function escapeMarkdown(text: string): string {
  return clean(text).replace(/[\\`*_{}[\]<>|@#]/g, "\\$&");
}

function paint(action: Action, style: Style): (text: string) => string {
  return { create: style.added, update: style.changed, replace: style.changed, delete: style.removed }[action];
}
