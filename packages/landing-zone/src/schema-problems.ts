/** What zod found wrong, as errors that a person can mend: in plain words, with place and suggestion. */

import { suggest, type BulkheadError, type Json, type JsonObject } from "@bulkhead/core";
import type { z } from "zod";
import { problem } from "./errors.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import type { Path, Places } from "./yaml-source.ts";

type Issue = z.core.$ZodIssue;

/** A finding, and the path of what would have to be taken away for the rest to be good. */
export interface SchemaProblem {
  readonly error: BulkheadError;
  readonly path: Path;
  readonly unknownKey: boolean;
}

/** Translates the issues of `schema` about `data`; names known at a place are read from the schema. */
export function schemaProblems(
  schema: z.ZodType,
  data: unknown,
  issues: readonly Issue[],
  places: Places,
): readonly SchemaProblem[] {
  const published = jsonSchemaOf(schema);
  const fitting = issues.flatMap(mostFitting);
  const mistyped = new Set(
    fitting.flatMap((it) => (it.code === "unrecognized_keys" ? [pathText(it.path as Path)] : [])),
  );
  return fitting.flatMap((issue): SchemaProblem[] => {
    const path = issue.path as Path;
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => unknownKey(key, path, knownKeys(published, path), places));
    }
    // With a mistyped key in it, of course something isn't as it must be.
    if (issue.code === "custom" && mistyped.has(pathText(path))) return [];
    const value = valueAt(data, path);
    if (issue.code === "invalid_type" && value === undefined) {
      const parent = places.atKey(path.slice(0, -1));
      const next = descriptionAt(published, path);
      return [
        {
          error: problem("LandingZone.Invalid", parent, `${pathText(path)} is missing`, { next }),
          path,
          unknownKey: false,
        },
      ];
    }
    const where = issue.code === "invalid_key" ? places.atKey(path) : places.at(path);
    const next = isUnquoted(issue, value)
      ? "Put quotes around it: YAML doesn't read it as text."
      : descriptionAt(published, path);
    const message = `${pathText(path)} ${reason(issue, value)}`;
    return [{ error: problem("LandingZone.Invalid", where, message, { next }), path, unknownKey: false }];
  });
}

function unknownKey(key: string, parent: Path, known: readonly string[], places: Places): SchemaProblem {
  const near = suggest(key, known);
  const next = near === undefined ? `Known keys: ${known.join(", ")}.` : `Did you mean "${near}"?`;
  const message = `Unknown key "${key}"${parent.length > 0 ? ` in ${pathText(parent)}` : ""}`;
  const path = [...parent, key];
  return { error: problem("LandingZone.UnknownKey", places.atKey(path), message, { next }), path, unknownKey: true };
}

/** Of a union's alternatives the one that the value comes nearest to, so that the message speaks of what was meant. */
function mostFitting(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const branches = issue.errors
    .filter((branch) => !branch.some(({ code, path }) => code === "invalid_type" && path.length === 0))
    .map((branch) => ({
      branch,
      faults: branch.reduce((sum, it) => sum + (it.code === "unrecognized_keys" ? it.keys.length : 1), 0),
    }))
    .sort((a, b) => a.faults - b.faults);
  const [best, second] = branches;
  if (best === undefined || best.faults === second?.faults) return [issue];
  return best.branch.flatMap((it) => mostFitting({ ...it, path: [...issue.path, ...it.path] }));
}

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  object: "a map of keys",
  record: "a map of keys",
  array: "a list",
  tuple: "a list",
  boolean: "true or false",
  int: "a whole number",
};

/** The schema's own words where it has any, else plain ones in place of zod's. Never the value: it may be a secret. */
function reason(issue: Issue, value: unknown): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  if (issue.code === "invalid_type") {
    return `must be ${kinds[issue.expected] ?? `a ${issue.expected}`}${value === null ? ", and is empty" : ""}`;
  }
  if (!/^(Too|Invalid) /.test(issue.message)) return issue.message;
  if (issue.code === "invalid_value") return `must be ${issue.values.map(String).join(" or ")}`;
  if (issue.code === "too_big") return `must be at most ${amount(issue.maximum, issue.origin)}`;
  if (issue.code === "too_small") return `must be at least ${amount(issue.minimum, issue.origin)}`;
  return issue.message;
}

function amount(count: number | bigint, origin: string): string {
  const unit = origin === "string" ? " characters long" : origin === "array" ? " items long" : "";
  return `${String(count)}${unit}`;
}

function isUnquoted(issue: Issue, value: unknown): boolean {
  return issue.code === "invalid_type" && issue.expected === "string" && ["number", "boolean"].includes(typeof value);
}

function pathText(path: Path): string {
  if (path.length === 0) return "The file";
  return path.map((step, i) => (typeof step === "number" ? `[${String(step)}]` : i === 0 ? step : `.${step}`)).join("");
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], data);
}

function knownKeys(published: JsonObject, path: Path): string[] {
  return nodesAt(published, path).flatMap((node) => Object.keys((node["properties"] ?? {}) as JsonObject));
}

/** What the schema says of a key that it knows; of a name that the person chose there is nothing to say. */
function descriptionAt(published: JsonObject, path: Path): string | undefined {
  const key = String(path.at(-1));
  if (!knownKeys(published, path.slice(0, -1)).includes(key)) return undefined;
  const described = nodesAt(published, path).find((node) => typeof node["description"] === "string");
  return described && `${key}: ${String(described["description"])}.`;
}

/** The schemas that apply at a path: several where there are alternatives. */
function nodesAt(published: JsonObject, path: Path): readonly JsonObject[] {
  return path.reduce<readonly JsonObject[]>(
    (nodes, step) =>
      nodes.flatMap((node) => {
        const properties = node["properties"] as JsonObject | undefined;
        const child = properties?.[step] ?? node["additionalProperties"] ?? node["items"];
        return isObject(child) ? alternatives(child) : [];
      }),
    [published],
  );
}

function alternatives(node: JsonObject): readonly JsonObject[] {
  const options = node["anyOf"];
  return Array.isArray(options) ? [node, ...(options as JsonObject[]).flatMap(alternatives)] : [node];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
