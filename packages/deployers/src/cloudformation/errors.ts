/** The errors of the CloudFormation deployer. */

import { BulkheadError, formatWhere, suggest, type Where } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { foreign } from "../errors.ts";
import type { Owner } from "../owner.ts";
import type { FoundStack } from "./model.ts";
import { problem } from "../problem.ts";

export const templateMissing = (path: string, where: Where | undefined): BulkheadError =>
  problem("CloudFormation.TemplateMissing", `There is no template ${path}`, {
    where,
    next: "Paths are relative to the file that names them.",
  });

export const templateBroken = (where: Where, reason: string): BulkheadError =>
  problem("CloudFormation.TemplateBroken", `The template can't be read: ${reason}`, { where });

export const templateCycle = (paths: readonly string[], where: Where | undefined): BulkheadError =>
  problem("CloudFormation.TemplateCycle", `These templates nest each other: ${paths.join(" → ")}`, { where });

export const overLimit = (of: string, what: string, found: number, limit: number): BulkheadError =>
  problem(
    "CloudFormation.TemplateLimit",
    `${of} has ${found.toLocaleString("en")} ${what}; CloudFormation takes ${limit.toLocaleString("en")}`,
    { next: "Split it into several stacks." },
  );

export const templateNeedsBucket = (path: string): BulkheadError =>
  problem(
    "CloudFormation.NeedsBucket",
    `${path} is too large for a call, or nests templates by path: it needs a bucket`,
    {
      next: "Declare artifactBucket (without a deploy file: --artifact-bucket).",
    },
  );

export const policyBroken = (path: string, reason: string): BulkheadError =>
  problem("CloudFormation.PolicyBroken", `The stack policy ${path} can't be used: ${reason}`, {
    where: { file: path },
  });

export const unknownParameter = (name: string, known: readonly string[], where: Where | undefined): BulkheadError => {
  const near = suggest(name, known);
  return problem("CloudFormation.UnknownParameter", `The template has no parameter "${name}"`, {
    where,
    next: near === undefined ? `It has: ${known.join(", ") || "none"}.` : `Did you mean "${near}"?`,
  });
};

export const parameterMissing = (names: readonly string[], stack: string, where: Where | undefined): BulkheadError =>
  problem("CloudFormation.ParameterMissing", `Stack ${stack} is new and needs values for: ${names.join(", ")}`, {
    where,
  });

export const stackCycle = (keys: readonly string[], where: Where | undefined): BulkheadError =>
  problem("CloudFormation.StackCycle", `These stacks need each other: ${keys.join(" → ")}`, { where });

export const unknownStack = (key: string, known: readonly string[]): BulkheadError => {
  const near = suggest(key, known);
  return problem("CloudFormation.UnknownStack", `There is no stack "${key}" in the deploy file`, {
    next: near === undefined ? `There are: ${known.join(", ")}.` : `Did you mean "${near}"?`,
  });
};

export const foreignStack = (stack: FoundStack, owner: Owner): BulkheadError =>
  foreign("CloudFormation.ForeignStack", "Stack", stack, owner);

export const stackStuck = ({ name, status, reason }: FoundStack): BulkheadError =>
  problem("CloudFormation.StackStuck", `Stack ${name} is in ${status}${reason ? `: ${reason}` : ""}`, {
    next: "Remove what keeps it from being deleted, and delete it again.",
  });

export const needsCapabilities = (name: string, missing: readonly string[], where: Where | undefined): BulkheadError =>
  problem("CloudFormation.NeedsCapabilities", `The template of ${name} needs ${missing.join(" and ")}`, {
    where,
    next: "Look at what it makes, then declare it under `capabilities` (without a deploy file: --capability).",
  });

export const wouldDestroy = (name: string, resources: readonly string[]): BulkheadError =>
  problem(
    "CloudFormation.WouldDestroy",
    `Deploying ${name} would replace or delete ${resources.join(", ")}; its stack policy denies that. Nothing was changed.`,
    { next: "If that is meant, repeat with --replace." },
  );

export const changeSetFailed = (name: string, reason: string): BulkheadError =>
  problem("CloudFormation.ChangeSetFailed", `CloudFormation can't plan ${name}: ${reason}`, { fault: "aws" });

export const changeSetGone = (name: string): BulkheadError =>
  problem("CloudFormation.ChangeSetGone", `The change set that was planned for ${name} no longer exists`, {
    next: "Plan again and apply the new plan.",
  });

export const changeSetStale = (name: string, status: string): BulkheadError =>
  problem("CloudFormation.ChangeSetStale", `The change set that was planned for ${name} can't be applied: ${status}`, {
    next: "The stack has changed since. Plan again and apply the new plan.",
  });

/** Whether a change set can't be executed because something else was quicker. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof BulkheadError && /^CloudFormation\.ChangeSet(Gone|Stale)$/.test(error.code);
}

export const policyLeftOpen = (name: string): string =>
  `The policy of ${name} could not be closed again and allows everything; the next deployment closes it`;

export const changeSetForeign = (name: string): BulkheadError =>
  problem("CloudFormation.ChangeSetForeign", `The change set for ${name} is not one that this plan made`, {
    next: "Plan again and apply the new plan.",
  });

/** What went wrong first: where in the stack, and AWS's reason. */
export interface FirstCause {
  /** `Bucket`, or `Child/Bucket` in a nested stack. */
  readonly resource: string;
  readonly type: string;
  readonly reason: string;
}

export const deploymentFailed = (name: string, status: string, cause: FirstCause | undefined): BulkheadError =>
  problem(
    "CloudFormation.Failed",
    `Stack ${name} ended in ${status}${cause ? `: ${cause.resource} (${cause.type}): ${cause.reason}` : ""}`,
    { fault: "aws" },
  );

export const deploymentCancelled = (name: string, status: string): BulkheadError =>
  problem("CloudFormation.Cancelled", `The update of ${name} was cancelled; the stack is in ${status}`);

export const stillRunning = (name: string, doing: string): BulkheadError =>
  problem("CloudFormation.StillRunning", `The ${doing} of ${name} can't be cancelled and goes on in AWS`, {
    next: "The next run takes it up where it is.",
  });

export const protectedStacks = (names: readonly string[]): BulkheadError =>
  problem(
    "CloudFormation.TerminationProtected",
    `Termination protection is on: ${names.join(", ")}. Nothing was changed.`,
    { next: "Switch it off with `terminationProtection: false` and deploy, then delete." },
  );

export const notAPlan = (file: string, reason: string): BulkheadError =>
  problem("CloudFormation.NotAPlan", `${formatWhere({ file })} is not a plan to apply here: ${reason}`, {
    next: "Plan again with --out.",
  });

export const planUnwritable = (file: string, cause: unknown): BulkheadError =>
  problem("CloudFormation.PlanUnwritable", `The plan can't be saved as ${file}`, {
    where: { file },
    next: "Give --out a file in a folder that exists and that you may write to.",
    cause,
  });

/** A refusal of CloudFormation whose words say more than its name. */
export function isRefusal(error: unknown, words: RegExp): error is BulkheadError {
  return error instanceof BulkheadError && awsErrorName(error) !== undefined && words.test(messageOf(error));
}

/** What AWS said. */
export function messageOf(error: unknown): string {
  const raw = error instanceof BulkheadError ? error.cause : error;
  return raw instanceof Error || (raw as { message?: unknown } | undefined)?.message !== undefined
    ? String((raw as Error).message)
    : "";
}
