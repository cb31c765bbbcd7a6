/** Values of people's attributes, and templates over them, such as `{uid}`. */

import { normalizeDn, type Person } from "@bulkhead/directory";
import { fillTemplate, placeholdersOf, type Ssh } from "@bulkhead/landing-zone";

/** The attributes to read of people. */
export function neededAttributes({ login, keys, uid = "", shell }: Ssh): readonly string[] {
  return [...new Set([login, uid, shell].flatMap(placeholdersOf).concat(keys))].sort();
}

/** Fills a template in; undefined where the person lacks one of its attributes. */
export function fillIn(template: string, person: Person): string | undefined {
  const values = placeholdersOf(template).map((attribute) => [attribute, valueOf(person, attribute)] as const);
  const { text, unset } = fillTemplate(template, Object.fromEntries(values));
  return unset.length > 0 ? undefined : text;
}

/** Servers give several values in no order that lasts: the one that names the entry counts, else the first by code point. */
function valueOf({ dn, attributes }: Person, attribute: string): string | undefined {
  const values = [...(attributes[attribute] ?? [])].sort();
  if (values.length < 2) return values[0];
  const name = normalizeDn(dn);
  return values.find((value) => name.startsWith(`${normalizeDn(`${attribute}=${escapeValue(value)}`)},`)) ?? values[0];
}

/** RFC 4514 §2.4 */
function escapeValue(value: string): string {
  return value.replace(/[\\"+,;<=>#]/g, "\\$&");
}
