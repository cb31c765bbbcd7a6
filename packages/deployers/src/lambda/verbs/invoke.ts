/** `invoke`: invokes a function's alias, and prints what it answers. */

import { type Json, type Result } from "@bulkhead/core";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { exitCodeOf, placeOf, type DeployRun } from "../../run.ts";
import { chosenFunctions } from "../chosen.ts";
import { badPayload, nameOne } from "../errors.ts";
import type { FunctionDeclaration } from "../model.ts";

export interface InvokeFlags {
  readonly payload: string | undefined;
  readonly "payload-file": string | undefined;
  readonly qualifier: string | undefined;
  readonly async: boolean;
  readonly "log-type": "none" | "tail";
}

export async function runInvoke(run: DeployRun, flags: InvokeFlags): Promise<Result> {
  const { name, alias } = oneFunction(run);
  const payload = await readPayload(flags);
  const qualifier = flags.qualifier ?? alias;
  // What it does can't be taken back.
  await run.prove();
  // Once: an answer that was lost doesn't say whether the function ran.
  const client = run.access.client(LambdaClient, run.place, 1);
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: name,
      Qualifier: qualifier,
      Payload: payload,
      InvocationType: flags.async ? "Event" : "RequestResponse",
      ...(flags["log-type"] === "tail" && !flags.async ? { LogType: "Tail" } : {}),
    }),
  );
  // Where nobody waits for an answer, the SDK says null against its own types.
  const answered = new TextDecoder().decode(answer.Payload ?? undefined);
  const log = answer.LogResult === undefined ? null : Buffer.from(answer.LogResult, "base64").toString();
  const { FunctionError } = answer;
  const { report, terminal } = run.context;
  if (log !== null) terminal.show(() => log.trimEnd());
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
