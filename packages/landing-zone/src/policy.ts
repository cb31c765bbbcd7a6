/** IAM policy documents: read from their files, checked and brought to the short form that is sent to AWS. */

import type { BulkheadError } from "@bulkhead/core";
import * as z from "zod";
import { namedFileMissing } from "./errors.ts";
import { pathBeside, readText, type Files } from "./files.ts";
import { parseJson } from "./json-source.ts";
import type { Path, Places } from "./yaml-source.ts";

const texts = z.union([z.string(), z.array(z.string())], { error: "must be a text or a list of texts" });
const conditionValue = z.union([z.string(), z.number(), z.boolean()]);
const conditionValues = z.union([conditionValue, z.array(conditionValue)], {
  error: "must be a value or a list of values",
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, without what needs a Principal. */
const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Action: texts.optional(),
    NotAction: texts.optional(),
    Resource: texts.optional(),
    NotResource: texts.optional(),
    Condition: z.record(z.string(), z.record(z.string(), conditionValues)).optional(),
  })
  .refine((it) => (it.Action === undefined) !== (it.NotAction === undefined), {
    error: "needs either Action or NotAction",
  })
  .refine((it) => (it.Resource === undefined) !== (it.NotResource === undefined), {
    error: "needs either Resource or NotResource",
  });

const policySchema = z.strictObject({
  Version: z.literal("2012-10-17", { error: 'must be "2012-10-17"' }),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement).min(1)], { error: "must be a statement or a list of statements" }),
});

export type Statement = z.output<typeof statement>;

export interface Policy {
  /** JSON without white space: white space counts against AWS's quotas. */
  readonly content: string;
  readonly statements: readonly Statement[];
  /** Places in the policy's own file. */
  readonly places: Places;
  /** The way to a statement, by its number. */
  readonly statementPath: (index: number) => Path;
}

/** Reads the policy that is named at `namedBy`. Its faults go to `problems`, and then there is none. */
export function readPolicy(
  files: Files,
  path: string,
  namedBy: Path,
  places: Places,
  problems: BulkheadError[],
): Policy | undefined {
  const where = places.at(namedBy);
  const file = pathBeside(where.file, path);
  const text = readText(files, file);
  if (text === undefined) {
    problems.push(namedFileMissing(file, where));
    return undefined;
  }
  const parsed = parseJson(policySchema, text, file, problems);
  if (parsed === undefined) return undefined;
  const { Statement: given } = parsed.value;
  return {
    content: JSON.stringify(JSON.parse(text)),
    statements: Array.isArray(given) ? given : [given],
    places: parsed.places,
    statementPath: (index) => (Array.isArray(given) ? ["Statement", index] : ["Statement"]),
  };
}
