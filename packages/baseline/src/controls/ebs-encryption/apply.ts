/** Turns on the encryption by default of new EBS volumes. */

import type { JsonObject } from "@bulkhead/core";
import { EC2Client, EnableEbsEncryptionByDefaultCommand } from "@aws-sdk/client-ec2";
import type { Reach, Site } from "../../control.ts";

export async function enableEncryptionByDefault(_: JsonObject, site: Site, reach: Reach): Promise<void> {
  await reach.client(EC2Client, site).send(new EnableEbsEncryptionByDefaultCommand({}));
}
