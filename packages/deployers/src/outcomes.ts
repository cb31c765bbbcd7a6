/** What became of the parts of a deployment or deletion, as documents and text: what stacks and functions have in common. */

import type { BulkheadError, JsonObject, Style } from "@bulkhead/core";
import type { Target } from "./target.ts";

export interface Part {
  readonly key: string;
  readonly name: string;
}

/** A part that wasn't deployed. */
export type NotDeployed = Part &
  (
    | { readonly outcome: "failed"; readonly error: BulkheadError }
    | { readonly outcome: "not tried"; readonly reason: string }
    /** It runs this newer commit. */
    | { readonly outcome: "superseded"; readonly by: string }
  );

export function notDeployedDocument(one: NotDeployed): JsonObject {
  const base = { key: one.key, name: one.name };
  if (one.outcome === "not tried") return { ...base, status: "not tried", reason: one.reason };
  if (one.outcome === "superseded") return { ...base, status: "superseded", by: one.by };
  const { code, message, next } = one.error;
  return { ...base, status: "failed", code, message, next: next ?? null };
}

export function renderNotDeployed(one: NotDeployed, style: Style): string {
  if (one.outcome === "not tried") return `${style.dim("-")} ${one.name}: not tried, ${one.reason}`;
  if (one.outcome === "superseded") return style.dim(`- ${one.name}: ${notDeployedSentence(one)}`);
  const { code, message, next } = one.error;
  return `${style.removed("✗")} ${one.name}: ${message} ${style.dim(`(${code})`)}${next === undefined ? "" : `\n    ${next}`}`;
}

export function notDeployedSentence(one: NotDeployed): string {
  if (one.outcome === "superseded") return `left alone, it runs the newer commit ${one.by.slice(0, 7)}`;
  return one.outcome === "failed" ? one.error.message : one.reason;
}

/** The whole in one line, for those who are told. @param ending how the last hooks failed */
export function deploymentSentence(
  { application, environment, account, region }: Target,
  parts: readonly string[],
  incomplete: boolean,
  ending: BulkheadError | undefined,
): string {
  const where = `${environment ?? account} (${region})`;
  const all = [...parts, ...(ending ? [ending.message] : [])];
  return `${application} ${incomplete ? "was not deployed" : "is deployed"} to ${where}. ${all.join("; ")}`;
}

/** What became of something that was to be deleted. */
export type Deletion = { readonly name: string } & (
  | { readonly status: "deleted" | "absent" }
  | { readonly status: "not tried"; readonly reason: string }
  | { readonly status: "failed"; readonly error: BulkheadError }
);

export function deletionDocument(one: Deletion): JsonObject {
  const { name, status } = one;
  if (one.status === "not tried") return { name, status, reason: one.reason };
  return { name, status, ...(one.status === "failed" ? { code: one.error.code, message: one.error.message } : {}) };
}

export function renderDeletion(one: Deletion, style: Style): string {
  if (one.status === "failed") return `${style.removed("✗")} ${one.name}: ${one.error.message}`;
  if (one.status === "not tried") return `${style.dim("-")} ${one.name}: not tried, ${one.reason}`;
  return one.status === "absent"
    ? style.dim(`= ${one.name}: doesn't exist`)
    : `${style.added("✓")} ${one.name}: deleted`;
}
