/** The one way in: reads people and groups from wherever the settings say. */

import { resolve } from "node:path";
import { checkSettings } from "./check-settings.ts";
import { readLdap } from "./ldap.ts";
import { openLdif } from "./ldif-source.ts";
import type { DirectoryRead } from "./model.ts";
import { readEntries } from "./read-entries.ts";
import type { ReadOptions, ReadSettings } from "./settings.ts";

/**
 * Reads all people and groups.
 *
 * Whatever may hide somebody (a limit, a referral, a lost connection, an empty answer …) makes the read incomplete,
 * which its proof tells; then nobody may be removed or disabled on its account.
 * @throws BulkheadError with a code Directory.*, if the read can't even start
 */
export async function readDirectory(settings: ReadSettings, options: ReadOptions): Promise<DirectoryRead> {
  const origin = checkSettings(settings, options);
  if ("servers" in origin) return readLdap(origin.servers, settings, options);
  const file = resolve(options.folder ?? ".", origin.ldif);
  return readEntries(await openLdif(settings.directory.url, file), settings, options);
}
