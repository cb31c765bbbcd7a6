/** The errors of the Lambda deployer. */

import { BulkheadError, suggest, type Where } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { foreign } from "../errors.ts";
import type { Owner } from "../owner.ts";
import type { FoundFunction } from "./model.ts";
import { problem } from "../problem.ts";

export const unknownFunction = (key: string, known: readonly string[]): BulkheadError => {
  const near = suggest(key, known);
  return problem("Lambda.UnknownFunction", `There is no function "${key}" in the deploy file`, {
    next: near === undefined ? `There are: ${known.join(", ") || "none"}.` : `Did you mean "${near}"?`,
  });
};

export const wouldShow = (what: string, name: string, where: Where | undefined): BulkheadError =>
  problem("Lambda.WouldShow", `${what} of ${name} is a secret, but everybody who may read the function would see it`, {
    where,
    next: "A secret can only be the value of an environment variable.",
  });

export const variablesTooLarge = (
  name: string,
  found: number,
  limit: number,
  where: Where | undefined,
): BulkheadError =>
  problem(
    "Lambda.VariablesTooLarge",
    `The environment variables of ${name} take ${found.toLocaleString("en")} bytes; Lambda takes ${limit.toLocaleString("en")}`,
    { where, next: "Keep what is large in Systems Manager or S3, and pass its name." },
  );

export const foreignFunction = (found: Pick<FoundFunction, "name" | "tags">, owner: Owner): BulkheadError =>
  foreign("Lambda.ForeignFunction", "Function", found, owner);

export const imageFunction = (name: string, where: Where | undefined): BulkheadError =>
  problem("Lambda.ImageFunction", `Function ${name} is a container image; only functions of zips are deployed`, {
    where,
    next: "Give the function another name, or delete the one that exists.",
  });

export const notReadable = (name: string, what: string, reason: string | undefined): BulkheadError =>
  problem("Lambda.NotReadable", `The ${what} of function ${name} can't be read: ${reason ?? "AWS doesn't say why"}`, {
    fault: "aws",
    next: "Give the caller the right that AWS names (lambda:ListTags for tags, kms:Decrypt for variables).",
  });

export const versionFailed = (name: string, version: string, reason: string | undefined): BulkheadError =>
  problem("Lambda.VersionFailed", `${nameOf(name, version)} can't be used: ${reason ?? "AWS doesn't say why"}`, {
    fault: "aws",
    next: "Put right what AWS names, and deploy again.",
  });

export const stillBusy = (name: string, version: string, minutes: number): BulkheadError =>
  problem("Lambda.StillBusy", `${nameOf(name, version)} isn't ready after ${minutes} minutes`, {
    fault: "aws",
    next: "AWS goes on by itself; the next run takes it up where it is.",
  });

const nameOf = (name: string, version: string): string =>
  version === "$LATEST" ? `Function ${name}` : `Version ${version} of ${name}`;

export const pingFailed = (name: string, version: string, alias: string, reason: string): BulkheadError =>
  problem("Lambda.PingFailed", `The ping of version ${version} of ${name} failed: ${reason}; alias ${alias} stays`, {
    next: "Look at its log with `lambda logs`, mend it, and deploy again.",
  });

export const turnedBack = (name: string, version: string, reason: string): BulkheadError =>
  problem("Lambda.TurnedBack", `The traffic of ${name} was turned back from version ${version}: ${reason}`, {
    next: "Find out why, mend it, and deploy again.",
  });

/** @param cause what AWS refused a call with, where it did */
export const overtaken = (name: string, cause?: unknown): BulkheadError => {
  const refusal = awsMessage(cause);
  const why = refusal === "" ? "" : `: ${refusal}`;
  return problem("Lambda.Overtaken", `Function ${name} is changed by somebody else again and again${why}`, {
    next: "Find out who it is; deploy again when it is quiet.",
    cause,
  });
};

export const codeSwapped = (name: string, version: string, digest: string): BulkheadError =>
  problem(
    "Lambda.CodeSwapped",
    `Version ${version} of ${name} has other code than ${digest}, which was sent; it gets no traffic`,
    { next: "Find out who else writes to the artifact bucket, and deploy again." },
  );

