/** The ping: a call of a version that shows whether it works. */

import { asBulkheadError, clean, jsonEqual, type Json, type JsonObject } from "@bulkhead/core";
import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";

export interface PingDeclaration {
  readonly payload: Json;
  /** What the answer must hold; undefined: any answer without an error of the function will do. */
  readonly expect: Json | undefined;
}

export type PingResult =
  | { readonly ok: true; readonly answer: string }
  | { readonly ok: false; /** As the end of a sentence. */ readonly reason: string };

const longest = 200;

/**
 * What AWS refuses is a failed ping, too.
 * @param qualifier a version or an alias
 */
export async function ping(
  client: LambdaClient,
  functionName: string,
  qualifier: string,
  { payload, expect }: PingDeclaration,
): Promise<PingResult> {
  const failed = (reason: string): PingResult => ({ ok: false, reason });
  try {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Qualifier: qualifier, Payload: JSON.stringify(payload) }),
    );
    const answer = new TextDecoder().decode(Payload);
    if (FunctionError !== undefined) return failed(`it failed (${FunctionError}): ${shown(answer)}`);
    if (expect !== undefined && !holds(parsed(answer), expect)) {
      return failed(`it answered ${shown(answer)}, but ${shown(JSON.stringify(expect))} is expected`);
    }
    return { ok: true, answer };
  } catch (error) {
    return failed(asBulkheadError(error).message);
  }
}

/** Whether an answer has all that is expected of it; objects may have more members. */
export function holds(answer: Json | undefined, expected: Json): boolean {
  if (!isObject(expected)) return answer !== undefined && jsonEqual(answer, expected);
  return isObject(answer) && Object.entries(expected).every(([name, value]) => holds(answer[name], value));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(answer: string): Json | undefined {
  try {
    return JSON.parse(answer) as Json;
  } catch {
    return undefined;
  }
}

function shown(text: string): string {
  const line = clean(text);
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
