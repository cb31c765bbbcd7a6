/** Reads from the first of several LDAP servers that answers to the end. */

import { ldapSource } from "./ldap-source.ts";
import type { DirectoryRead, IncompleteReason } from "./model.ts";
import { emptyRead, readEntries } from "./read-entries.ts";
import { isServersOwn, onFirstServer, readEntrance, withSession } from "./servers.ts";
import type { ReadOptions, ReadSettings } from "./settings.ts";

/**
 * A server that fails in the middle counts for nothing: the next one is read from the start.
 * @param urls of servers that hold the same
 * @returns an empty, incomplete read, if a read began and none came to its end
 * @throws any code of `openSession`, if no read could even begin; Directory.PasswordMissing, Directory.CaFileUnreadable
 */
export async function readLdap(
  urls: readonly string[],
  settings: ReadSettings,
  options: ReadOptions,
): Promise<DirectoryRead> {
  const entrance = await readEntrance(settings.directory, options);
  let begun: { readonly server: string; readonly boundAs: string } | undefined;
  const readAt = (url: string): Promise<DirectoryRead> =>
    withSession(url, entrance, options, (session) => {
      begun = { server: url, boundAs: session.boundAs };
      return readEntries(ldapSource(session), settings, options);
    });
  try {
    return await onFirstServer(urls, readAt, options.report);
  } catch (error) {
    if (!begun || !isServersOwn(error)) throw error;
    const failures = error.parts.length > 0 ? error.parts : [error];
    const reasons = failures.map(({ message }): IncompleteReason => ({ code: "connectionLost", message }));
    return emptyRead(begun.server, begun.boundAs, options.canary, reasons);
  }
}
