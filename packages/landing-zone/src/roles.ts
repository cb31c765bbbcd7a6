/** The preconfigured roles: in which accounts each exists, and its ARN there. */

import type { BulkheadError } from "@bulkhead/core";
import { accountIdUnknown, problem, unknownName } from "./errors.ts";
import { compareText, type Role } from "./model.ts";
import type { LandingZoneFile } from "./schema.ts";
import { trySelect, type Estate } from "./selectors.ts";
import type { Path, Places } from "./yaml-source.ts";

/**
 * The roles, sorted by name. `readInlinePolicy` gives a policy file's content, or undefined after reporting its faults.
 */
export function deriveRoles(
  file: LandingZoneFile,
  estate: Estate,
  readInlinePolicy: (namedBy: Path, path: string) => string | undefined,
  places: Places,
  problems: BulkheadError[],
): readonly Role[] {
  const roles = Object.entries(file.roles).map(([name, settings]): Role => {
    const { accounts: selector = "all", inlinePolicy, managedPolicies = [], maxSessionHours, trust } = settings;
    const path = ["roles", name];
    if (name === file.organization.accessRole) {
      const message = `"${name}" is the role through which Bulkhead enters accounts: it can't change that one`;
      problems.push(problem("LandingZone.RoleIsAccessRole", places.atKey(path), message));
    }
    const content = inlinePolicy === undefined ? undefined : readInlinePolicy([...path, "inlinePolicy"], inlinePolicy);
    return {
      name,
      managedPolicies,
      ...(content !== undefined && { inlinePolicy: content }),
      maxSessionHours,
      trust,
      // With a faulty selector everywhere: it is reported once, and not again by each rule about the role.
      accounts: (trySelect(estate, selector) ?? estate.accounts).map((account) => account.name),
      where: places.atKey(path),
    };
  });
  roles.sort((a, b) => compareText(a.name, b.name));
  checkTrust(roles, estate, places, problems);
  return roles;
}

/**
 * The ARN of a role of an account. Roles have no path, so that people can type the ARN.
 * @param ids account ids by name, as `accountIds` gives them
 * @throws BulkheadError `LandingZone.AccountIdUnknown` when the account has no id yet
 */
export function roleArn(ids: ReadonlyMap<string, string>, account: string, role: string, partition = "aws"): string {
  const id = ids.get(account);
  if (id === undefined) throw accountIdUnknown(account);
  return `arn:${partition}:iam::${id}:role/${role}`;
}

function checkTrust(roles: readonly Role[], estate: Estate, places: Places, problems: BulkheadError[]): void {
  const accounts = estate.accounts.map(({ name }) => name);
  for (const { name, trust } of roles) {
    trust.forEach((trusted, index) => {
      if (!("account" in trusted)) return;
      const path = ["roles", name, "trust", index];
      const role = roles.find((it) => it.name === trusted.role);
      const place = places.at([...path, "role"]);
      const accountExists = accounts.includes(trusted.account);
      if (!accountExists)
        problems.push(unknownName("account", trusted.account, accounts, places.at([...path, "account"])));
      if (role === undefined)
        problems.push(
          unknownName(
            "role",
            trusted.role,
            roles.map((it) => it.name),
            place,
          ),
        );
      else if (accountExists && !role.accounts.includes(trusted.account)) {
        problems.push(
          problem("LandingZone.RoleNotInAccount", place, `Account ${trusted.account} has no role ${trusted.role}`),
        );
      }
    });
  }
}
