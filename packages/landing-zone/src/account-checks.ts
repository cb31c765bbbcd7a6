/** What must hold among accounts: no two with one email, id or former name, and those that the organization names exist. */

import { formatWhere, type BulkheadError, type Where } from "@bulkhead/core";
import { problem, unknownName } from "./errors.ts";
import type { Account } from "./model.ts";
import type { AccountSettings, Organization } from "./schema.ts";
import type { Places } from "./yaml-source.ts";

/** An account, and where each of its settings was made; an email that nothing set is the organization's. */
export interface Settled {
  readonly account: Account;
  readonly placeOf: (key: keyof AccountSettings) => Where;
}

export function checkAccounts(
  accounts: readonly Settled[],
  organization: Organization,
  places: Places,
  problems: BulkheadError[],
): void {
  const names = new Set(accounts.map(({ account }) => account.name));
  checkEmails(accounts, problems);
  checkIds(accounts, organization, problems);
  checkRenames(accounts, names, problems);

  const { identityAccount, logArchiveAccount } = organization;
  const inOrganization = (key: keyof Organization) => places.at(["organization", key]);
  if (identityAccount !== "management" && !names.has(identityAccount)) {
    problems.push(unknownName("account", identityAccount, [...names, "management"], inOrganization("identityAccount")));
  }
  if (logArchiveAccount !== undefined && !names.has(logArchiveAccount)) {
    problems.push(unknownName("account", logArchiveAccount, names, inOrganization("logArchiveAccount")));
  }
}

/** AWS compares addresses without regard to case. */
function checkEmails(accounts: readonly Settled[], problems: BulkheadError[]): void {
  const owners = new Map<string, Settled>();
  for (const settled of accounts) {
    const { name, email } = settled.account;
    const owner = owners.get(email.toLowerCase());
    if (owner === undefined) owners.set(email.toLowerCase(), settled);
    else if (email !== "") {
      const other = `${owner.account.name} (${formatWhere(owner.placeOf("email"))})`;
      const message = `Account ${name} has the email of account ${other}: ${email}`;
      problems.push(
        problem("LandingZone.EmailTaken", settled.placeOf("email"), message, {
          next: "AWS wants another address for each account.",
        }),
      );
    }
  }
}

function checkIds(accounts: readonly Settled[], organization: Organization, problems: BulkheadError[]): void {
  const owners = new Map([[organization.managementAccountId, "the management account"]]);
  for (const { account, placeOf } of accounts) {
    if (account.id === undefined) continue;
    const owner = owners.get(account.id);
    if (owner === undefined) owners.set(account.id, `account ${account.name}`);
    else problems.push(problem("LandingZone.AccountIdTaken", placeOf("id"), `${account.id} is the id of ${owner}`));
  }
}

function checkRenames(accounts: readonly Settled[], names: ReadonlySet<string>, problems: BulkheadError[]): void {
  const owners = new Map<string, string>();
  for (const { account, placeOf } of accounts) {
    const { name, previously } = account;
    if (previously === undefined) continue;
    const owner = names.has(previously) ? previously : owners.get(previously);
    owners.set(previously, name);
    if (owner === undefined) continue;
    const message =
      owner === name
        ? `Account ${name} has the name that it is renamed from`
        : `Account ${name} can't be renamed from "${previously}": that name is in use for account ${owner}`;
    problems.push(
      problem("LandingZone.RenameToNameInUse", placeOf("previously"), message, {
        next: "Remove `previously`, or give the name that this account has in AWS.",
      }),
    );
  }
}
