/** Who may enter what: the groups, roles and accounts that the rules of `access` come to. */

import type { BulkheadError, Where } from "@bulkhead/core";
import { problem, unknownName } from "./errors.ts";
import { compareText, type AccessRule, type LandingZone, type Role } from "./model.ts";
import type { LandingZoneFile, Selector } from "./schema.ts";
import { select, trySelect, type Estate } from "./selectors.ts";
import type { Places } from "./yaml-source.ts";

/** A group's right to enter one role of one account. */
export interface AccessEntry {
  readonly group: string;
  readonly role: string;
  /** The role's IAM path. */
  readonly path: string;
  readonly account: string;
  /** Whether a rule says `accounts: all`, which holds for accounts to come as well. */
  readonly everywhere: boolean;
  /** The first rule that gives the right. */
  readonly where: Where;
}

/** Every right that the rules give, once, sorted by group, role and account. */
export function whoMayEnterWhat(landingZone: LandingZone): readonly AccessEntry[] {
  const entries = new Map<string, AccessEntry>();
  for (const rule of landingZone.access) {
    const selected = new Set(select(landingZone, rule.accounts).map(({ name }) => name));
    for (const role of landingZone.roles.filter(({ name }) => rule.roles.includes(name))) {
      for (const account of role.accounts.filter((name) => selected.has(name))) {
        const key = JSON.stringify([rule.group, role.name, account]);
        const { where, everywhere } = entries.get(key) ?? { where: rule.where, everywhere: false };
        const entry = { group: rule.group, role: role.name, path: role.path, account, where };
        entries.set(key, { ...entry, everywhere: everywhere || rule.accounts === "all" });
      }
    }
  }
  return [...entries.values()].sort(
    (a, b) => compareText(a.group, b.group) || compareText(a.role, b.role) || compareText(a.account, b.account),
  );
}

/**
 * The rules, checked. A selector by team or environment may take in accounts that lack a role, and is then narrowed to
 * those that have it; but where an account is named, or no account is left, the role was meant to be there.
 */
export function deriveAccess(
  file: LandingZoneFile,
  estate: Estate,
  roles: readonly Role[],
  places: Places,
  problems: BulkheadError[],
): readonly AccessRule[] {
  return file.access.map((rule, index) => {
    const path = ["access", index];
    const selected = (trySelect(estate, rule.accounts) ?? []).map(({ name }) => name);
    rule.roles.forEach((name, i) => {
      const where = places.at([...path, "roles", i]);
      const role = roles.find((it) => it.name === name);
      if (role === undefined) {
        problems.push(
          unknownName(
            "role",
            name,
            roles.map((it) => it.name),
            where,
          ),
        );
        return;
      }
      const present = new Set(role.accounts);
      const lacking = selected.filter((account) => !present.has(account));
      if (lacking.length === 0 || (!namesAccounts(rule.accounts) && lacking.length < selected.length)) return;
      const message = `Role ${name} doesn't exist in ${lacking.join(", ")}`;
      problems.push(
        problem("LandingZone.RoleNotInAccount", where, message, { next: `See the accounts of roles.${name}.` }),
      );
    });
    return { ...rule, where: places.at(path) };
  });
}

function namesAccounts(selector: Selector): boolean {
  return Array.isArray(selector) || (typeof selector === "string" && selector !== "all");
}
