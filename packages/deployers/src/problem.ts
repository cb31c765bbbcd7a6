/** How the errors of this package are made: the user's own mistakes, unless they say whose. */

import { BulkheadError, type Fault, type Where } from "@bulkhead/core";

export interface ProblemDetails {
  readonly fault?: Fault;
  readonly where?: Where | undefined;
  readonly next?: string | undefined;
  readonly cause?: unknown;
}

/** @param code such as `Lambda.UnknownFunction` */
export function problem(
  code: string,
  message: string,
  { fault = "user", ...details }: ProblemDetails = {},
): BulkheadError {
  return new BulkheadError({ code, fault, message, ...details });
}
