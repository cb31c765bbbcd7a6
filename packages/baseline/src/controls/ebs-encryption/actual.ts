/** Reads whether new EBS volumes of an account and region are encrypted by default. */

import type { JsonObject } from "@bulkhead/core";
import { EC2Client, GetEbsEncryptionByDefaultCommand } from "@aws-sdk/client-ec2";
import type { Reach, Site } from "../../control.ts";

export async function readEncryptionByDefault(site: Site, reach: Reach): Promise<JsonObject> {
  const answer = await reach.client(EC2Client, site).send(new GetEbsEncryptionByDefaultCommand({}));
  return { encryptionByDefault: answer.EbsEncryptionByDefault ?? false };
}
