/** The preconfigured roles: in which accounts each exists, and its ARN there. */

import type { BulkheadError } from "@bulkhead/core";
import { accountIdUnknown, problem, unknownName } from "./errors.ts";
import { compareText, type Role } from "./model.ts";
import type { RoleTrust } from "./schema-roles.ts";
import type { LandingZoneFile } from "./schema.ts";
import { trySelect, type Estate } from "./selectors.ts";
import type { Path, Places } from "./yaml-source.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: all inline policies of a role. */
const inlinePolicyCharacters = 10_240;

/**
 * The roles, sorted by name; the audit role of the baseline is one of them. `readInlinePolicy` gives a policy file's
 * content, or undefined after reporting its faults.
 */
export function deriveRoles(
  file: LandingZoneFile,
  estate: Estate,
  readInlinePolicy: (namedBy: Path, path: string) => string | undefined,
  places: Places,
  problems: BulkheadError[],
): readonly Role[] {
  const roles = Object.entries(file.roles).map(([name, settings]): Role => {
    const { accounts: selector = "all", inlinePolicy, managedPolicies = [], permissionsBoundary, ...rest } = settings;
    const path = ["roles", name];
    const content = inlinePolicy === undefined ? undefined : readInlinePolicy([...path, "inlinePolicy"], inlinePolicy);
    if (content !== undefined && content.length > inlinePolicyCharacters) {
      const message = `The inline policy of role ${name} has ${String(content.length)} characters without white space; AWS takes ${String(inlinePolicyCharacters)}`;
      problems.push(problem("LandingZone.PolicyTooLong", places.at([...path, "inlinePolicy"]), message));
    }
    return {
      name,
      ...rest,
      managedPolicies,
      ...(content !== undefined && { inlinePolicy: content }),
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
      // With a faulty selector everywhere: it is reported once, and not again by each rule about the role.
      accounts: (trySelect(estate, selector) ?? estate.accounts).map((account) => account.name),
      where: places.atKey(path),
    };
  });
  roles.push(...auditRole(file, estate, places));
  checkNames(roles, file, places, problems);
  roles.sort((a, b) => compareText(a.name, b.name));
  checkTrust(roles, file, estate, places, problems);
  return roles;
}

/**
 * The ARN of a role of an account.
 * @param ids account ids by name, as `accountIds` gives them
 * @param role its IAM path is part of the ARN
 * @throws BulkheadError `LandingZone.AccountIdUnknown` when the account has no id yet
 */
export function roleArn(
  ids: ReadonlyMap<string, string>,
  account: string,
  role: Pick<Role, "name" | "path">,
  partition = "aws",
): string {
  const id = ids.get(account);
  if (id === undefined) throw accountIdUnknown(account);
  return arnOfRole(id, role, partition);
}

/** The ARN of a role, whose IAM path is part of it, in an account whose id is known. */
export function arnOfRole(accountId: string, { name, path }: Pick<Role, "name" | "path">, partition: string): string {
  return `arn:${partition}:iam::${accountId}:role${path}${name}`;
}

const auditPath = ["baseline", "auditRole"];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html */
function auditRole(file: LandingZoneFile, estate: Estate, places: Places): readonly Role[] {
  const settings = file.baseline?.auditRole;
  if (settings === undefined) return [];
  return [
    {
      ...settings,
      managedPolicies: ["SecurityAudit", "ViewOnlyAccess"],
      path: "/",
      accounts: estate.accounts.map(({ name }) => name),
      where: places.atKey(auditPath),
    },
  ];
}

function checkNames(
  roles: readonly Role[],
  { organization, baseline }: LandingZoneFile,
  places: Places,
  problems: BulkheadError[],
): void {
  const first = new Map<string, string>();
  for (const { name, where } of roles) {
    if (name.toLowerCase() === organization.accessRole.toLowerCase()) {
      const message = `"${name}" is the role through which Bulkhead enters accounts: it can't change that one`;
      problems.push(problem("LandingZone.RoleIsAccessRole", where, message));
    }
    const taken = first.get(name.toLowerCase());
    if (taken === undefined) first.set(name.toLowerCase(), name);
    else {
      const message = `Role ${name} has the name of role ${taken}: IAM doesn't tell capital letters from small ones`;
      problems.push(problem("LandingZone.RoleNameTaken", where, message));
    }
  }
  const ownRole = baseline?.ownRole;
  const taken = ownRole && first.get(ownRole.toLowerCase());
  if (taken !== undefined) {
    const message = `Role ${taken} has the name of Bulkhead's own role`;
    problems.push(problem("LandingZone.RoleNameTaken", places.at(["baseline", "ownRole"]), message));
  }
}

function checkTrust(
  roles: readonly Role[],
  file: LandingZoneFile,
  estate: Estate,
  places: Places,
  problems: BulkheadError[],
): void {
  const accounts = estate.accounts.map(({ name }) => name);
  for (const [owner, trust] of trustsOf(file)) {
    trust.forEach((trusted, index) => {
      if (!("account" in trusted)) return;
      const path = [...owner, "trust", index];
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

function trustsOf({ roles, baseline }: LandingZoneFile): readonly (readonly [Path, readonly RoleTrust[]])[] {
  return [
    ...Object.entries(roles).map(([name, { trust }]) => [["roles", name], trust] as const),
    ...(baseline?.auditRole ? [[auditPath, baseline.auditRole.trust] as const] : []),
  ];
}
