/** Searches an LDIF file as if it were a directory: for the demo, for tests, and for the day that LDAP is lost. */

import { readFile } from "node:fs/promises";
import { isAtOrBelow, normalizeDn } from "./dn.ts";
import { ldifUnreadable } from "./errors.ts";
import { matches } from "./filter-match.ts";
import { parseLdif } from "./ldif.ts";
import type { EntrySource } from "./source.ts";

/**
 * @param url as the settings name it, for the proof
 * @throws Directory.LdifUnreadable, Directory.BadLdif
 */
export async function openLdif(url: string, file: string): Promise<EntrySource> {
  const content = await readFile(file).catch((cause: unknown) => {
    throw ldifUnreadable(file, cause);
  });
  const entries = parseLdif(content, file).map((entry) => ({ entry, dn: normalizeDn(entry.dn) }));
  // RFC 2849 ends every line with a line break: without the last one, the rest of the file may be missing as well.
  const cutOff = content.length > 0 && content.at(-1) !== 0x0a;
  return {
    server: url,
    boundAs: "file",
    async search({ base, filter }, onEntry) {
      const normalBase = normalizeDn(base);
      for (const { entry, dn } of entries) if (isAtOrBelow(dn, normalBase) && matches(filter, entry)) onEntry(entry);
      return Promise.resolve([]);
    },
    async finish() {
      const message = `${url}: the last line has no end, so the file may have been cut off.`;
      return Promise.resolve(cutOff ? [{ code: "cutOff", message }] : []);
    },
  };
}
