/** Reads whether the organization trusts CloudTrail. */

import { OrganizationsClient, paginateListAWSServiceAccessForOrganization } from "@aws-sdk/client-organizations";
import type { Reach } from "../../../control.ts";
import { accessSite, service } from "../model.ts";

/** Whether CloudTrail may follow the organization into its accounts. */
export async function readTrustedAccess(reach: Reach): Promise<boolean> {
  const client = reach.client(OrganizationsClient, accessSite);
  for await (const page of paginateListAWSServiceAccessForOrganization({ client }, {})) {
    if (page.EnabledServicePrincipals?.some(({ ServicePrincipal }) => ServicePrincipal === service)) return true;
  }
  return false;
}
