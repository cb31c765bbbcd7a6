/** Reads an account's defaults for the metadata service of new instances. */

import type { JsonObject } from "@bulkhead/core";
import { EC2Client, GetInstanceMetadataDefaultsCommand } from "@aws-sdk/client-ec2";
import type { Reach, Site } from "../../control.ts";

/** What nobody has set isn't in AWS's answer. */
export async function readMetadataDefaults(site: Site, reach: Reach): Promise<JsonObject> {
  const answer = await reach.client(EC2Client, site).send(new GetInstanceMetadataDefaultsCommand({}));
  const { HttpTokens: tokens, HttpPutResponseHopLimit: hops } = answer.AccountLevel ?? {};
  return { httpTokens: tokens ?? "no-preference", hopLimit: hops ?? null };
}
