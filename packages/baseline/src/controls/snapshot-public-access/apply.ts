/** Sets the block of public EBS snapshots. */

import type { JsonObject } from "@bulkhead/core";
import {
  EC2Client,
  EnableSnapshotBlockPublicAccessCommand,
  type SnapshotBlockPublicAccessState,
} from "@aws-sdk/client-ec2";
import type { Reach, Site } from "../../control.ts";

export async function enableSnapshotBlock(after: JsonObject, site: Site, reach: Reach): Promise<void> {
  const State = after["state"] as SnapshotBlockPublicAccessState;
  await reach.client(EC2Client, site).send(new EnableSnapshotBlockPublicAccessCommand({ State }));
}
