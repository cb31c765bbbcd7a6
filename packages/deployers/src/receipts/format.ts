/** A receipt as the text of an SSM parameter, and back. */

import { clean } from "@bulkhead/core";
import * as z from "zod";
import { newerVersion, unreadable } from "./errors.ts";
import type { Receipt } from "./model.ts";

/** Bytes of a standard parameter. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const limit = 4_096;
/** Characters, where a receipt is too long. */
const shortReason = 400;

const side = z.object({ version: z.string(), digest: z.string().nullable(), commit: z.string().nullable() }).nullable();

/** What a later Bulkhead may add to this format is passed over. */
const receipt = z.object({
  version: z.literal(1),
  application: z.string(),
  environment: z.string().nullable(),
  kind: z.enum(["cloudformation", "lambda"]),
  unit: z.string(),
  name: z.string(),
  commit: z.string().nullable(),
  dirty: z.boolean(),
  digest: z.string().nullable(),
  settings: z.string(),
  who: z.string(),
  job: z.string().nullable(),
  at: z.string(),
  verb: z.enum(["deploy", "rollback", "promote", "delete", "confirm"]),
  from: side,
  to: side,
  result: z.enum(["begun", "done", "failed", "turned back"]),
  reason: z.string().nullable(),
});

/** A reason that is too long for the parameter is cut, and then a job's address is left out. */
export function encodeReceipt(it: Receipt): string {
  const reason = it.reason === null ? null : clean(it.reason);
  const short = reason === null || reason.length <= shortReason ? reason : `${reason.slice(0, shortReason)}…`;
  const whole = textOf({ ...it, reason });
  if (fits(whole)) return whole;
  const cut = textOf({ ...it, reason: short });
  return fits(cut) ? cut : textOf({ ...it, reason: short, job: null });
}

const fits = (text: string): boolean => Buffer.byteLength(text) <= limit;

/** SSM takes {{ for a reference to another parameter, and refuses it. */
const textOf = (it: Receipt): string => JSON.stringify(it).replace(/\{(?=\{)/g, "{ ");

/**
 * @param parameter its name, for errors
 * @throws Receipt.NewerVersion, Receipt.Unreadable
 */
export function parseReceipt(parameter: string, text: string): Receipt {
  const data = parseJson(parameter, text);
  const { version } = (data ?? {}) as { readonly version?: unknown };
  if (typeof version === "number" && version > 1) throw newerVersion(parameter, version);
  const parsed = receipt.safeParse(data);
  if (!parsed.success) throw unreadable(parameter, parsed.error);
  return parsed.data;
}

function parseJson(parameter: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(parameter, cause);
  }
}
