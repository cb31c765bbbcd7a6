/** Promotion: what another environment runs, proven by its receipts, and the very bytes of it. */

import { BulkheadError } from "@bulkhead/core";
import { awsErrorName, type Access } from "@bulkhead/credentials";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { readArtifact, zipKey } from "../artifacts/bucket.ts";
import { deploymentOf } from "../receipts/history.ts";
import { functionUnit, type Receipt, type Source } from "../receipts/model.ts";
import type { Target } from "../target.ts";
import { digestOf, digestOfCodeSha256 } from "./bundle/digest.ts";
import { codeAltered, codeUnreachable, notProven, nothingRuns } from "./errors.ts";
import type { FunctionDeclaration } from "./model.ts";

/** What is promoted of one function. */
export interface Promotion {
  /** The function as the other environment has it. */
  readonly declaration: FunctionDeclaration;
  readonly version: string;
  /** `sha256:` and hex. */
  readonly digest: string;
  readonly source: Source;
}

/** Milliseconds to wait for the code. */
const patience = 60_000;

/**
 * What an alias runs, if its last receipt says the same.
 * @param last its last receipt there
 * @param history all of them, newest first: asked for where the last one is of a deployment that failed
 * @throws Lambda.NothingRuns, Lambda.NotProven
 */
export async function findPromotion(
  access: Access,
  there: Target,
  declaration: FunctionDeclaration,
  last: Receipt | undefined,
  history: () => Promise<readonly Receipt[]>,
): Promise<Promotion> {
  const { name, alias } = declaration;
  const unit = functionUnit(declaration);
  const where = there.environment ?? there.account;
  const { version, digest } = (await askFunction(access, there, declaration, alias)).running;
  const runs = `${where} runs version ${version} of ${name}`;
  if (!last) throw notProven(unit, `${runs}, but no receipt says how it came there`);
  if (last.result === "begun") {
    throw notProven(unit, `a ${last.verb} of it to ${where} is under way, or was cut off`);
  }
  if (last.name !== name || last.to?.version !== version || last.to.digest !== digest) {
    const said = last.to === null ? "nothing runs" : `it is ${last.to.version}`;
    throw notProven(unit, `${runs} (alias ${alias}), but by its last receipt ${said}: it was changed by hand`);
  }
  const { commit } = last.to;
  const by = last.result === "done" ? last : deploymentOf(await history(), name, last.to);
  // Of what the book has forgotten nobody can say that it was clean.
  return { declaration, version, digest, source: { commit, dirty: by?.dirty ?? commit !== null } };
}

/**
 * The zip, from the other environment's artifact bucket, or from Lambda where it isn't there.
 * @throws Lambda.CodeAltered where it isn't what was proven, Lambda.CodeUnreachable
 */
export async function fetchPromoted(
  access: Access,
  there: Target,
  { declaration, digest, version }: Promotion,
): Promise<Uint8Array> {
  const { artifactBucket: bucket, account, region } = there;
  if (bucket) {
    try {
      return await readArtifact(access, { account, region, bucket }, zipKey(digest));
    } catch (error) {
      // Buckets are tidied up; Lambda keeps the code of every version.
      if (!(error instanceof BulkheadError) || error.code !== "Artifacts.Missing") throw error;
    }
  }
  // By its number: the alias may have been moved meanwhile.
  const { location } = await askFunction(access, there, declaration, version);
  const zip = await download(location, declaration.name);
  if (digestOf(zip).digest !== digest) throw codeAltered(declaration.name, version, digest);
  return zip;
}

async function askFunction(
  access: Access,
  { account, region }: Target,
  { name, alias }: FunctionDeclaration,
  qualifier: string,
): Promise<{ readonly running: Pick<Promotion, "version" | "digest">; readonly location: string }> {
  const client = access.client(LambdaClient, { account, region });
  try {
    const { Configuration, Code } = await client.send(
      new GetFunctionCommand({ FunctionName: name, Qualifier: qualifier }),
    );
    const digest = digestOfCodeSha256(Configuration?.CodeSha256 ?? "");
    return { running: { version: Configuration?.Version ?? "", digest }, location: Code?.Location ?? "" };
  } catch (error) {
    throw awsErrorName(error) === "ResourceNotFoundException" ? nothingRuns(name, alias) : error;
  }
}

/** The address is signed, and so a secret: errors of the network would repeat it. */
async function download(location: string, name: string): Promise<Uint8Array> {
  try {
    const answer = await fetch(location, { signal: AbortSignal.timeout(patience) });
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  } catch {
    // Told below.
  }
  throw codeUnreachable(name);
}
