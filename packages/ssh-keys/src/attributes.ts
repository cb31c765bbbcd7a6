/** Values of people's attributes, and templates over them, such as `{uid}`. */

import { attributeValue, type Person } from "@bulkhead/directory";
import { fillTemplate, placeholdersOf, type Ssh } from "@bulkhead/landing-zone";

/** The attributes to read of people. */
export function neededAttributes({ login, keys, uid = "", shell }: Ssh): readonly string[] {
  return [...new Set([login, uid, shell].flatMap(placeholdersOf).concat(keys))].sort();
}

/** Fills a template in; undefined where the person lacks one of its attributes. */
export function fillIn(template: string, person: Person): string | undefined {
  const values = placeholdersOf(template).map((attribute) => [attribute, attributeValue(person, attribute)] as const);
  const { text, unset } = fillTemplate(template, Object.fromEntries(values));
  return unset.length > 0 ? undefined : text;
}
