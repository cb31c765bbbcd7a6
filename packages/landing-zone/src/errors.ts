/** The errors of this package: what a person wrote in the landing zone that can't be meant or can't be done. */

import { BulkheadError, formatWhere, suggest, type Where } from "@bulkhead/core";

interface Details {
  readonly next?: string | undefined;
  readonly cause?: unknown;
}

/** An error of the person's input; `where` is undefined only for calls of the API. */
export function problem(code: string, where: Where | undefined, message: string, details: Details = {}) {
  return new BulkheadError({ code, fault: "user", message, where, ...details });
}

export function fileMissing(file: string) {
  return problem("LandingZone.FileMissing", { file }, `There is no file ${file}`, {
    next: "Write a first one with `bulkhead init`, or name yours with --file.",
  });
}

export function namedFileMissing(file: string, where: Where) {
  return problem("LandingZone.FileMissing", where, `There is no file ${file}`, {
    next: "Paths are relative to the file that names them.",
  });
}

export function fileUnreadable(file: string, cause: unknown) {
  return problem("LandingZone.FileUnreadable", { file }, `${file} can't be read: ${reasonOf(cause)}`, { cause });
}

export function fileUnwritable(file: string, cause: unknown) {
  return problem("LandingZone.FileUnwritable", { file }, `${file} can't be written: ${reasonOf(cause)}`, { cause });
}

export function fileTooBig(file: string, limitInBytes: number) {
  return problem("LandingZone.FileTooBig", { file }, `${file} is larger than ${String(limitInBytes / 1_000_000)} MB`, {
    next: "Is it the right file? A large landing zone can be split with `include`.",
  });
}

export function mergeConflict(where: Where, next: string) {
  return problem("LandingZone.MergeConflict", where, "The file holds an unresolved merge conflict", { next });
}

export function keyGivenTwice(key: string, where: Where, first: Where) {
  return problem("LandingZone.KeyGivenTwice", where, `"${key}" is given twice: first at ${formatWhere(first)}`);
}

/** The name of an account, team, environment, role, … that nothing in the landing zone has. */
export function unknownName(kind: string, name: string, known: Iterable<string>, where: Where | undefined) {
  const names = [...known];
  const near = suggest(name, names);
  const listed = names.length > 0 && names.length <= 12 ? `There are: ${names.join(", ")}.` : undefined;
  return problem("LandingZone.UnknownName", where, `There is no ${kind} "${name}"`, {
    next: near === undefined ? listed : `Did you mean "${near}"?`,
  });
}

export function accountIdUnknown(account: string) {
  return problem("LandingZone.AccountIdUnknown", undefined, `The id of account "${account}" isn't known`, {
    next: "`bulkhead refresh` reads the ids from AWS into bulkhead.lock.json; a new account gets its id from `bulkhead apply`.",
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