export const storageExceeded = (name: string, cause: unknown): BulkheadError =>
  problem(
    "Lambda.CodeStorageExceeded",
    `There is no room for another version of ${name}: the code of all functions and layers of this account and region has reached Lambda's quota`,
    { next: "Delete versions that nobody needs with `lambda prune`, or have the quota raised.", cause },
  );

export const provisioningFailed = (name: string, reason: string | undefined): BulkheadError =>
  problem(
    "Lambda.ProvisioningFailed",
    `The provisioned concurrency of ${name} can't be had: ${reason ?? "AWS doesn't say why"}`,
    { fault: "aws", next: "Put right what AWS names, and deploy again." },
  );

export const nothingRuns = (name: string, alias: string): BulkheadError =>
  problem("Lambda.NothingRuns", `Function ${name} has no alias ${alias}, or doesn't exist: nothing runs there`, {
    next: "Deploy it first.",
  });

export const predecessorGone = (name: string, version: string, exists: boolean): BulkheadError =>
  problem(
    "Lambda.PredecessorGone",
    exists
      ? `Version ${version} of ${name}, which ran before, isn't that code any more: the function was made anew. Nothing was changed.`
      : `Version ${version} of ${name}, which ran before, was deleted. Nothing was changed.`,
    { next: "Deploy the commit that is wanted; `bulkhead deploy history` shows which ran." },
  );

export const notProven = (unit: string, reason: string): BulkheadError =>
  problem("Lambda.NotProven", `${unit} can't be promoted: ${reason}. Nothing was changed.`, {
    next: "Deploy it there again, and promote what then runs.",
  });

export const promotedToItself = (environment: string): BulkheadError =>
  problem("Lambda.PromotedToItself", `${environment} is both where the code comes from and where it goes`, {
    next: "Name another environment with --from or --environment.",
  });

export const codeAltered = (name: string, version: string, digest: string): BulkheadError =>
  problem(
    "Lambda.CodeAltered",
    `Lambda gave other code for version ${version} of ${name} than ${digest}, which it runs. Nothing was deployed of it.`,
    { fault: "aws", next: "Promote again." },
  );

export const codeUnreachable = (name: string): BulkheadError =>
  problem("Lambda.CodeUnreachable", `The code of ${name} can't be fetched from Lambda`, {
    fault: "aws",
    next: "Promote again; with an artifact bucket in that environment it comes from there.",
  });

/** Whether something else has changed the function since it was read, or changes it just now. */
export function isOvertaken(error: unknown): boolean {
  if (error instanceof BulkheadError && error.code === "Lambda.Overtaken") return true;
  return /^(PreconditionFailedException|ResourceConflictException)$/.test(awsErrorName(error) ?? "");
}

/** What AWS said. */
export function awsMessage(error: unknown): string {
  const raw = error instanceof BulkheadError ? error.cause : error;
  return String((raw as { message?: unknown } | undefined)?.message ?? "");
}

export const notDeployed = (name: string, alias: string): BulkheadError =>
  problem("Lambda.NotDeployed", `There is no function ${name} with an alias ${alias} here`, {
    next: "Deploy it first.",
  });

export const nameOne = (known: readonly string[]): BulkheadError =>
  problem("Lambda.NameOne", "It isn't said which function is meant", { next: `There are: ${known.join(", ")}.` });

export const badPayload = (reason: string): BulkheadError =>
  problem("Lambda.BadPayload", `The payload can't be sent: ${reason}`, {
    next: "Give JSON with --payload, or a file of it with --payload-file.",
  });

export const badTime = (flag: string, text: string): BulkheadError =>
  problem("Lambda.BadTime", `--${flag} ${text} is no time`, {
    next: "Write how long ago, as 10m, 2h or 1d, or an ISO time such as 2026-01-31T12:00:00Z.",
  });

export const tailUntil = (): BulkheadError =>
  problem("Lambda.TailUntil", "--tail goes on until Ctrl-C; --until has no meaning with it");

export const noPing = (name: string): BulkheadError =>
  problem("Lambda.NoPing", `No ping is declared for ${name}`, {
    next: "Declare it with `ping: true`, or with a payload and what is expected.",
  });
