/** Everything about the settings that can be told before a server is asked: pure. */

import { isDn } from "./dn.ts";
import { badDn, badUrl, plaintextRefused } from "./errors.ts";
import { parseFilter } from "./filter.ts";
import { isFilter } from "./read-entries.ts";
import type { DirectorySettings, ReadOptions, ReadSettings } from "./settings.ts";

const LDAP_URL = /^ldaps?:\/\/[^/@?#]+\/?$/;
const LDIF = "ldif:";

/** An LDIF file by its path, or LDAP servers that hold the same. */
export type Origin = { readonly ldif: string } | { readonly servers: readonly string[] };

/** @throws Directory.BadUrl, Directory.Plaintext, Directory.BadFilter, Directory.BadDn */
export function checkSettings({ directory, people, groups }: ReadSettings, { canary }: ReadOptions): Origin {
  if (!isDn(people.base)) throw badDn("The base of people", people.base);
  if (!isDn(groups.base)) throw badDn("The base of groups", groups.base);
  parseFilter(people.filter);
  parseFilter(groups.filter);
  if (canary !== undefined) {
    if (isFilter(canary)) parseFilter(canary);
    else if (!isDn(canary)) throw badDn("The canary", canary);
  }
  const { url } = directory;
  return url.startsWith(LDIF) ? { ldif: url.slice(LDIF.length) } : { servers: serversOf(directory) };
}

function serversOf({ url, startTls, allowPlaintext }: DirectorySettings): readonly string[] {
  const urls = url.split(/\s+/).filter((part) => part !== "");
  if (urls.length === 0) throw badUrl(url);
  for (const server of urls) {
    if (!LDAP_URL.test(server) || !URL.canParse(server)) throw badUrl(server);
    if (server.startsWith("ldap:") && startTls !== true && allowPlaintext !== true) throw plaintextRefused(server);
  }
  return urls;
}
