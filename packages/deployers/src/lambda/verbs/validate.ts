/** `validate`: the deploy file's functions in every environment, and that there is code for them, without AWS. */

import type { BulkheadError, CommandContext, Result } from "@bulkhead/core";
import { lockFilePath, readLockFile } from "@bulkhead/landing-zone";
import { problemsOf, throwOnce } from "../../deploy-file/problems.ts";
import { loadTargets } from "../../run.ts";
import type { functionFlags } from "../../target-flags.ts";
import type { Target } from "../../target.ts";
import { insideRoot, projectRoot } from "../bundle/root.ts";

export function runValidate({ flags }: CommandContext<typeof functionFlags>): Result {
  const lockFile = () => readLockFile(lockFilePath(flags.file));
  const targets = loadTargets(flags, lockFile, ["function", "code", "runtime", "role"]);
  throwOnce(targets.flatMap(check));
  const functions = new Set(targets.flatMap((target) => target.functions.map(({ key }) => key)));
  return {
    document: { kind: "validation", version: 1, valid: true },
    text: () => `Valid: ${functions.size} functions, ${targets.length} environments.`,
  };
}

function check({ functions, layers, folder }: Target): readonly BulkheadError[] {
  const codes = [...functions, ...layers].map(({ code }) => code);
  return codes.flatMap(({ path, where }) => problemsOf(() => void insideRoot(path, projectRoot(folder), where)));
}
