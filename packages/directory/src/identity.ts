/** The identity of an entry that outlives renames and moves. */

import { guidToText } from "./active-directory.ts";
import { bytesOf, textOf, type Entry } from "./entry.ts";

export const keyAttributes: readonly string[] = ["entryUUID", "objectGUID"];

/** entryUUID or objectGUID as lower-case text; undefined, if the entry shows neither. */
export function keyOf(entry: Entry): string | undefined {
  const uuid = textOf(entry, "entryUUID");
  if (uuid !== undefined) return uuid.toLowerCase();
  const [guid] = bytesOf(entry, "objectGUID");
  return guid && guidToText(guid);
}
