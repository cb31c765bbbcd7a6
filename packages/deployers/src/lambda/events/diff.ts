/**
 * Wirings as they are wanted against those that were found: pure.
 *
 *   wanted | found, and ours | its permission | change
 *   -------+-----------------+----------------+---------------------------------------------------------
 *   yes    | no              | any            | create
 *   yes    | yes, differs    | any            | update
 *   yes    | yes, the same   | missing        | update: the permission
 *   yes    | yes, the same   | there          | none
 *   no     | yes             | any            | delete
 *   no     | no              | there          | delete: the permission that a run has left
 *
 * What others have wired isn't in `found`, and stays.
 */

import { jsonEqual, type Json } from "@bulkhead/core";
import type { EventChange, EventKind, Found, Permission, SettingChange, Wiring, WiringStep } from "./model.ts";

export interface EventDiff {
  /** Before the wirings. */
  readonly permit: readonly Permission[];
  readonly steps: readonly WiringStep[];
  /** After them. */
  readonly revoke: readonly Permission[];
  /** All of these, as they are shown. */
  readonly changes: readonly EventChange[];
}

export function diffEvents(wanted: readonly Wiring[], found: Found): EventDiff {
  const there = new Set(found.permissions.map(({ sid }) => sid));
  const needed = new Map(wanted.flatMap(({ permission }) => (permission ? [[permission.sid, permission]] : [])));
  const permit = [...needed.values()].filter(({ sid }) => !there.has(sid));
  const revoke = found.permissions.filter(({ sid }) => !needed.has(sid));
  const left = found.wirings.filter((one) => !wanted.some((other) => isSame(one, other)));
  const steps = [
    ...wanted.flatMap((one) => wantedStep(one, found, permit)),
    ...left.map((one) => ({ change: change("delete", one, []), wanted: undefined, found: one })),
  ];
  // Where a wiring goes, its permission goes with it; one that is alone is shown by itself.
  const alone = revoke.filter(({ sid }) => !left.some((one) => one.sid === sid));
  return {
    permit,
    steps,
    revoke,
    changes: [...steps.map((step) => step.change), ...alone.map(aloneChange)],
  };
}

function wantedStep(wanted: Wiring, found: Found, permit: readonly Permission[]): readonly WiringStep[] {
  const existing = found.wirings.find((one) => isSame(one, wanted));
  const missing = permit.some(({ sid }) => sid === wanted.permission?.sid);
  const settings = settingChanges(existing?.settings ?? {}, wanted.settings);
  if (!existing) return [{ change: change("create", wanted, settings), wanted, found: undefined }];
  const all = missing ? [...settings, permissionChange] : settings;
  return all.length === 0 ? [] : [{ change: change("update", wanted, all), wanted, found: existing }];
}

const permissionChange: SettingChange = { name: "permission", before: null, after: "lambda:InvokeFunction" };

function isSame(one: Pick<Wiring, "kind" | "id">, other: Pick<Wiring, "kind" | "id">): boolean {
  return one.kind === other.kind && one.id === other.id;
}

function settingChanges(before: Wiring["settings"], after: Wiring["settings"]): readonly SettingChange[] {
  return Object.entries(after).flatMap(([name, value]): readonly SettingChange[] => {
    const was = before[name] ?? null;
    return jsonEqual(was, value) ? [] : [{ name, before: was, after: value }];
  });
}

function change(
  action: EventChange["action"],
  { kind, id, source }: Pick<Wiring, "kind" | "id" | "source">,
  settings: readonly SettingChange[],
): EventChange {
  const fields = settings.map(({ name, before, after }) => `${name} ${textOf(before)} → ${textOf(after)}`);
  const what = action === "update" ? fields.join(", ") : action === "create" ? "wire" : "unwire";
  return { action, kind, id, source, settings, sentence: `${kind} ${source}: ${what}` };
}

function aloneChange({ sid, principal, sourceArn }: Permission): EventChange {
  const kind = kindOf(principal);
  const sentence = `${kind} ${sourceArn}: remove the permission that nothing needs`;
  return { action: "delete", kind, id: sid, source: sourceArn, settings: [], sentence };
}

const principals: Readonly<Record<string, EventKind>> = {
  "s3.amazonaws.com": "s3",
  "sns.amazonaws.com": "sns",
  "events.amazonaws.com": "pattern",
  "logs.amazonaws.com": "logs",
};

/** The kind of source that a principal stands for; a rule may be a schedule as well as a pattern. */
function kindOf(principal: string): EventKind {
  return principals[principal] ?? "pattern";
}

function textOf(value: Json): string {
  if (value === null) return "(not set)";
  return typeof value === "string" ? value : JSON.stringify(value);
}
