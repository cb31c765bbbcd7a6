/** Reads the block of public EBS snapshots. */

import type { JsonObject } from "@bulkhead/core";
import { EC2Client, GetSnapshotBlockPublicAccessStateCommand } from "@aws-sdk/client-ec2";
import type { Reach, Site } from "../../control.ts";

export async function readSnapshotBlock(site: Site, reach: Reach): Promise<JsonObject> {
  const answer = await reach.client(EC2Client, site).send(new GetSnapshotBlockPublicAccessStateCommand({}));
  return { state: answer.State ?? "unblocked" };
}
