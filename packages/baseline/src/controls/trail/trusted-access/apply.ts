/** Lets CloudTrail follow the organization into its accounts. */

import type { JsonObject } from "@bulkhead/core";
import type { Change } from "@bulkhead/plan";
import { EnableAWSServiceAccessCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import type { Reach } from "../../../control.ts";
import { accessSite, service } from "../model.ts";
import { readTrustedAccess } from "./actual.ts";

export async function readTrustedAccessAgain(_: Change, reach: Reach): Promise<JsonObject | null> {
  return (await readTrustedAccess(reach)) ? { enabled: true } : null;
}

export async function writeTrustedAccess(_: Change, __: JsonObject | null, reach: Reach): Promise<void> {
  await reach
    .client(OrganizationsClient, accessSite)
    .send(new EnableAWSServiceAccessCommand({ ServicePrincipal: service }));
}
