/** Templates: text with {account}, {team}, {environment} and {department} in it. */

/** Every placeholder that there is. */
export const placeholders = ["account", "team", "environment", "department"] as const;

type Placeholder = (typeof placeholders)[number];
export type TemplateValues = Readonly<Partial<Record<Placeholder, string | undefined>>>;

/** The first placeholder in a text that doesn't exist, or undefined. */
export function unknownPlaceholder(template: string): string | undefined {
  return used(template).find((name) => !(placeholders as readonly string[]).includes(name));
}

/** Fills a template in; `unset` lists the placeholders that have no value, and then the text isn't complete. */
export function fillTemplate(template: string, values: TemplateValues): { text: string; unset: readonly string[] } {
  const unset = used(template).filter((name) => values[name as Placeholder] === undefined);
  return { text: template.replace(/\{([^{}]*)\}/g, (_, name: Placeholder) => values[name] ?? ""), unset };
}

function used(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "");
}
