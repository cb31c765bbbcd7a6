/** The one base of all errors that Bulkhead raises: a stable code, whose fault it is, where, and what to do next. */

/** Whose fault an error is: the person's input, AWS's answer, the directory's answer, or a defect of Bulkhead's own. */
export type Fault = "user" | "aws" | "directory" | "internal";

/** A place in a file that a person wrote; line and column count from 1. */
export interface Where {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface ErrorDetails {
  /** Stable and documented, `Area.Reason`, for scripts to match on. */
  readonly code: string;
  readonly fault: Fault;
  /** One or two sentences: what is wrong, naming the thing concerned. Never a secret. */
  readonly message: string;
  /** What the reader can do about it. */
  readonly next?: string | undefined;
  readonly where?: Where | undefined;
  readonly cause?: unknown;
  /** The single errors, where one run found several. */
  readonly parts?: readonly BulkheadError[];
  /** What a command that fails with it exits with, where that isn't 1. */
  readonly exitCode?: number;
}

/** Every error that Bulkhead raises on purpose. Anything else that surfaces is a defect. */
export class BulkheadError extends Error {
  override readonly name = "BulkheadError";
  readonly code: string;
  readonly fault: Fault;
  readonly next: string | undefined;
  readonly where: Where | undefined;
  readonly parts: readonly BulkheadError[];
  readonly exitCode: number | undefined;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.fault = details.fault;
    this.next = details.next;
    this.where = details.where;
    this.parts = details.parts ?? [];
    this.exitCode = details.exitCode;
  }
}

/**
 * One error for all that a run found wrong, so that a person mends a file in one go.
 * A single error is returned as it is.
 */
export function combineErrors(errors: readonly [BulkheadError, ...BulkheadError[]]): BulkheadError {
  const [first] = errors;
  if (errors.length === 1) return first;
  return new BulkheadError({
    code: first.code,
    fault: first.fault,
    message: `${errors.length} problems`,
    parts: errors,
  });
}

/** Throws all errors as one, if there are any. */
export function throwAny(errors: readonly BulkheadError[]): void {
  const [first, ...others] = errors;
  if (first) throw combineErrors([first, ...others]);
}

/** `file:line:column`, as editors and terminals make it clickable. */
export function formatWhere(where: Where): string {
  return [where.file, where.line, where.column].filter((part) => part !== undefined).join(":");
}

/** Any thrown value as a BulkheadError: what we didn't raise ourselves is reported as a defect of ours. */
export function asBulkheadError(thrown: unknown): BulkheadError {
  if (thrown instanceof BulkheadError) return thrown;
  return new BulkheadError({
    code: "Internal.Unexpected",
    fault: "internal",
    message: thrown instanceof Error ? thrown.message : String(thrown),
    next: "This is a defect of Bulkhead. Run the command again with --verbose and report what it prints.",
    cause: thrown,
  });
}
