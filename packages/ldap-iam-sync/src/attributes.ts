/** Templates over the attributes of people, such as `{uid}` or `{givenName}.{sn}`. */

import { attributeValue, type Person } from "@bulkhead/directory";
import { fillTemplate, placeholdersOf, type Users } from "@bulkhead/landing-zone";

/** The attributes that the templates of the file ask for: those to read of people. */
export function neededAttributes({ people, adopt }: Users): readonly string[] {
  const adoption = adopt === undefined || adopt === "name" ? [] : [adopt.value];
  const templates = [people.name, ...Object.values(people.tags ?? {}), ...adoption];
  return [...new Set(templates.flatMap(placeholdersOf))].sort();
}

/** Fills a template in; `missing` lists the attributes that the person lacks, and then the text isn't complete. */
export function fillIn(
  template: string,
  person: Person,
): { readonly text: string; readonly missing: readonly string[] } {
  const values = placeholdersOf(template).map((attribute) => [attribute, attributeValue(person, attribute)] as const);
  const { text, unset } = fillTemplate(template, Object.fromEntries(values));
  return { text, missing: [...new Set(unset)] };
}
