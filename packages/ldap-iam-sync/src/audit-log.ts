/** The audit log: who changed what, when and why, as JSON lines; one before each write and one after it. */

import { asBulkheadError, type JsonObject } from "@bulkhead/core";
import type { Change, Handler } from "@bulkhead/plan";
import { appendFile } from "node:fs/promises";
import { auditLogUnwritable } from "./errors.ts";

/**
 * What is written of one change. A line `begun` without a later one of the same change is a run that was cut off there:
 * what it had done then, the next run's lines tell.
 */
export interface AuditLine {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** ARN of whoever ran the sync. */
  readonly who: string;
  readonly event: "begun" | "done" | "failed";
  readonly change: string;
  readonly action: Change["action"];
  readonly sentence: string;
  /** What in the directory asks for it. */
  readonly because: string | null;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface AuditLog {
  append(line: AuditLine): Promise<void>;
}

/**
 * The log is only ever appended to; a new one is for its owner's eyes.
 * @throws Users.AuditLogUnwritable, also from `append`
 */
export async function openAuditLog(file: string): Promise<AuditLog> {
  const append = (text: string): Promise<void> =>
    appendFile(file, text, { mode: 0o600 }).catch((cause: unknown) => {
      throw auditLogUnwritable(file, cause);
    });
  await append("");
  return { append: (line) => append(`${JSON.stringify(line)}\n`) };
}

/** The same handlers, with every write in the log. */
export function audited(
  handlers: ReadonlyMap<string, Handler>,
  { log, who }: { readonly log: AuditLog; readonly who: string },
): ReadonlyMap<string, Handler> {
  const audit = (handler: Handler): Handler => ({
    ...handler,
    write: async (change, current) => {
      const tell = (event: AuditLine["event"], more: Pick<AuditLine, "error"> = {}): Promise<void> =>
        log.append({ ...lineOf(change), time: new Date().toISOString(), who, event, ...more });
      await tell("begun");
      try {
        await handler.write(change, current);
      } catch (thrown) {
        const { code, message } = asBulkheadError(thrown);
        await tell("failed", { error: { code, message } });
        throw thrown;
      }
      await tell("done");
    },
  });
  return new Map([...handlers].map(([kind, handler]) => [kind, audit(handler)]));
}

function lineOf(change: Change): Omit<AuditLine, "time" | "who" | "event"> {
  const { id, action, sentence, because = null, before, after } = change;
  return { change: id, action, sentence, because, before, after };
}
