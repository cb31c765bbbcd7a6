/** The organizational units that the file names anywhere, with their parents, and the policies attached to each. */

import type { BulkheadError, Where } from "@bulkhead/core";
import type { Settled } from "./account-checks.ts";
import { problem, unknownName } from "./errors.ts";
import { compareText, root, splitUnit, type OrganizationalUnit } from "./model.ts";
import type { LandingZoneFile } from "./schema.ts";
import type { Places } from "./yaml-source.ts";

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const maxDepth = 5;
const maxNameLength = 128;

/** The units, parents before children. */
export function deriveOrganizationalUnits(
  file: LandingZoneFile,
  accounts: readonly Settled[],
  places: Places,
  problems: BulkheadError[],
): readonly OrganizationalUnit[] {
  const units = new Map<string, OrganizationalUnit>();
  const refused = new Set<string>();
  const add = (path: string, where: Where): void => {
    if (path === root || units.has(path) || refused.has(path)) return;
    const fault = faultOf(path);
    if (fault !== undefined) {
      refused.add(path);
      problems.push(problem("LandingZone.OrganizationalUnitInvalid", where, `Organizational unit "${path}" ${fault}`));
      return;
    }
    const { parent, name } = splitUnit(path);
    add(parent, where);
    units.set(path, { path, name, parent, where });
  };
  for (const path of Object.keys(file.organizationalUnits)) add(path, places.atKey(["organizationalUnits", path]));
  for (const section of ["environments", "teams"] as const) {
    for (const [name, { organizationalUnit }] of Object.entries(file[section])) {
      if (organizationalUnit === undefined || organizationalUnit.includes("{")) continue;
      add(organizationalUnit, places.at([section, name, "organizationalUnit"]));
    }
  }
  for (const { account, placeOf } of accounts) add(account.organizationalUnit, placeOf("organizationalUnit"));

  // By parts, not by text: "A-B" sorts before "A/B", and would come between A and what is in A.
  const byParts = (path: string): string => path.replaceAll("/", "\u0000");
  return [...units.values()].sort((a, b) => compareText(byParts(a.path), byParts(b.path)));
}

/** Where each policy is attached, by its name. Unknown policies, and more than AWS takes on one target, are problems. */
export function deriveAttachments(
  file: LandingZoneFile,
  places: Places,
  problems: BulkheadError[],
): ReadonlyMap<string, readonly string[]> {
  const declared = Object.keys(file.serviceControlPolicies);
  const targets = new Map<string, string[]>(declared.map((policy) => [policy, []]));
  const quota = file.organization.quotas.serviceControlPoliciesPerTarget;
  for (const [target, { serviceControlPolicies }] of Object.entries(file.organizationalUnits)) {
    const path = ["organizationalUnits", target, "serviceControlPolicies"];
    new Set(serviceControlPolicies).forEach((policy) => {
      const attached = targets.get(policy);
      const place = places.at([...path, serviceControlPolicies.indexOf(policy)]);
      if (attached) attached.push(target);
      else problems.push(unknownName("service control policy", policy, declared, place));
    });
    const count = new Set(serviceControlPolicies).size + 1;
    if (count > quota) {
      const message = `${target} would have ${String(count)} service control policies, FullAWSAccess included; AWS takes ${String(quota)}`;
      problems.push(
        problem("LandingZone.TooManyPolicies", places.at(path), message, {
          next: "Join policies, attach some to the parent, or set organization.quotas.serviceControlPoliciesPerTarget.",
        }),
      );
    }
  }
  for (const attached of targets.values()) attached.sort(compareText);
  return targets;
}

function faultOf(path: string): string | undefined {
  const parts = path.split("/");
  if (parts.some((part) => part.trim() === "")) return "has an empty part";
  if (parts[0] === root) return `begins with ${root}: paths begin below it`;
  if (parts.length > maxDepth) return `is ${String(parts.length)} levels deep; AWS takes ${String(maxDepth)}`;
  const long = parts.find((part) => part.length > maxNameLength);
  return long === undefined ? undefined : `has a part that is longer than ${String(maxNameLength)} characters`;
}
