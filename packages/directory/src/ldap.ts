/** Reads from the first of several LDAP servers that answers to the end. */

import { BulkheadError, combineErrors, silent } from "@bulkhead/core";
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readBindPassword } from "./bind-password.ts";
import type { ConnectionOptions } from "./connection.ts";
import { badUrl, caFileUnreadable, passwordMissing } from "./errors.ts";
import { ldapSource } from "./ldap-source.ts";
import type { DirectoryRead, IncompleteReason } from "./model.ts";
import { emptyRead, readEntries } from "./read-entries.ts";
import { openSession, type Login, type Session } from "./session.ts";
import type { DirectorySettings, ReadOptions, ReadSettings } from "./settings.ts";

const SILENCE_MS = 60_000;
/** Failures that are the server's own: another one that holds the same may do better. */
const goesOn = new Set([
  "Directory.Unreachable",
  "Directory.TlsFailed",
  "Directory.Unavailable",
  "Directory.BoundAsNobody",
]);

/**
 * Tries the servers in order. One that fails in the middle counts for nothing: the next one is read from the start.
 * A password that is refused ends it, since each further try might lock the account.
 * @param urls of servers that hold the same
 * @returns an empty, incomplete read, if a read began and none came to its end
 * @throws any code of `openSession`, if no read could even begin; Directory.PasswordMissing, Directory.CaFileUnreadable
 */
export async function readLdap(
  urls: readonly string[],
  settings: ReadSettings,
  options: ReadOptions,
): Promise<DirectoryRead> {
  const { report = silent, silenceMs = SILENCE_MS, signal } = options;
  const login = await readLogin(settings.directory, options);
  const connectionOptions: ConnectionOptions = { ca: await readCa(settings.directory, options), silenceMs, signal };

  const failures: BulkheadError[] = [];
  let begun: { readonly server: string; readonly boundAs: string } | undefined;
  for (const url of urls) {
    let session: Session | undefined;
    try {
      session = await openSession(url, login, connectionOptions, report);
      begun = { server: url, boundAs: session.boundAs };
      return await readEntries(ldapSource(session), settings, options);
    } catch (error) {
      if (!(error instanceof BulkheadError) || !goesOn.has(error.code)) throw error;
      failures.push(error);
      if (url !== urls.at(-1)) report({ type: "warning", message: `${error.message}. Trying the next server.` });
    } finally {
      session?.connection.close();
    }
  }
  if (begun) {
    const reasons = failures.map(({ message }): IncompleteReason => ({ code: "connectionLost", message }));
    return emptyRead(begun.server, begun.boundAs, options.canary, reasons);
  }
  const [first = badUrl(settings.directory.url), ...others] = failures;
  throw combineErrors([first, ...others]);
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
