/** JSON files that people write, read so that every fault has its place. */

import type { BulkheadError } from "@bulkhead/core";
import type { z } from "zod";
import { problem } from "./errors.ts";
import { schemaProblems } from "./schema-problems.ts";
import { parseYaml, type Places } from "./yaml-source.ts";

const token =
  /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|/y;

/**
 * Reads JSON of a given shape. What is wrong goes to `problems`, and then the result is undefined. The places come from
 * the YAML parser: JSON is YAML, and JSON.parse keeps none.
 */
export function parseJson<T extends z.ZodType>(
  schema: T,
  text: string,
  file: string,
  problems: BulkheadError[],
): { readonly value: z.output<T>; readonly places: Places } | undefined {
  const offset = jsonErrorOffset(text);
  if (offset !== undefined) {
    const before = text.slice(0, offset).split("\n");
    const where = { file, line: before.length, column: (before.at(-1) ?? "").length + 1 };
    const next = offset === text.length ? "It ends too early." : "Look for a comma or a quote too many, or missing.";
    problems.push(problem("LandingZone.JsonInvalid", where, `${file} isn't JSON from here on`, { next }));
    return undefined;
  }
  const found: BulkheadError[] = [];
  const places = parseYaml(text, file, found);
  const data: unknown = JSON.parse(text);
  const parsed = schema.safeParse(data);
  if (parsed.error && places) {
    found.push(...schemaProblems(schema, data, parsed.error.issues, places).map(({ error }) => error));
  }
  problems.push(...found);
  return parsed.success && places && found.length === 0 ? { value: parsed.data, places } : undefined;
}

/** The offset at which a text stops being JSON (RFC 8259), or undefined when it is JSON: JSON.parse seldom tells. */
export function jsonErrorOffset(text: string): number | undefined {
  let offset = 0;
  const peek = (): string => {
    while (" \t\n\r".includes(text[offset] ?? "x")) offset++;
    token.lastIndex = offset;
    return token.exec(text)?.[0] ?? "";
  };
  const take = (wanted: (word: string) => boolean): boolean => {
    const word = peek();
    if (word === "" || !wanted(word)) return false;
    offset += word.length;
    return true;
  };
  const sign = (char: string): boolean => take((word) => word === char);
  const list = (close: string, item: () => boolean): boolean => {
    if (sign(close)) return true;
    do if (!item()) return false;
    while (sign(","));
    return sign(close);
  };
  const value = (): boolean => {
    if (sign("{")) return list("}", () => take((word) => word.startsWith('"')) && sign(":") && value());
    if (sign("[")) return list("]", value);
    return take((word) => !"{}[],:".includes(word));
  };
  return value() && peek() === "" && offset === text.length ? undefined : offset;
}
