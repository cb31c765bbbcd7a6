/** The errors of wiring. */

import { BulkheadError, type Where } from "@bulkhead/core";
import type { EventKind } from "./model.ts";

export const eventInvalid = (
  kind: EventKind,
  message: string,
  where: Where | undefined,
  next?: string,
): BulkheadError =>
  new BulkheadError({ code: "Lambda.EventInvalid", fault: "user", message: `${kind}: ${message}`, where, next });

export const eventTwice = (kind: EventKind, source: string, where: Where | undefined): BulkheadError =>
  new BulkheadError({
    code: "Lambda.EventTwice",
    fault: "user",
    message: `${kind} ${source} is declared twice for the same function`,
    where,
    next: "Keep one of them.",
  });

export const targetRefused = (source: string, reason: string): BulkheadError =>
  new BulkheadError({
    code: "Lambda.TargetRefused",
    fault: "aws",
    message: `EventBridge doesn't take the alias as the target of ${source}: ${reason}`,
  });
