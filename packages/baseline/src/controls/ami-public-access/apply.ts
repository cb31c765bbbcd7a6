/** Turns on the block of public AMIs. */

import type { JsonObject } from "@bulkhead/core";
import { EC2Client, EnableImageBlockPublicAccessCommand } from "@aws-sdk/client-ec2";
import type { Reach, Site } from "../../control.ts";

export async function enableImageBlock(_: JsonObject, site: Site, reach: Reach): Promise<void> {
  const command = new EnableImageBlockPublicAccessCommand({ ImageBlockPublicAccessState: "block-new-sharing" });
  await reach.client(EC2Client, site).send(command);
}
