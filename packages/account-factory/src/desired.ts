/** The organization that the landing zone file asks for. */

import type { JsonObject } from "@bulkhead/core";
import type { Account, LandingZone } from "@bulkhead/landing-zone";
import { accountTag, type WantedAccount, type WantedOrganization } from "./model.ts";

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

/**
 * An account that the file knows by its id needs no mark in AWS. The others carry their name in a tag, to be recognised
 * by, and team and environment for bills and for whoever looks at the account in AWS.
 */
function wantedAccount(account: Account): WantedAccount {
  const { name, accountName, previously, id, email, hasOwnEmail, organizationalUnit, tags, team, environment } =
    account;
  const marks = {
    [accountTag]: name,
    ...(team === undefined ? {} : { "bulkhead:team": team }),
    ...(environment === undefined ? {} : { "bulkhead:environment": environment }),
  };
  const allTags = id === undefined ? { ...tags, ...marks } : tags;
  return { name, accountName, previously, id, email, hasOwnEmail, organizationalUnit, tags: allTags };
}
