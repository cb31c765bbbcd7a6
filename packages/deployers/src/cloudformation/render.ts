/** Plans, outcomes and stacks as text for a terminal. */

import { clean, type Style } from "@bulkhead/core";
import { destroys, mayDestroy, type PropertyChange, type ResourceChange, type WantedStack } from "./model.ts";
import type { Settings } from "./diff.ts";

/** What of a plan is shown. */
export interface ShownPlan {
  readonly action: "create" | "update" | "same" | "later";
  readonly wanted: Pick<WantedStack, "name">;
  readonly changeSet?: { readonly changes: readonly ResourceChange[] };
  readonly settings?: Settings;
  /** Why it can only be planned later. */
  readonly reason?: string;
}

const longest = 200;

export function renderStackPlan({ action, wanted, changeSet, settings, reason }: ShownPlan, style: Style): string {
  const { name } = wanted;
  const lines: string[] = [];
  if (action === "later") return style.changed(`? ${name}: ${reason ?? ""}`);
  // A new stack gets them, of course.
  const set = settings && action !== "create" ? settingsLines(settings, style) : [];
  if (action === "same" && set.length === 0) return style.dim(`= ${name}: nothing to do`);
  if (action === "create") lines.push(style.added(`+ ${name}: create`));
  else lines.push(style.changed(`~ ${name}: update`));
  for (const change of changeSet?.changes ?? []) lines.push(...changeLines(change, style));
  return [...lines, ...set].join("\n");
}

function settingsLines({ policy, terminationProtection }: Settings, style: Style): string[] {
  return [
    ...(policy === undefined ? [] : [style.changed("    ~ stack policy")]),
    ...(terminationProtection === undefined
      ? []
      : [style.changed(`    ~ termination protection: ${terminationProtection ? "on" : "off"}`)]),
  ];
}

function changeLines(change: ResourceChange, style: Style): string[] {
  const { action, logicalId, type, replacement, properties } = change;
  const what = `${logicalId} (${type})`;
  const head =
    destroys(change) || mayDestroy(change)
      ? style.removed(`    ${destruction(action, replacement)} ${what}${consequence(change)}`)
      : action === "Modify"
        ? style.changed(`    ~ ${what}`)
        : style.added(`    + ${what}`);
  return [head, ...properties.map((property) => `        ${propertyLine(property, style)}`)];
}

function destruction(action: ResourceChange["action"], replacement: ResourceChange["replacement"]): string {
  if (action === "Remove") return "-";
  return replacement === "True" ? "±" : "±?";
}

function consequence({ action, replacement }: ResourceChange): string {
  if (action === "Remove") return ": is deleted";
  return replacement === "True" ? ": is replaced" : ": may be replaced";
}

function propertyLine({ path, before, after, recreation }: PropertyChange, style: Style): string {
  const values =
    before === undefined && after === undefined
      ? ""
      : `: ${style.removed(shorten(before) ?? "(not set)")} → ${style.added(shorten(after) ?? "(not set)")}`;
  return `${path}${values}${recreation === "Never" ? "" : style.dim(" replaces the resource")}`;
}

function shorten(text: string | undefined): string | undefined {
  const line = text === undefined ? undefined : clean(text);
  return line !== undefined && line.length > longest ? `${line.slice(0, longest)}…` : line;
}
