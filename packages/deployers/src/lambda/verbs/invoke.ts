/** `invoke`: invokes a function's alias, and prints what it answers. */

import { type Json, type Result } from "@bulkhead/core";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { exitCodeOf, placeOf, type DeployRun } from "../../run.ts";
import { chosenFunctions } from "../chosen.ts";
import { badPayload, nameOne } from "../errors.ts";
import { readable } from "../log-events.ts";
import type { FunctionDeclaration } from "../model.ts";

export interface InvokeFlags {
  readonly payload: string | undefined;
  readonly "payload-file": string | undefined;
  readonly qualifier: string | undefined;
  readonly async: boolean;
  readonly "log-type": "none" | "tail";
}

/**
 * Milliseconds: a function may take 15 minutes, and an answer has to come back.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const longest = 16 * 60_000;

/** A client's handler of HTTP: how long a connection may be silent isn't said call by call. */
interface Patient {
  updateHttpClientConfig(name: "socketTimeout", milliseconds: number): void;
}

export async function runInvoke(run: DeployRun, flags: InvokeFlags): Promise<Result> {
  const { name, alias } = oneFunction(run);
  const payload = await readPayload(flags);
  const qualifier = flags.qualifier ?? alias;
  // What it does can't be taken back.
  await run.prove();
  // Once: an answer that was lost doesn't say whether the function ran.
  const client = run.access.client(LambdaClient, run.place, 1);
  // Until the function has done its work, the connection is silent. It is the last one of this run.
  const handler = client.config.requestHandler as Partial<Patient>;
  handler.updateHttpClientConfig?.("socketTimeout", longest);
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: name,
      Qualifier: qualifier,
      Payload: payload,
      InvocationType: flags.async ? "Event" : "RequestResponse",
      ...(flags["log-type"] === "tail" && !flags.async ? { LogType: "Tail" } : {}),
    }),
    { requestTimeout: longest },
  );
  // Where nobody waits for an answer, the SDK says null against its own types.
  const answered = new TextDecoder().decode(answer.Payload ?? undefined);
  const log = answer.LogResult === undefined ? null : Buffer.from(answer.LogResult, "base64").toString();
  const { FunctionError } = answer;
  const { report, terminal } = run.context;
  if (log !== null) terminal.show(() => readable(log));
  if (FunctionError !== undefined) {
    report({ type: "warning", message: `${name}:${qualifier} failed (${FunctionError})` });
  }
  return {
    exitCode: exitCodeOf(FunctionError !== undefined),
    document: {
      kind: "invocation",
      version: 1,
      ...placeOf(run),
      name,
      qualifier,
      executedVersion: answer.ExecutedVersion ?? null,
      error: FunctionError ?? null,
      payload: parsed(answered),
      log,
    },
    text: () => (flags.async ? `${name}:${qualifier} was asked to run` : answered),
  };
}

/** @throws Lambda.NameOne, .UnknownFunction */
function oneFunction({ target, context }: DeployRun): FunctionDeclaration {
  const [one, ...others] = chosenFunctions(target.functions, context.args);
  if (!one || others.length > 0) throw nameOne(target.functions.map(({ key }) => key));
  return one;
}

/** @throws Lambda.BadPayload */
async function readPayload({ payload, "payload-file": file }: InvokeFlags): Promise<string> {
  if (payload !== undefined && file !== undefined) throw badPayload("it is given twice");
  const given = file === undefined ? (payload ?? "{}") : await readWhole(file);
  try {
    JSON.parse(given);
  } catch (error) {
    throw badPayload(`it is no JSON: ${(error as Error).message}`);
  }
  return given;
}

async function readWhole(file: string): Promise<string> {
  try {
    return await (file === "-" ? text(process.stdin) : readFile(file, "utf8"));
  } catch {
    throw badPayload(`${file} can't be read`);
  }
}

function parsed(payload: string): Json {
  try {
    return JSON.parse(payload) as Json;
  } catch {
    return payload;
  }
}
