/** `validate`: the deploy file and its templates, in every environment, without AWS. */

import { BulkheadError, throwAny, type Result } from "@bulkhead/core";
import { lockFilePath, readLockFile } from "@bulkhead/landing-zone";
import { loadTargets, type TargetContext } from "../../run.ts";
import type { Target } from "../../target.ts";
import { checkDeclaration } from "../desired.ts";
import { needsOf } from "../order.ts";
import { readTemplate } from "../template.ts";

export function runValidate({ flags }: TargetContext): Result {
  const targets = loadTargets(flags, () => readLockFile(lockFilePath(flags.file)));
  // A template is the same in most environments, and so is what is wrong with it.
  const problems = new Map(targets.flatMap(problemsOf).map((problem) => [describe(problem), problem]));
  throwAny([...problems.values()]);
  const stacks = new Set(targets.flatMap((target) => target.stacks.map(({ key }) => key)));
  return {
    document: { kind: "validation", version: 1, valid: true },
    text: () => `Valid: ${stacks.size} stacks, ${targets.length} environments.`,
  };
}

function problemsOf({ stacks }: Target): readonly BulkheadError[] {
  return [
    ...problem(() => void needsOf(stacks)),
    ...stacks.flatMap((stack) =>
      problem(() => throwAny(checkDeclaration(stack, readTemplate(stack.templatePath, stack.where)))),
    ),
  ];
}

function problem(check: () => void): readonly BulkheadError[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof BulkheadError)) throw error;
    return error.parts.length > 0 ? error.parts : [error];
  }
}

function describe({ code, message, where }: BulkheadError): string {
  return JSON.stringify([code, message, where]);
}
