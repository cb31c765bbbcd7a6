/** The plan on disk: written atomically, with a digest that shows any later edit. */

import { canonicalJson, hashJson, writeWhole, type Json, type JsonObject } from "@bulkhead/core";
import { access, constants, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Plan } from "./change.ts";
import { notAPlanFile, planFileEdited, planFileUnreadable, planFileUnwritable, planFileVersion } from "./errors.ts";

/** The document of `bulkhead plan --output json`, and of the plan file. */
export type PlanDocument = JsonObject & {
  readonly kind: "plan";
  readonly version: 1;
  /** SHA-256 of `plan`; its first twelve digits name the plan. */
  readonly digest: string;
  readonly plan: JsonObject;
};

/** The short name of a plan, for approving this very one. */
export function planId(plan: Plan): string {
  return digestOf(plan).slice(0, 12);
}

export function planDocument(plan: Plan): PlanDocument {
  return { kind: "plan", version: 1, digest: digestOf(plan), plan: asJson(plan) };
}

/**
 * Whether a plan could be saved there: asked before planning, which takes its time.
 * @throws Plan.FileUnwritable
 */
export async function checkWritable(file: string): Promise<void> {
  const folder = `${dirname(file)}/.`;
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw planFileUnwritable(file, cause);
  });
  const existing = await stat(file).catch(() => undefined);
  if (existing?.isDirectory()) throw planFileUnwritable(file, { code: "EISDIR" });
}

/** @throws Plan.FileUnwritable */
export async function savePlan(file: string, plan: Plan): Promise<void> {
  await writeWhole(file, `${JSON.stringify(planDocument(plan), null, 2)}\n`, 0o600).catch((cause: unknown) => {
    throw planFileUnwritable(file, cause);
  });
}

/** @throws Plan.FileUnreadable, Plan.NotAPlanFile, Plan.FileVersion, Plan.FileEdited */
export async function loadPlan(file: string): Promise<Plan> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw planFileUnreadable(file, cause);
  });
  const document = parse(text);
  if (document?.["kind"] !== "plan" || typeof document["plan"] !== "object") throw notAPlanFile(file);
  if (document["version"] !== 1) throw planFileVersion(file, document["version"]);
  if (hashJson(document["plan"] as Json) !== document["digest"]) throw planFileEdited(file);
  return document["plan"] as unknown as Plan;
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function digestOf(plan: Plan): string {
  return hashJson(asJson(plan));
}

function asJson(plan: Plan): JsonObject {
  return JSON.parse(canonicalJson(plan as unknown as JsonObject)) as JsonObject;
}
