/** `bulkhead.lock.json`: account ids and address blocks as AWS last gave them. A hint, never the truth. */

import { dirname, join } from "node:path";
import { BulkheadError, throwAny, writeWhole } from "@bulkhead/core";
import * as z from "zod";
import { fileUnwritable, mergeConflict } from "./errors.ts";
import { diskFiles, findMergeConflict, readText, type Files } from "./files.ts";
import { parseJson } from "./json-source.ts";
import { compareText, type Account, type LandingZone } from "./model.ts";

const lockFileSchema = z.strictObject({
  version: z.literal(1, { error: "must be 1: was it written by a later Bulkhead?" }),
  accounts: z.record(
    z.string(),
    z.strictObject({
      id: z.string().regex(/^\d{12}$/, { error: "must be the 12 digits of an account id" }),
      team: z.string().optional(),
      environment: z.string().optional(),
      protected: z.boolean().optional(),
    }),
  ),
  blocks: z
    .record(
      z.string().regex(/^[^/]+\/[a-z0-9-]+$/, { error: "must be account/region" }),
      z.string().regex(/^[\da-f.:]+\/\d{1,3}$/, { error: "must be a CIDR block" }),
    )
    .optional(),
});

/** An account's id, and what env-detect needs to know of it where there is no landing zone file. */
export type LockedAccount = z.output<typeof lockFileSchema>["accounts"][string];

/** No secrets: the file is committed. */
export interface LockFile {
  /** By account name. */
  readonly accounts: Readonly<Record<string, LockedAccount>>;
  /** CIDR blocks by `account/region`. */
  readonly blocks: Readonly<Record<string, string>>;
}

/** Where the lock file of a landing zone stands: beside its main file. */
export function lockFilePath(landingZoneFile: string): string {
  return join(dirname(landingZoneFile), "bulkhead.lock.json");
}

/**
 * Reads a lock file; one that doesn't exist is empty.
 * @throws BulkheadError `LandingZone.MergeConflict`, `LandingZone.JsonInvalid`, `LandingZone.Invalid`, …
 */
export function readLockFile(path: string, files: Files = diskFiles): LockFile {
  const text = readText(files, path);
  return text === undefined ? { accounts: {}, blocks: {} } : parseLockFile(text, path);
}

/** @throws BulkheadError as `readLockFile` does, with the place in `file` */
export function parseLockFile(text: string, file: string): LockFile {
  const conflict = findMergeConflict(text, file);
  if (conflict) throw mergeConflict(conflict, "Take either side: `bulkhead refresh` then rebuilds the file from AWS.");
  const problems: BulkheadError[] = [];
  const parsed = parseJson(lockFileSchema, text, file, problems);
  throwAny(problems.map(withWayOut));
  return { accounts: parsed?.value.accounts ?? {}, blocks: parsed?.value.blocks ?? {} };
}

/** Nobody mends by hand what can be read again. */
function withWayOut({ code, fault, message, where }: BulkheadError): BulkheadError {
  const next = "Delete the file and run `bulkhead refresh`: it rebuilds it from AWS.";
  return new BulkheadError({ code, fault, message, where, next });
}

/** The text of a lock file: sorted, one entry a line, so that it merges well. */
export function formatLockFile({ accounts, blocks }: LockFile): string {
  return `${JSON.stringify({ version: 1, accounts: sorted(accounts), blocks: sorted(blocks) }, undefined, 2)}\n`;
}

/**
 * Writes the file whole or not at all: a run that is killed leaves the old one.
 * @throws BulkheadError `LandingZone.FileUnwritable`
 */
export async function writeLockFile(path: string, lockFile: LockFile): Promise<void> {
  await writeWhole(path, formatLockFile(lockFile)).catch((error: unknown) => {
    throw fileUnwritable(path, error);
  });
}

/** What was read from AWS: ids by account name, blocks by `account/region`. */
export interface ReadFromAws {
  readonly ids: ReadonlyMap<string, string>;
  readonly blocks?: ReadonlyMap<string, string>;
}

/**
 * The lock file after a look at AWS. What was read is taken; an account that couldn't be read keeps its entries, also
 * under a new name; one that left the landing zone loses them.
 */
export function refreshLockFile(old: LockFile, accounts: readonly Account[], read: ReadFromAws): LockFile {
  const accountEntries = accounts.flatMap(({ name, previously = name, team, environment, protected: isProtected }) => {
    const id = read.ids.get(name) ?? (old.accounts[name] ?? old.accounts[previously])?.id;
    if (id === undefined) return [];
    const entry: LockedAccount = {
      id,
      ...(team === undefined ? {} : { team }),
      ...(environment === undefined ? {} : { environment }),
      ...(isProtected ? { protected: true } : {}),
    };
    return [[name, entry] as const];
  });
  const nameNow = new Map(
    accounts.flatMap(
      ({ name, previously = name }) =>
        [
          [previously, name],
          [name, name],
        ] as const,
    ),
  );
  const blocks = [...Object.entries(old.blocks), ...(read.blocks ?? [])].flatMap(([key, block]) => {
    const [account = "", region = ""] = key.split("/");
    const name = nameNow.get(account);
    return name === undefined ? [] : [[`${name}/${region}`, block] as const];
  });
  return { accounts: Object.fromEntries(accountEntries), blocks: Object.fromEntries(blocks) };
}

/** Account ids by name, the management account's under `management`: the file's own, and the lock file's for the rest. */
export function accountIds(landingZone: LandingZone, lockFile: LockFile): ReadonlyMap<string, string> {
  const ids = new Map([["management", landingZone.organization.managementAccountId]]);
  for (const { name, id = lockFile.accounts[name]?.id } of landingZone.accounts) {
    if (id !== undefined) ids.set(name, id);
  }
  return ids;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareText(a, b)));
}
