/** The errors of the frame: the deploy file, the choice of a target, the fence, look-ups and hooks. */

import { BulkheadError, suggest, type Where } from "@bulkhead/core";
import { applicationTag, environmentTag, type Owner } from "./owner.ts";
import { problem, type ProblemDetails } from "./problem.ts";

/** What the reader of the landing zone file calls a fault, and what it is called in a deploy file. */
const codes: Readonly<Record<string, string>> = {
  "LandingZone.YamlInvalid": "DeployFile.YamlInvalid",
  "LandingZone.Invalid": "DeployFile.Invalid",
  "LandingZone.UnknownKey": "DeployFile.UnknownKey",
  "LandingZone.KeyGivenTwice": "DeployFile.KeyGivenTwice",
};

export const inDeployFile = ({ code, fault, message, next, where, cause }: BulkheadError): BulkheadError =>
  new BulkheadError({ code: codes[code] ?? code, fault, message, next, where, cause });

export const fileMissing = (file: string): BulkheadError =>
  problem("DeployFile.Missing", `There is no file ${file}`, {
    where: { file },
    next: "Name yours with --deploy-file, or say what to deploy with --account, --region, and --stack and --template, or --function and --code.",
  });

export const mergeConflict = (where: Where): BulkheadError =>
  problem("DeployFile.MergeConflict", "The file holds an unresolved merge conflict", {
    where,
    next: "Take what is right of both sides.",
  });

export const unknownName = (kind: string, name: string, known: readonly string[], where?: Where): BulkheadError => {
  const near = suggest(name, known);
  return problem("DeployFile.UnknownName", `There is no ${kind} "${name}"`, {
    where,
    next: near === undefined ? `There are: ${known.join(", ") || "none"}.` : `Did you mean "${near}"?`,
  });
};

export const invalid = (message: string, where: Where, next?: string): BulkheadError =>
  problem("DeployFile.Invalid", message, { where, next });

export const noEnvironment = (known: readonly string[]): BulkheadError =>
  problem("Deploy.NoEnvironment", "It isn't said which environment to deploy", {
    next: `Add --environment; there are: ${known.join(", ")}.`,
  });

export const missingFlags = (missing: readonly string[]): BulkheadError =>
  problem("Deploy.MissingFlags", `Without a deploy file, these flags are missing: ${missing.join(", ")}`, {
    next: "Give them, or write a bulkhead.deploy.yaml.",
  });

export const flagsWithFile = (file: string, flags: readonly string[]): BulkheadError =>
  problem("Deploy.FlagsWithFile", `${flags.join(", ")} count only without a deploy file`, {
    where: { file },
    next: "Say it in the file; stacks and functions of the file are chosen by naming them after the command.",
  });

export const badAssignment = (flag: string, text: string): BulkheadError =>
  problem("Deploy.BadAssignment", `--${flag} ${text.split("=")[0] ?? ""} is not of the form NAME=VALUE`);

export const badName = (flag: string, text: string, rule: string): BulkheadError =>
  problem("Deploy.BadName", `--${flag} ${text} must be ${rule}`);

export const accountUnknown = (account: string, where: Where | undefined): BulkheadError =>
  problem("Deploy.AccountUnknown", `The id of account "${account}" isn't known`, {
    where,
    next: "Write its 12 digits, or name an account of bulkhead.lock.json (`bulkhead refresh` rebuilds it).",
  });

/** Something that exists and isn't the owner's. @param kind as the beginning of a sentence */
export const foreign = (
  code: string,
  kind: "Stack" | "Function",
  { name, tags }: { readonly name: string; readonly tags: ReadonlyMap<string, string> },
  { application, environment }: Owner,
): BulkheadError => {
  const owner = tags.get(applicationTag);
  const what = `${kind} ${name}`;
  if (owner === undefined) {
    const message = `${what} exists and carries no tag that says whose it is; ${application} doesn't touch it. Nothing was changed.`;
    return problem(code, message, { next: "If it is yours, take it over once with --adopt." });
  }
  if (owner !== application) {
    const message = `${what} belongs to ${owner}, but ${application} is meant. Nothing was changed.`;
    return problem(code, message, { next: `Give the ${kind.toLowerCase()} another name.` });
  }
  const from = String(tags.get(environmentTag));
  const message = `${what} is that of ${from}, but ${environment ?? "no environment"} is meant. Nothing was changed.`;
  const next = `Name the environment that is meant, or give ${kind.toLowerCase()}s names with {environment} in them.`;
  return problem(code, message, { next });
};

export const outsideFence = (reasons: readonly string[], next: string): BulkheadError =>
  problem("Deploy.OutsideFence", `${reasons.join("; ")}. Nothing was changed.`, { next });

export const needsYes = (environment: string): BulkheadError =>
  problem("Deploy.NeedsYes", `${environment} is protected, and there is no terminal to ask on. Nothing was changed.`, {
    next: "Look at the plan, then repeat with --yes.",
  });

export const deleteNeedsYes = (): BulkheadError =>
  problem("Deploy.DeleteNeedsYes", "There is no terminal to ask on. Nothing was changed.", {
    next: "Look at what would be deleted, then repeat with --yes.",
  });

export const lookupFailed = (what: string, reason: string, details: ProblemDetails): BulkheadError =>
  problem("Lookup.Failed", `${what} can't be looked up: ${reason}`, details);

export const hookFailed = (command: string, ending: string): BulkheadError =>
  problem("Hook.Failed", `The command \`${command}\` ended with ${ending}`, {
    next: "What it printed is shown with --verbose.",
  });
