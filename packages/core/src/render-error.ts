/** An error as a person reads it, and as a document for machines. */

import { cleanLines } from "./clean.ts";
import { formatWhere, type BulkheadError } from "./errors.ts";
import type { JsonObject } from "./json.ts";
import type { Style } from "./style.ts";

/** What, where and what to do next; the stack and the causes only when `verbose`. */
export function renderError(error: BulkheadError, style: Style, verbose: boolean): string {
  const parts = error.parts.length > 0 ? error.parts : [error];
  return parts
    .flatMap((part) => [
      renderOne(part, style),
      ...(verbose ? [style.dim(cleanLines(stacks(part).join("\ncaused by ")))] : []),
    ])
    .join("\n");
}

/** The stacks of an error and its causes: never their other properties, which can hold what a request carried. */
function stacks(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? error.message, ...stacks(error.cause)];
}

function renderOne(error: BulkheadError, style: Style): string {
  const where = error.where ? `${style.bold(cleanLines(formatWhere(error.where)))}: ` : "";
  const next = error.next ? `\n  ${cleanLines(error.next)}` : "";
  return `${style.removed("error")} ${where}${cleanLines(error.message)} ${style.dim(`(${error.code})`)}${next}`;
}

/** The JSON document that stands for a failed command: `kind: "error"`, `version: 1`. */
export function errorDocument(error: BulkheadError): JsonObject & { readonly errors: readonly JsonObject[] } {
  const parts = error.parts.length > 0 ? error.parts : [error];
  return {
    kind: "error",
    version: 1,
    errors: parts.map(({ code, fault, message, next, where }) => ({
      code,
      fault,
      message,
      ...(next === undefined ? {} : { next }),
      ...(where === undefined ? {} : { where: { ...where } }),
    })),
  };
}
