/** The accounts of the file and of the organization in one list. */

import type { JsonObject, Result } from "@bulkhead/core";
import { renderTable } from "@bulkhead/core";
import { matchAccounts } from "./match.ts";
import type { FoundOrganization, WantedOrganization } from "./model.ts";

/** One line of the list. */
export interface ListedAccount extends JsonObject {
  /** The name in the file, or in AWS where the file doesn't have it. */
  readonly name: string;
  /** Null where the account doesn't exist yet. */
  readonly id: string | null;
  readonly email: string;
  readonly organizationalUnit: string;
  /** AWS's state of the account, or `NOT_CREATED`. */
  readonly state: string;
  readonly managed: boolean;
}

/** Sorted by name, what the file doesn't have last. */
export function listAccounts(wanted: WantedOrganization, found: FoundOrganization): readonly ListedAccount[] {
  const { matches, unmatched } = matchAccounts(wanted, found.accounts);
  const managed = wanted.accounts.map((account): ListedAccount => {
    const match = matches.get(account.name);
    return {
      name: account.name,
      id: match?.id ?? null,
      email: match?.email ?? account.email,
      organizationalUnit: match?.organizationalUnit ?? account.organizationalUnit,
      state: match?.state ?? "NOT_CREATED",
      managed: true,
    };
  });
  const others = unmatched.map(({ name, id, email, organizationalUnit, state }): ListedAccount => {
    return { name, id, email, organizationalUnit, state, managed: id === wanted.managementAccountId };
  });
  const byName = (a: ListedAccount, b: ListedAccount): number => (a.name < b.name ? -1 : 1);
  return [...managed.sort(byName), ...others.sort(byName)];
}

export function listResult(accounts: readonly ListedAccount[]): Result {
  const head = ["account", "id", "state", "organizational unit", "email", ""];
  const rows = accounts.map(({ name, id, state, organizationalUnit, email, managed }) => [
    name,
    id ?? "-",
    state,
    organizationalUnit,
    email,
    managed ? "" : "unmanaged",
  ]);
  return {
    document: { kind: "accounts", version: 1, accounts },
    text: (style) => renderTable(head, rows, style),
    markdown: () => renderTable(head, rows, "markdown"),
  };
}
