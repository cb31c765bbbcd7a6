/** Reads an account's block of public access to S3. */

import type { JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { GetPublicAccessBlockCommand, S3ControlClient } from "@aws-sdk/client-s3-control";
import type { Reach, Site } from "../../control.ts";

export async function readPublicAccessBlock(site: Site, reach: Reach): Promise<JsonObject | null> {
  const command = new GetPublicAccessBlockCommand({ AccountId: reach.idOf(site.account) });
  try {
    const { PublicAccessBlockConfiguration: block } = await reach.client(S3ControlClient, site).send(command);
    return {
      blockPublicAcls: block?.BlockPublicAcls ?? false,
      ignorePublicAcls: block?.IgnorePublicAcls ?? false,
      blockPublicPolicy: block?.BlockPublicPolicy ?? false,
      restrictPublicBuckets: block?.RestrictPublicBuckets ?? false,
    };
  } catch (error) {
    if (awsErrorName(error) === "NoSuchPublicAccessBlockConfiguration") return null;
    throw error;
  }
}
