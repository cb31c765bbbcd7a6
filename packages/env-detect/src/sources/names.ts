/** What people call an account: from a map in the code, the lock file, or the mark in the account itself. */

import { ACCOUNT_ID } from "../arn.ts";
import { EnvironmentError } from "../errors.ts";
import { NoAnswerError } from "../http.ts";
import type { AccountNaming, Naming, Surroundings } from "../findings.ts";
import type { AccountMap } from "../model.ts";

const LOCK_FILE = "bulkhead.lock.json";
/** The account's own mark in the Systems Manager Parameter Store: JSON `{ name, team?, environment?, protected? }`. */
export const MARK = "/bulkhead/account";

/** A map of accounts, with the name that people know it by. */
export interface NamedMap {
  readonly source: string;
  readonly accounts: AccountMap;
}

/**
 * The maps at hand: the given one, and the lock file `lockFile`, or the nearest at or above the working directory.
 * @throws EnvironmentError `EnvDetect.BadMap`
 */
export function readMaps(
  surroundings: Surroundings,
  options: { readonly accounts?: AccountMap | undefined; readonly lockFile?: string | undefined },
): NamedMap[] {
  const maps: NamedMap[] = [];
  if (options.accounts !== undefined) {
    maps.push({ source: "the given accounts", accounts: checkMap(options.accounts, "the given accounts") });
  }
  const lock = findLock(surroundings, options.lockFile);
  if (lock !== undefined) maps.push({ source: LOCK_FILE, accounts: parseLock(lock.text, lock.path) });
  return maps;
}

/** What the maps say of an account; each map at most one thing. */
export function namingsOf(maps: readonly NamedMap[], account: string | undefined): Naming[] {
  return maps.flatMap(({ source, accounts }) => {
    const found = Object.entries(accounts).find(([, entry]) => entry.id === account);
    if (found === undefined) return [];
    const [name, { team, environment, protected: isProtected }] = found;
    return [{ source, trust: "strong" as const, name, team, environment, protected: isProtected ?? false }];
  });
}

/**
 * The mark, as its JSON stands in the parameter.
 * @throws NoAnswerError when it has another shape
 */
export function parseMark(text: string): AccountNaming {
  let mark: unknown;
  try {
    mark = JSON.parse(text);
  } catch {
    mark = undefined;
  }
  if (!isNaming(mark) || typeof (mark as { name?: unknown }).name !== "string") {
    throw new NoAnswerError(`the parameter ${MARK} is not of the shape { name, team, environment, protected }`);
  }
  const { name, team, environment, protected: isProtected } = mark as AccountNaming;
  return { name, team, environment, protected: isProtected ?? false };
}

function findLock(surroundings: Surroundings, given: string | undefined): { path: string; text: string } | undefined {
  if (given !== undefined) {
    const text = surroundings.readFile(given);
    if (text === undefined) throw new EnvironmentError("EnvDetect.BadMap", `The lock file ${given} can't be read.`);
    return { path: given, text };
  }
  const { dirname, join } = process.getBuiltinModule("node:path");
  for (let folder = surroundings.cwd; ; folder = dirname(folder)) {
    const path = join(folder, LOCK_FILE);
    const text = surroundings.readFile(path);
    if (text !== undefined) return { path, text };
    if (folder === dirname(folder)) return undefined;
  }
}

function parseLock(text: string, path: string): AccountMap {
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch (cause) {
    throw new EnvironmentError(
      "EnvDetect.BadMap",
      `${path} is not JSON.`,
      "Run `bulkhead refresh` to rebuild it.",
      cause,
    );
  }
  return checkMap((lock as { accounts?: unknown } | null)?.accounts, path);
}

function checkMap(accounts: unknown, where: string): AccountMap {
  const bad = (what: string): EnvironmentError =>
    new EnvironmentError(
      "EnvDetect.BadMap",
      `${where}: ${what}.`,
      'Each account is "name": { "id": "12 digits", "team"?, "environment"?, "protected"? }.',
    );
  if (typeof accounts !== "object" || accounts === null) throw bad("it has no `accounts`");
  const names = new Map<string, string>();
  for (const [name, entry] of Object.entries(accounts as Record<string, unknown>)) {
    const id: unknown = (entry as { id?: unknown } | null)?.id;
    if (!isNaming(entry) || typeof id !== "string" || !ACCOUNT_ID.test(id)) throw bad(`account ${name} is malformed`);
    const other = names.get(id);
    if (other !== undefined) throw bad(`${other} and ${name} have the same id, ${id}`);
    names.set(id, name);
  }
  return accounts as AccountMap;
}

function isNaming(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { team, environment, protected: isProtected } = value as Record<string, unknown>;
  return (
    [team, environment].every((text) => text === undefined || typeof text === "string") &&
    (isProtected === undefined || typeof isProtected === "boolean")
  );
}
