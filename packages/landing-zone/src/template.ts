/** Templates: text with {account}, {team}, {environment} and {department} in it; for people, with names of attributes. */

/** Every placeholder that there is about accounts. */
export const placeholders = ["account", "team", "environment", "department"] as const;

/** The first placeholder in a text that doesn't exist, or undefined. */
export function unknownPlaceholder(template: string): string | undefined {
  return placeholdersOf(template).find((name) => !(placeholders as readonly string[]).includes(name));
}

/** Fills a template in; `unset` lists the placeholders that have no value, and then the text isn't complete. */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, string | undefined>>,
): { text: string; unset: readonly string[] } {
  const unset = placeholdersOf(template).filter((name) => values[name] === undefined);
  return { text: template.replace(/\{([^{}]*)\}/g, (_, name: string) => values[name] ?? ""), unset };
}

/** The placeholders that a template has, in its order. */
export function placeholdersOf(template: string): readonly string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "");
}
