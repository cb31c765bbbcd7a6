/** The one way to write a file: whole or not at all, so that neither a reader nor the next run meets half of it. */

import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes beside the file, flushes it to the disk, and puts it into its place.
 * @param mode of the new file; 0o600 for whatever only its owner may read
 * @param check looks at the new file, under its temporary name; what it throws leaves the old one in its place
 * @throws the system's error; nothing is left behind then
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  mode = 0o666,
  check?: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content, { mode, flag: "wx", flush: true });
    await check?.(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
