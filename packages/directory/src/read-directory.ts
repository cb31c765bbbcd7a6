/** The one way in: reads people and groups from wherever the settings say. */

import { resolve } from "node:path";
import { isDn } from "./dn.ts";
import { badDn, badUrl, plaintextRefused } from "./errors.ts";
import { parseFilter } from "./filter.ts";
import { readLdap } from "./ldap.ts";
import { openLdif } from "./ldif-source.ts";
import type { DirectoryRead } from "./model.ts";
import { isFilter, readEntries } from "./read-entries.ts";
import type { DirectorySettings, ReadOptions, ReadSettings } from "./settings.ts";

const LDAP_URL = /^ldaps?:\/\/[^/@?#]+\/?$/;

/**
 * Reads all people and groups.
 *
 * Whatever may hide somebody (a limit, a referral, a lost connection, an empty answer …) makes the read incomplete,
 * which its proof tells; then nobody may be removed or disabled on its account.
 * @throws BulkheadError with a code Directory.*, if the read can't even start
 */
export async function readDirectory(settings: ReadSettings, options: ReadOptions): Promise<DirectoryRead> {
  check(settings, options);
  const { url } = settings.directory;
  if (url.startsWith("ldif:")) {
    const file = resolve(options.folder ?? ".", url.slice("ldif:".length));
    return readEntries(await openLdif(url, file), settings, options);
  }
  return readLdap(serversOf(settings.directory), settings, options);
}

/** Everything that can be told before a server is asked. */
function check({ people, groups }: ReadSettings, { canary }: ReadOptions): void {
  if (!isDn(people.base)) throw badDn("The base of people", people.base);
  if (!isDn(groups.base)) throw badDn("The base of groups", groups.base);
  parseFilter(people.filter);
  parseFilter(groups.filter);
  if (canary === undefined) return;
  if (isFilter(canary)) parseFilter(canary);
  else if (!isDn(canary)) throw badDn("The canary", canary);
}

function serversOf({ url, startTls, allowPlaintext }: DirectorySettings): readonly string[] {
  const urls = url.split(/\s+/).filter((part) => part !== "");
  for (const server of urls) {
    if (!LDAP_URL.test(server) || !URL.canParse(server)) throw badUrl(server);
    if (server.startsWith("ldap:") && startTls !== true && allowPlaintext !== true) throw plaintextRefused(server);
  }
  return urls;
}
