/** The roles and identity providers that the file wants in an account. Pure. */

import type { JsonObject } from "@bulkhead/core";
import { arnOfRole, type Role } from "@bulkhead/landing-zone";
import type { Control, Estate, Site, Wanted } from "../../control.ts";
import { ours } from "../../ownership.ts";
import { trustTooLong, policyTooLong } from "./errors.ts";
import { providerKind, roleKind, type InlinePolicy, type ProviderFields, type RoleFields } from "./model.ts";
import { audience, isOidc, issuerOf } from "./oidc.ts";
import { ownPolicy } from "./own-role.ts";
import { policyArn } from "./policy-arns.ts";
import { trustOfAccount, trustPolicy, type TrustContext } from "./trust.ts";

/** The name of the one inline policy that a role may have. */
const inlinePolicyName = "bulkhead";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: the highest that AWS grants. */
const trustCharacters = 4_096;
const inlineCharacters = 10_240;

/**
 * @param controls those whose rights Bulkhead's own role has
 * @throws LandingZone.AccountIdUnknown, Baseline.TrustTooLong, Baseline.PolicyTooLong
 */
export function wantedRoles({ account }: Site, estate: Estate, controls: readonly Control[]): readonly Wanted[] {
  const roles = estate.landingZone.roles.filter(({ accounts }) => accounts.includes(account));
  const issuers = new Set(roles.flatMap(({ trust }) => trust.filter(isOidc).map(issuerOf)));
  return [
    ...[...issuers].map((name) => ({ kind: providerKind, name, fields: provider })),
    ...roles.map((role) => ({ kind: roleKind, name: role.name, fields: wantedRole(role, account, estate) })),
    ...wantedOwnRole(account, estate, controls),
  ];
}

const provider: ProviderFields = { audiences: { [audience]: true } };

function wantedRole(role: Role, account: string, estate: Estate): RoleFields {
  const { partition } = estate;
  const trust = trustPolicy(role.trust, trustContext(account, estate));
  if (JSON.stringify(trust).length > trustCharacters) throw trustTooLong(role, trustCharacters);
  return {
    path: role.path,
    trust,
    maxSessionSeconds: role.maxSessionHours * 3_600,
    managedPolicies: [...new Set(role.managedPolicies.map((policy) => policyArn(policy, partition)))].sort(),
    inlinePolicies: role.inlinePolicy === undefined ? [] : [inline(JSON.parse(role.inlinePolicy) as JsonObject)],
    permissionsBoundary: role.permissionsBoundary === undefined ? null : policyArn(role.permissionsBoundary, partition),
    tags: ours,
  };
}

function wantedOwnRole(account: string, estate: Estate, controls: readonly Control[]): Wanted[] {
  const { landingZone, partition } = estate;
  const name = landingZone.baseline?.ownRole;
  if (name === undefined) return [];
  const document = ownPolicy(controls, account, landingZone, partition);
  if (JSON.stringify(document).length > inlineCharacters) throw policyTooLong(name, inlineCharacters);
  const fields: RoleFields = {
    path: "/",
    trust: trustOfAccount(landingZone.organization.managementAccountId, partition),
    maxSessionSeconds: 3_600,
    managedPolicies: [],
    inlinePolicies: [inline(document)],
    permissionsBoundary: null,
    tags: ours,
  };
  return [{ kind: roleKind, name, fields }];
}

function inline(document: JsonObject): InlinePolicy {
  return { name: inlinePolicyName, document };
}

function trustContext(account: string, { landingZone, partition, idOf }: Estate): TrustContext {
  return {
    accountId: idOf(account),
    identityAccountId: idOf(landingZone.organization.identityAccount),
    partition,
    idOf,
    arnOf: (other, name) => {
      const path = landingZone.roles.find((role) => role.name === name)?.path ?? "/";
      return arnOfRole(idOf(other), { name, path }, partition);
    },
  };
}
