/** An entry as a directory holds it, before anything is made of it. */

import { isUtf8 } from "node:buffer";

export interface Entry {
  readonly dn: string;
  /** Values by attribute description in lower case; as bytes, because some (objectGUID) only look like text. */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
}

export function bytesOf(entry: Entry, attribute: string): readonly Buffer[] {
  return entry.attributes.get(attribute.toLowerCase()) ?? [];
}

/** The values that are UTF-8; others (photos, certificates) have no text. */
export function textsOf(entry: Entry, attribute: string): readonly string[] {
  return bytesOf(entry, attribute)
    .filter((value) => isUtf8(value))
    .map((value) => value.toString());
}

export function textOf(entry: Entry, attribute: string): string | undefined {
  return textsOf(entry, attribute)[0];
}
