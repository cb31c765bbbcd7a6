/** `validate`: the deploy file and its templates, in every environment, without AWS. */

import { throwAny, type BulkheadError, type Result } from "@bulkhead/core";
import { lockFilePath, readLockFile } from "@bulkhead/landing-zone";
import { problemsOf, throwOnce } from "../../deploy-file/problems.ts";
import { loadTargets, type TargetContext } from "../../run.ts";
import type { Target } from "../../target.ts";
import { checkDeclaration } from "../desired.ts";
import { needsOf } from "../order.ts";
import { readTemplate } from "../template.ts";

export function runValidate({ flags }: TargetContext): Result {
  const targets = loadTargets(flags, () => readLockFile(lockFilePath(flags.file)), ["stack", "template"]);
  throwOnce(targets.flatMap(check));
  const stacks = new Set(targets.flatMap((target) => target.stacks.map(({ key }) => key)));
  return {
    document: { kind: "validation", version: 1, valid: true },
    text: () => `Valid: ${stacks.size} stacks, ${targets.length} environments.`,
  };
}

function check({ stacks }: Target): readonly BulkheadError[] {
  return [
    ...problemsOf(() => void needsOf(stacks)),
    ...stacks.flatMap((stack) =>
      problemsOf(() => throwAny(checkDeclaration(stack, readTemplate(stack.templatePath, stack.where)))),
    ),
  ];
}
