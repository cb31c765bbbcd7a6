/**
 * Conditions of IAM policies, held against what is known of a call. Three values, because a policy can ask for what
 * isn't known before the call.
 */

import type { Statement } from "./policy.ts";
import { literally, wildcard } from "./wildcard.ts";

export type Truth = "yes" | "no" | "maybe";

const not = (truth: Truth): Truth => (truth === "yes" ? "no" : truth === "no" ? "yes" : "maybe");
const all = (truths: readonly Truth[]): Truth =>
  truths.includes("no") ? "no" : truths.includes("maybe") ? "maybe" : "yes";
const any = (truths: readonly Truth[]): Truth => not(all(truths.map(not)));

/**
 * Whether a statement's conditions hold; every one has to.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @param keys by their names in lower case, as they compare without regard to case; null is a key that the call certainly
 *   doesn't have, and of a key that isn't in the map nothing is known
 */
export function conditionsHold(
  { Condition = {} }: Pick<Statement, "Condition">,
  keys: ReadonlyMap<string, string | null>,
): Truth {
  return all(
    Object.entries(Condition).flatMap(([operator, tests]) =>
      Object.entries(tests).map(([key, wanted]) => {
        const value = keys.get(key.toLowerCase());
        const patterns = listOf(wanted).map(String);
        if (value === undefined) return "maybe";
        return value === null ? compareAbsent(operator, patterns) : compare(operator, patterns, value);
      }),
    ),
  );
}

/** A key that isn't there matches nothing; so what is negated holds, and what is asked only of a key that is there. */
function compareAbsent(operator: string, patterns: readonly string[]): Truth {
  if (/^Null$/i.test(operator)) return any(patterns.map((pattern) => (pattern === "true" ? "yes" : "no")));
  return /Not|IfExists$|^ForAllValues:/i.test(operator) ? "yes" : "no";
}

function compare(operator: string, patterns: readonly string[], value: string): Truth {
  if (/^Null$/i.test(operator)) return any(patterns.map((pattern) => (pattern === "false" ? "yes" : "no")));
  const parsed = /^(?:(String|Arn)(Not)?(Equals|Like)(IgnoreCase)?|(Bool))(?:IfExists)?$/i.exec(operator);
  if (parsed === null) return "maybe";
  const [, kind = "", negated, comparison = "", ignoreCase] = parsed.map((part) => part?.toLowerCase());
  const flags = ignoreCase !== undefined || kind === "" ? "i" : "";
  const matches = any(
    patterns.map((pattern): Truth => {
      if (pattern.includes("${")) return "maybe";
      if (kind === "arn") return matchArn(pattern, value);
      return match(comparison === "like" ? wildcard(pattern, flags) : literally(pattern, flags), value);
    }),
  );
  return negated === undefined ? matches : not(matches);
}

/** ARN operators match each of the six parts by itself, so that a `*` doesn't reach over a colon. */
function matchArn(pattern: string, arn: string): Truth {
  const values = arnParts(arn);
  return all(arnParts(pattern).map((part, index) => match(wildcard(part), values[index] ?? "")));
}

/** Stands for the id of an account that doesn't exist yet or isn't known here: no literal text matches it. */
export const unknownId = "\u0000".repeat(12);

function match(pattern: RegExp, value: string): Truth {
  if (pattern.test(value)) return "yes";
  if (!value.includes(unknownId)) return "no";
  // Would it match if the unknown digits were those that the pattern asks for?
  const lenient = new RegExp(pattern.source.replace(/\d/g, "[$&\u0000]"), pattern.flags);
  return lenient.test(value) ? "maybe" : "no";
}

/** arn, partition, service, region, account and the rest, which may hold colons of its own. */
function arnParts(arn: string): readonly string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** The elements of what may stand as a list or as one. */
export function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
