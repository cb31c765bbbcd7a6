/** The errors of plans: files that can't be read or trusted, and plans for another organization. */

import { BulkheadError } from "@bulkhead/core";

const planAgain = "Run `bulkhead plan --out` again and apply the new file.";

export const planFileUnreadable = (file: string, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Plan.FileUnreadable",
    fault: "user",
    message: `The plan file can't be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    next: "Check the path; `bulkhead plan --out plan.json` writes one.",
    where: { file },
    cause,
  });

/** In words, because the system's own would name the temporary file. */
const unwritable: Readonly<Record<string, string>> = {
  EACCES: "you aren't allowed to write there",
  EISDIR: "it is a folder",
  ENOENT: "there is no such folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "there is no such folder",
  EPERM: "you aren't allowed to write there",
  EROFS: "the disk is read-only",
};

export const planFileUnwritable = (file: string, cause: unknown): BulkheadError => {
  const code = String((cause as { code?: unknown }).code);
  return new BulkheadError({
    code: "Plan.FileUnwritable",
    fault: "user",
    message: `The plan can't be saved as ${file}: ${unwritable[code] ?? code}.`,
    next: "Give --out a file in a folder that exists and that you may write to.",
    where: { file },
    cause,
  });
};

export const notAPlanFile = (file: string): BulkheadError =>
  new BulkheadError({
    code: "Plan.NotAPlanFile",
    fault: "user",
    message: "This file is not a plan that `bulkhead plan --out` wrote.",
    next: planAgain,
    where: { file },
  });

export const planFileEdited = (file: string): BulkheadError =>
  new BulkheadError({
    code: "Plan.FileEdited",
    fault: "user",
    message: "The plan file was changed after it was written: its content doesn't match its digest.",
    next: planAgain,
    where: { file },
  });

export const planFileVersion = (file: string, version: unknown): BulkheadError =>
  new BulkheadError({
    code: "Plan.FileVersion",
    fault: "user",
    message: `The plan file has version ${String(version)}; this Bulkhead reads version 1.`,
    next: planAgain,
    where: { file },
  });

export const dependencyCycle = (ids: readonly string[]): BulkheadError =>
  new BulkheadError({
    code: "Plan.DependencyCycle",
    fault: "internal",
    message: `These changes wait for each other: ${ids.join(" → ")}`,
    next: "This is a defect of Bulkhead: please report it with the plan.",
  });

export const unknownKind = (kind: string): BulkheadError =>
  new BulkheadError({
    code: "Plan.UnknownKind",
    fault: "internal",
    message: `Nothing here can apply a change of the kind “${kind}”.`,
    next: "Apply the plan with the Bulkhead that made it.",
  });

export const wrongOrganization = (file: string, planned: string, found: string): BulkheadError =>
  new BulkheadError({
    code: "Plan.WrongOrganization",
    fault: "user",
    message: `The plan was made for the organization of ${planned}, but the landing zone file names ${found}. Nothing was changed.`,
    next: "Give the landing zone file that the plan was made from (--file), or plan again.",
    where: { file },
  });

export const planIsWhole = (file: string, flags: readonly string[]): BulkheadError =>
  new BulkheadError({
    code: "Plan.CannotNarrow",
    fault: "user",
    message: `A saved plan is applied as it was shown: ${flags.map((flag) => `--${flag}`).join(", ")} can't narrow it. Nothing was changed.`,
    next: "Give the flags to `plan --out`, and apply the plan that it writes.",
    where: { file },
  });

export const needsYes = (): BulkheadError =>
  new BulkheadError({
    code: "Plan.NeedsYes",
    fault: "user",
    message: "There is no terminal to ask for approval on. Nothing was changed.",
    next: "Look at the plan, then apply it with --yes.",
  });

export const approvesNothing = (given: string, planned: string): BulkheadError =>
  new BulkheadError({
    code: "Plan.ApprovesAnother",
    fault: "user",
    message: `--approve ${given} names another plan: this one is ${planned}. Nothing was changed.`,
    next: "Look at this plan, and give its own name if it is what you want.",
  });
