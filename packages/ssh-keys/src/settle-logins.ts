/**
 * Logins of people who have another name in the directory now: pure.
 *
 *   the new login                                   | result
 *   ------------------------------------------------+------------------------------------------
 *   is free                                         | renamed
 *   becomes free, as its owner is renamed here too  | renamed, after that one
 *   becomes free, as its owner is removed           | renamed, after that
 *   is somebody's, or two exchange theirs           | keeps the old one; a warning
 */

import type { FoundHost, WantedPerson } from "./model.ts";
import type { Login } from "./login.ts";

export interface SettledLogins {
  /** New logins by the person's key, in an order in which each is free when its turn comes. */
  readonly logins: ReadonlyMap<string, Login>;
  /** A sentence for everybody who keeps the old one. */
  readonly kept: readonly string[];
  /** Logins that are somebody's once all that is done. */
  readonly taken: ReadonlySet<string>;
}

/** @param removed logins that are free before anybody is renamed */
export function settleLogins(
  people: readonly WantedPerson[],
  found: FoundHost,
  removed: ReadonlySet<string>,
): SettledLogins {
  const now = new Map(found.people.map(({ key, login }) => [key, login]));
  const taken = new Set<string>([...found.users.keys()].filter((login) => !removed.has(login)));
  const logins = new Map<string, Login>();
  let waiting = people.filter(({ key, login }) => now.has(key) && now.get(key) !== login);
  for (let settled = true; settled;) {
    settled = false;
    for (const { key, login } of waiting.filter((person) => !taken.has(person.login))) {
      if (taken.has(login)) continue;
      logins.set(key, login);
      taken.add(login).delete(now.get(key) ?? "");
      settled = true;
    }
    waiting = waiting.filter(({ key }) => !logins.has(key));
  }
  const kept = waiting.map(({ key, login }) => `${now.get(key)} keeps that login, as ${login} is another user's`);
  return { logins, kept, taken };
}
