/** What is wrong with a deploy file in several environments, each told once. */

import { BulkheadError, throwAny } from "@bulkhead/core";

/** @returns what a check throws */
export function problemsOf(check: () => void): readonly BulkheadError[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof BulkheadError)) throw error;
    return error.parts.length > 0 ? error.parts : [error];
  }
}

/** Throws all problems; what is the same in most environments is the same wrong in them. */
export function throwOnce(problems: readonly BulkheadError[]): void {
  const once = new Map(
    problems.map((problem) => [JSON.stringify([problem.code, problem.message, problem.where]), problem]),
  );
  throwAny([...once.values()]);
}
