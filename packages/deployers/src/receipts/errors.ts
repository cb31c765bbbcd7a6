/** The errors of receipts: those that can't be read, and what they forbid. */

import { type BulkheadError, suggest } from "@bulkhead/core";
import { shortCommit } from "./render.ts";
import { problem } from "../problem.ts";

export const newerVersion = (parameter: string, version: number): BulkheadError =>
  problem("Receipt.NewerVersion", `The receipt ${parameter} has format ${version}, which this Bulkhead doesn't know`, {
    next: "A newer Bulkhead wrote it. Use that one here, too.",
  });

export const unreadable = (parameter: string, cause: unknown): BulkheadError =>
  problem("Receipt.Unreadable", `The SSM parameter ${parameter} holds no receipt`, {
    next: "Somebody else wrote it. Look at its history; if nothing of it is needed, delete it, and Bulkhead begins anew.",
    cause,
  });

export const noReceipts = (unit: string, known: readonly string[]): BulkheadError => {
  const near = suggest(unit, known);
  const others = known.length === 0 ? "Nothing was deployed here yet." : `There are: ${known.join(", ")}.`;
  return problem("Receipt.None", `There are no receipts of "${unit}"`, {
    next: near === undefined ? others : `Did you mean "${near}"?`,
  });
};

export const noCommit = (what: string): BulkheadError =>
  problem("Receipt.NoCommit", `${what} needs a commit, and there is none: this is no git repository`, {
    next: "Run it where the application's repository is checked out.",
  });

export const ageUnknown = (unit: string, commit: string): BulkheadError =>
  problem(
    "Receipt.AgeUnknown",
    `${unit} runs commit ${shortCommit(commit)}, which isn't known here, so it may be the newer one`,
    {
      next: "Fetch the whole history (`git fetch --unshallow`, or `fetch-depth: 0`), or leave out --skip-superseded.",
    },
  );

export const dirtyCheckout = (environment: string, before: string): BulkheadError =>
  problem(
    "Receipt.Dirty",
    `${environment} takes only commits that ran in ${before}, but files here were changed since the commit. Nothing was changed.`,
    { next: "Commit them, and deploy that commit to the environments in order." },
  );

export const didNotRunBefore = (
  environment: string,
  before: string,
  absent: readonly { readonly unit: string; readonly commit: string }[],
): BulkheadError => {
  const what = absent.map(({ unit, commit }) => `${shortCommit(commit)} of ${unit}`).join(", ");
  return problem(
    "Receipt.NotRunBefore",
    `${environment} takes only commits that ran in ${before}, and these didn't: ${what}. Nothing was changed.`,
    { next: `Deploy them to ${before} first.` },
  );
};

export const noPredecessor = (unit: string, runs: string | undefined): BulkheadError =>
  problem(
    "Receipt.NoPredecessor",
    `No receipt says what ran before ${runs === undefined ? `what ${unit} runs` : `version ${runs} of ${unit}`}. Nothing was changed.`,
    { next: "`bulkhead deploy history` shows what is known; deploy the commit that is wanted." },
  );
