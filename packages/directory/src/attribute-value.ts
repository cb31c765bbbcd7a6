/** The one value of an attribute that counts, where a server gives several. */

import { normalizeDn } from "./dn.ts";
import type { Person } from "./model.ts";

/** Servers give several values in no order that lasts: the one that names the entry counts, else the first by code point. */
export function attributeValue({ dn, attributes }: Person, attribute: string): string | undefined {
  const values = [...(attributes[attribute] ?? [])].sort();
  if (values.length < 2) return values[0];
  const name = normalizeDn(dn);
  return values.find((value) => name.startsWith(`${normalizeDn(`${attribute}=${escapeValue(value)}`)},`)) ?? values[0];
}

/** RFC 4514 §2.4 */
function escapeValue(value: string): string {
  return value.replace(/[\\"+,;<=>#]/g, "\\$&");
}
