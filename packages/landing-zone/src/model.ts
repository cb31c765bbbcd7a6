/** The landing zone as the rest of Bulkhead sees it: loaded, checked, and with what follows from it filled in. */

import type { Where } from "@bulkhead/core";
import type { RoleTrust } from "./schema-roles.ts";
import type { Baseline, Organization, Selector, Ssh, Users } from "./schema.ts";

export interface LandingZone {
  /** Path of the main file; the paths in `users` are relative to its folder. */
  readonly file: string;
  readonly organization: Organization;
  /** In order of promotion. */
  readonly environments: readonly Environment[];
  /** Names of the teams, sorted. */
  readonly teams: readonly string[];
  /** Every account but the management account, sorted by name. */
  readonly accounts: readonly Account[];
  /** Every organizational unit that the file names, parents before children. */
  readonly organizationalUnits: readonly OrganizationalUnit[];
  /** Sorted by name. */
  readonly serviceControlPolicies: readonly ServiceControlPolicy[];
  /** Sorted by name. */
  readonly roles: readonly Role[];
  /** In the order of the file. */
  readonly access: readonly AccessRule[];
  readonly users?: Users;
  readonly baseline?: Baseline;
  readonly ssh?: Ssh;
  /** What may be meant but looks like an oversight, each with its place. */
  readonly warnings: readonly string[];
}

export interface Environment {
  readonly name: string;
  readonly protected: boolean;
}

export interface Account {
  readonly name: string;
  readonly team?: string;
  readonly environment?: string;
  readonly department?: string;
  /** Address of the root user; no two accounts have the same. */
  readonly email: string;
  /** Whether the file gives the address to this account, and not only the organization's template does. */
  readonly hasOwnEmail: boolean;
  /** Path below the root, such as `Workloads/Production`, or `Root`. */
  readonly organizationalUnit: string;
  /** Destructive commands ask for more here. */
  readonly protected: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** The id, where the file gives it; others are in the lock file. */
  readonly id?: string;
  /** The name that AWS shows. */
  readonly accountName: string;
  /** The name before a rename. */
  readonly previously?: string;
  readonly where: Where;
}

export interface OrganizationalUnit {
  /** Path below the root, such as `Workloads/Production`. */
  readonly path: string;
  /** The last part of the path, which is its name in AWS. */
  readonly name: string;
  /** Path of the parent, or `Root`. */
  readonly parent: string;
  /** Where the file names it first. */
  readonly where: Where;
}

export interface ServiceControlPolicy {
  readonly name: string;
  /** The policy as it is sent: JSON without white space. */
  readonly content: string;
  /** Paths of organizational units, or `Root`, that it is attached to; sorted. */
  readonly targets: readonly string[];
  readonly where: Where;
}

export interface Role {
  readonly name: string;
  /** Names or ARNs. */
  readonly managedPolicies: readonly string[];
  /** JSON without white space. */
  readonly inlinePolicy?: string;
  /** Name or ARN of a managed policy. */
  readonly permissionsBoundary?: string;
  /** `/`, or the IAM path, which is part of the role's ARN. */
  readonly path: string;
  readonly maxSessionHours: number;
  readonly trust: readonly RoleTrust[];
  /** Whether a role of that name that isn't Bulkhead's own may be taken over. */
  readonly adopt: boolean;
  /** Names of the accounts in which the role exists, sorted. */
  readonly accounts: readonly string[];
  readonly where: Where;
}

export interface AccessRule {
  readonly group: string;
  readonly roles: readonly string[];
  readonly accounts: Selector;
  readonly where: Where;
}

/** The name of the organization's root, where the file and AWS's API take an organizational unit. */
export const root = "Root";

/** Whether an organizational unit is `ancestor` itself or lies below it. */
export function isWithin(organizationalUnit: string, ancestor: string): boolean {
  return ancestor === root || organizationalUnit === ancestor || organizationalUnit.startsWith(`${ancestor}/`);
}

/** An organizational unit's parent, by path or `Root`, and its own name. */
export function splitUnit(path: string): { readonly parent: string; readonly name: string } {
  const cut = path.lastIndexOf("/");
  return { parent: cut < 0 ? root : path.slice(0, cut), name: path.slice(cut + 1) };
}

/** Order by code point, so that output is the same under every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
