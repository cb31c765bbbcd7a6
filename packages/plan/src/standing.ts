/**
 * How an object stands to a change of it that was planned earlier: the decision before every write.
 *
 *   each declared field is …              | standing  | what apply does
 *   --------------------------------------+-----------+------------------------------------------
 *   as in `after`                         | done      | nothing
 *   as in `before`                        | unchanged | writes
 *   as in `before` or as in `after`       | partly    | writes what is left: an earlier run was cut off
 *   anything else                         | stale     | refuses, with all that depends on it
 */

import { hashJson, jsonEqual, type JsonObject } from "@bulkhead/core";
import type { Change } from "./change.ts";
import { fieldChanges, project } from "./fields.ts";

export type Standing = "done" | "unchanged" | "partly" | "stale";

/** `current` is the whole object as it is now, or null where it doesn't exist. */
export function standing(change: Change, current: JsonObject | null): Standing {
  const shape = change.after ?? change.before;
  const now = current && project(current, shape);
  if (now === null ? change.after === null : change.after !== null && jsonEqual(now, change.after)) return "done";
  if (hashJson(now) === change.hash) return "unchanged";
  if (now === null || change.action !== "update") return "stale";
  const toBefore = new Set(fieldChanges(now, change.before).map(({ path }) => path));
  const toAfter = fieldChanges(now, change.after).map(({ path }) => path);
  return toAfter.some((path) => toBefore.has(path)) ? "stale" : "partly";
}
