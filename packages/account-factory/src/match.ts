/**
 * Which account of the organization is which account of the file: pure, and never by the name that AWS shows.
 *
 *   the file's account has …                        | it is the account that …
 *   ------------------------------------------------+--------------------------------
 *   an id                                           | has this id, or it is an error
 *   no id; one carries the tag `bulkhead:account`   | carries its name, or its previous one
 *   no id; none carries the tag                     | has its email
 *   none of these                                   | doesn't exist yet
 *
 * Where active accounts and closed ones fit, the active ones count: a closed one keeps its tag and its email for long.
 */

import type { BulkheadError } from "@bulkhead/core";
import { ambiguousAccount, claimedTwice, unknownAccountId } from "./errors.ts";
import { accountTag, type FoundAccount, type WantedOrganization } from "./model.ts";

export interface Matched {
  /** By name in the file. */
  readonly matches: ReadonlyMap<string, FoundAccount>;
  readonly unmatched: readonly FoundAccount[];
  readonly problems: readonly BulkheadError[];
}

export function matchAccounts(
  { accounts: wanted, managementAccountId }: Pick<WantedOrganization, "accounts" | "managementAccountId">,
  found: readonly FoundAccount[],
): Matched {
  const byId = new Map(found.map((account) => [account.id, account]));
  // The management account is what it is: only its id, written out, puts it into the file.
  const members = found.filter(({ id }) => id !== managementAccountId);
  const byTag = Map.groupBy(members, ({ tags }) => tags[accountTag]);
  const byEmail = Map.groupBy(members, ({ email }) => email.toLowerCase());
  const matches = new Map<string, FoundAccount>();
  const problems: BulkheadError[] = [];

  for (const account of wanted) {
    if (account.id !== undefined) {
      const match = byId.get(account.id);
      if (match) matches.set(account.name, match);
      else problems.push(unknownAccountId(account.name, account.id));
      continue;
    }
    const tagged =
      byTag.get(account.name) ?? (account.previously === undefined ? undefined : byTag.get(account.previously));
    const candidates = activeFirst(tagged, byEmail.get(account.email.toLowerCase()));
    const [match, ...others] = candidates;
    if (others.length > 0)
      problems.push(ambiguousAccount(account.name, tagged ? `tag ${accountTag}` : "email", candidates));
    else if (match) matches.set(account.name, match);
  }

  for (const [id, names] of Map.groupBy(matches.keys(), (name) => matches.get(name)?.id ?? "")) {
    if (names.length > 1) problems.push(claimedTwice(id, names));
  }
  const taken = new Set([...matches.values()].map(({ id }) => id));
  return { matches, unmatched: found.filter(({ id }) => !taken.has(id)), problems };
}

/** Of the lists, the first that has active accounts, with these alone; otherwise the first that has any. */
function activeFirst(...lists: readonly (readonly FoundAccount[] | undefined)[]): readonly FoundAccount[] {
  const active = lists.map((list) => list?.filter(isActive) ?? []).find((list) => list.length > 0);
  // Of several closed ones none is better than another: any says that the account is closed.
  return active ?? lists.find((list) => list !== undefined)?.slice(0, 1) ?? [];
}

export function isActive({ state }: FoundAccount): boolean {
  return state === "ACTIVE" || state === "PENDING_ACTIVATION";
}
