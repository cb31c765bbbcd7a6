/** Policy documents, as AWS gives them back. */

import type { Json, JsonObject } from "@bulkhead/core";

export function policyDocument(statements: readonly JsonObject[]): JsonObject {
  return { Version: "2012-10-17", Statement: statements };
}

/** A list of one as AWS gives it back, and others sorted, each value once. */
export function oneOrList(values: readonly string[]): Json {
  const sorted = [...new Set(values)].sort();
  return sorted.length === 1 ? (sorted[0] ?? "") : sorted;
}
