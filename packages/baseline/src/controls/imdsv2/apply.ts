/** Sets an account's defaults for the metadata service of new instances. */

import type { JsonObject } from "@bulkhead/core";
import { EC2Client, ModifyInstanceMetadataDefaultsCommand } from "@aws-sdk/client-ec2";
import type { Reach, Site } from "../../control.ts";

/** Whether the service is on, and whether it shows tags, stays as it is: what isn't sent isn't changed. */
export async function writeMetadataDefaults(after: JsonObject, site: Site, reach: Reach): Promise<void> {
  const command = new ModifyInstanceMetadataDefaultsCommand({
    HttpTokens: "required",
    HttpPutResponseHopLimit: Number(after["hopLimit"]),
  });
  await reach.client(EC2Client, site).send(command);
}
