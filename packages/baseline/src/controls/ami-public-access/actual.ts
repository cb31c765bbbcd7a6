/** Reads the block of public AMIs. */

import type { JsonObject } from "@bulkhead/core";
import { EC2Client, GetImageBlockPublicAccessStateCommand } from "@aws-sdk/client-ec2";
import type { Reach, Site } from "../../control.ts";

export async function readImageBlock(site: Site, reach: Reach): Promise<JsonObject> {
  const answer = await reach.client(EC2Client, site).send(new GetImageBlockPublicAccessStateCommand({}));
  return { state: answer.ImageBlockPublicAccessState ?? "unblocked" };
}
