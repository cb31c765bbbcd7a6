/** Where a runtime looks for its handler. Pure. */

import type { Where } from "@bulkhead/core";
import { noHandler } from "./errors.ts";

/**
 * The handler's file, from the top of the zip and without extension; undefined where the runtime has no such rule.
 *
 * - Node.js: up to the first dot of the last segment; what follows is looked for among the module's exports.
 *   https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (UserFunction)
 * - Python: up to the last dot; other dots are folders.
 *   https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
 */
export function handlerFile(runtime: string, handler: string): string | undefined {
  const from = handler.replace(/^\.\//, "");
  if (runtime.startsWith("nodejs")) return from.replace(/\.[^/]*$/, "");
  if (runtime.startsWith("python")) return from.replace(/\.[^.]*$/, "").replaceAll(".", "/");
  return undefined;
}

/** @throws Bundle.NoHandler where none of the files can be the handler's */
export function checkHandler(
  { runtime, handler, path }: { readonly runtime: string; readonly handler: string; readonly path: string },
  files: readonly { readonly path: string }[],
  where: Where | undefined,
): void {
  const file = handlerFile(runtime, handler);
  if (file === undefined) return;
  // A module can be a folder.
  if (files.some(({ path: found }) => found.startsWith(`${file}.`) || found.startsWith(`${file}/`))) return;
  throw noHandler(path, handler, `${file}.${runtime.startsWith("python") ? "py" : "js"}`, where);
}
