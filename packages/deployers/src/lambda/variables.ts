/** Lambda's limit of environment variables, measured as Lambda measures it. */

import type { Where } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { awsMessage, variablesTooLarge } from "./errors.ts";

/**
 * All names and values together, as the JSON object that Lambda makes of them.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const limit = 4_096;

/** Bytes. */
function sizeOf(variables: ReadonlyMap<string, string>): number {
  return Buffer.byteLength(JSON.stringify(Object.fromEntries(variables)));
}

/** @throws Lambda.VariablesTooLarge */
export function checkVariables(name: string, variables: ReadonlyMap<string, string>, where: Where | undefined): void {
  const bytes = sizeOf(variables);
  if (bytes > limit) throw variablesTooLarge(name, bytes, limit, where);
}

/**
 * Sends what carries variables. Lambda's own refusal quotes all of them, secrets too, and so goes no further.
 * @throws Lambda.VariablesTooLarge
 */
export async function unquoted<T>(
  { name, variables }: { readonly name: string; readonly variables: ReadonlyMap<string, string> },
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (awsErrorName(error) !== "InvalidParameterValueException" || !/4 ?KB limit/i.test(awsMessage(error)))
      throw error;
    throw variablesTooLarge(name, sizeOf(variables), limit, undefined);
  }
}
