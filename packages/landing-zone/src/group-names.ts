/** What a group of the directory is called everywhere else: by the rule in `users.groups.name`. */

import type { Users } from "./schema.ts";

/** The name by the rule, or undefined where it doesn't match. */
export function groupName({ name }: Users["groups"], group: { readonly name: string }): string | undefined {
  if (name === undefined) return group.name;
  const match = new RegExp(name.match, "u");
  return match.test(group.name) ? group.name.replace(match, name.to) : undefined;
}
