/** The organization that the landing zone file asks for. */

import type { JsonObject } from "@bulkhead/core";
import type { Account, LandingZone } from "@bulkhead/landing-zone";
import type { WantedAccount, WantedOrganization } from "./model.ts";

export function wantedOrganization(landingZone: LandingZone): WantedOrganization {
  const { organization, serviceControlPolicies: policies } = landingZone;
  return {
    managementAccountId: organization.managementAccountId,
    accessRole: organization.accessRole,
    organizationalUnits: landingZone.organizationalUnits.map(({ path }) => path),
    accounts: landingZone.accounts.map(wantedAccount),
    policies: new Map(policies.map(({ name, content }) => [name, JSON.parse(content) as JsonObject])),
    attachments: policies.flatMap(({ name, targets }) => targets.map((target) => ({ policy: name, target }))),
    policiesPerTarget: organization.quotas.serviceControlPoliciesPerTarget,
  };
}

/** Team and environment stand in tags of their own, for bills and for whoever looks at the account in AWS. */
function wantedAccount({
  name,
  previously,
  id,
  email,
  organizationalUnit,
  tags,
  team,
  environment,
}: Account): WantedAccount {
  return {
    name,
    previously,
    id,
    email,
    organizationalUnit,
    tags: {
      ...tags,
      ...(team === undefined ? {} : { "bulkhead:team": team }),
      ...(environment === undefined ? {} : { "bulkhead:environment": environment }),
    },
  };
}
