/** What it takes to enter the servers that the settings name, and trying one after another. */

import { BulkheadError, combineErrors, silent, type Report } from "@bulkhead/core";
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readBindPassword } from "./bind-password.ts";
import type { ConnectionOptions } from "./connection.ts";
import { badUrl, caFileUnreadable, passwordMissing } from "./errors.ts";
import { openSession, type Login, type Session } from "./session.ts";
import type { DirectorySettings, ReadOptions } from "./settings.ts";

const SILENCE_MS = 60_000;
/** Failures that are the server's own: another one that holds the same may do better. */
const serversOwn = new Set([
  "Directory.Unreachable",
  "Directory.TlsFailed",
  "Directory.Unavailable",
  "Directory.BoundAsNobody",
]);

/** As whom, and with which trust, servers are entered. */
export interface Entrance {
  readonly login: Login;
  readonly connection: ConnectionOptions;
}

/** @throws Directory.PasswordMissing, Directory.CaFileUnreadable */
export async function readEntrance(directory: DirectorySettings, options: ReadOptions): Promise<Entrance> {
  const { silenceMs = SILENCE_MS, signal } = options;
  const login = await readLogin(directory, options);
  return { login, connection: { ca: await readCa(directory, options), silenceMs, signal } };
}

/**
 * Does something as the person that the settings name, and says goodbye.
 * @throws any code of `openSession`, and what `work` throws
 */
export async function withSession<T>(
  url: string,
  { login, connection }: Entrance,
  { report = silent }: ReadOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(url, login, connection, report);
  try {
    return await work(session);
  } finally {
    session.connection.close();
  }
}

/**
 * Tries the servers in order, until one serves to the end.
 * A password that is refused ends it, since each further try might lock the account.
 * @throws what the servers failed with, or the first failure that isn't a server's own
 */
export async function onFirstServer<T>(
  urls: readonly string[],
  attempt: (url: string) => Promise<T>,
  report: Report = silent,
): Promise<T> {
  const failures: BulkheadError[] = [];
  for (const url of urls) {
    try {
      return await attempt(url);
    } catch (error) {
      if (!isServersOwn(error)) throw error;
      failures.push(error);
      if (url !== urls.at(-1)) report({ type: "warning", message: `${error.message}. Trying the next server.` });
    }
  }
  const [first = badUrl(urls.join(" ")), ...others] = failures;
  throw combineErrors([first, ...others]);
}

export function isServersOwn(error: unknown): error is BulkheadError {
  return error instanceof BulkheadError && serversOwn.has(error.code);
}

async function readLogin(directory: DirectorySettings, options: ReadOptions): Promise<Login> {
  const { bindDn, bindPassword, startTls = false } = directory;
  if (bindDn === undefined) return { startTls, bind: null };
  if (!bindPassword) throw passwordMissing(`bindDn is ${bindDn}, and bindPassword is missing.`);
  return { startTls, bind: { dn: bindDn, password: await readBindPassword(bindPassword, options) } };
}

async function readCa({ caFile }: DirectorySettings, { folder = "." }: ReadOptions): Promise<Buffer | undefined> {
  if (caFile === undefined) return undefined;
  const file = resolve(folder, caFile);
  try {
    const ca = await readFile(file);
    // TLS takes a file without certificates for an empty list, and then trusts nobody without saying why.
    new X509Certificate(ca);
    return ca;
  } catch (cause) {
    throw caFileUnreadable(file, cause);
  }
}
