/** Which groups may sign in to the instances of one account: the rules of `ssh.access` that select it. */

import { select, type Estate, type Ssh } from "@bulkhead/landing-zone";

export interface GroupAccess {
  /** Whether its members may become root; one rule that says so is enough. */
  readonly sudo: boolean;
  /** Where the rules stand in `ssh.access`, from 0. */
  readonly rules: readonly number[];
}

/**
 * By the name of the group, as `users.groups.name` makes it.
 * @param account its name in the landing zone
 */
export function groupsWithAccess(
  estate: Estate,
  { access }: Pick<Ssh, "access">,
  account: string,
): ReadonlyMap<string, GroupAccess> {
  const here = access
    .map((rule, index) => ({ ...rule, index }))
    .filter((rule) => select(estate, rule.accounts).some(({ name }) => name === account));
  return new Map(
    [...Map.groupBy(here, ({ group }) => group)].map(([group, rules]) => [
      group,
      { sudo: rules.some(({ sudo }) => sudo), rules: rules.map(({ index }) => index) },
    ]),
  );
}
