/** Removes a default VPC with what was shown of it. AWS refuses where anybody has begun to use it since. */

import type { JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import type { Change } from "@bulkhead/plan";
import {
  CreateTagsCommand,
  DeleteInternetGatewayCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DetachInternetGatewayCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import type { Reach } from "../../control.ts";
import { removingTag, type DefaultVpc } from "./model.ts";

export async function removeDefaultVpc(change: Change, _: JsonObject | null, reach: Reach): Promise<void> {
  const { vpc, subnets, internetGateways } = change.before as DefaultVpc;
  const client = reach.client(EC2Client, change);
  // First, since it is what AWS refuses while anything is in them.
  for (const SubnetId of subnets) {
    await unlessGone("InvalidSubnetID.NotFound", client.send(new DeleteSubnetCommand({ SubnetId })));
  }
  for (const InternetGatewayId of internetGateways) {
    const gone = "InvalidInternetGatewayID.NotFound";
    if (vpc !== null) {
      const Tags = [{ Key: removingTag, Value: vpc }];
      await unlessGone(gone, client.send(new CreateTagsCommand({ Resources: [InternetGatewayId], Tags })));
      const detached = client.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId: vpc }));
      await unlessGone("Gateway.NotAttached", unlessGone(gone, detached));
    }
    await unlessGone(gone, client.send(new DeleteInternetGatewayCommand({ InternetGatewayId })));
  }
  if (vpc !== null) await unlessGone("InvalidVpcID.NotFound", client.send(new DeleteVpcCommand({ VpcId: vpc })));
}

/** What a repeated request is told when the first one did it. */
async function unlessGone(errorName: string, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (awsErrorName(error) !== errorName) throw error;
  }
}
