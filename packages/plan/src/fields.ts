/** Comparing objects field by field, and only in the fields that somebody declared. */

import { jsonEqual, type Json, type JsonObject } from "@bulkhead/core";

/**
 * The part of `value` that `shape` speaks of: its keys, and in nested objects theirs.
 * Keys that `value` lacks are left out; lists are taken whole.
 */
export function project(value: JsonObject, shape: JsonObject): JsonObject {
  const projected: Record<string, Json> = {};
  for (const [key, wanted] of Object.entries(shape)) {
    const actual = Object.hasOwn(value, key) ? value[key] : undefined;
    if (actual === undefined) continue;
    projected[key] = isObject(wanted) && isObject(actual) ? project(actual, wanted) : actual;
  }
  return projected;
}

export interface FieldChange {
  /** `tags.CostCenter`, `content.Statement[0].Action`. */
  readonly path: string;
  /** Undefined where the field is absent. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** The single fields in which two values differ, sorted by path; lists are compared item by item. */
export function fieldChanges(before: JsonObject | null, after: JsonObject | null): FieldChange[] {
  const left = new Map(before ? leaves(before, "") : []);
  const right = new Map(after ? leaves(after, "") : []);
  return [...new Set([...left.keys(), ...right.keys()])]
    .sort()
    .map((path) => ({ path, before: left.get(path), after: right.get(path) }))
    .filter(
      (field) => field.before === undefined || field.after === undefined || !jsonEqual(field.before, field.after),
    );
}

function* leaves(value: Json, path: string): Generator<[string, Json]> {
  if (Array.isArray(value) && value.length > 0) {
    for (const [index, item] of value.entries()) yield* leaves(item, `${path}[${index}]`);
  } else if (isObject(value) && (Object.keys(value).length > 0 || path === "")) {
    for (const [key, item] of Object.entries(value)) yield* leaves(item, path === "" ? key : `${path}.${key}`);
  } else {
    yield [path, value];
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
