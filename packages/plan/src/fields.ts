/** Comparing objects field by field, and only in the fields that somebody declared. */

import { jsonEqual, type Json, type JsonObject } from "@bulkhead/core";

/**
 * The part of `value` that `shape` speaks of: its fields, and of a flat map (tags, say) only the keys that it declares.
 * Everything else is taken whole: a policy with one condition more is another policy. Fields that `value` lacks are left out.
 */
export function project(value: JsonObject, shape: JsonObject): JsonObject {
  const projected: Record<string, Json> = {};
  for (const [key, wanted] of Object.entries(shape)) {
    const actual = Object.hasOwn(value, key) ? value[key] : undefined;
    if (actual === undefined) continue;
    projected[key] = isFlatMap(wanted) && isObject(actual) ? pick(actual, Object.keys(wanted)) : actual;
  }
  return projected;
}

function pick(map: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(map, key)).map((key) => [key, map[key] ?? null]));
}

function isFlatMap(value: Json): value is JsonObject {
  return isObject(value) && Object.values(value).every((item) => typeof item !== "object" || item === null);
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
