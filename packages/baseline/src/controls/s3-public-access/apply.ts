/** Sets an account's block of public access to S3. */

import type { JsonObject } from "@bulkhead/core";
import { PutPublicAccessBlockCommand, S3ControlClient } from "@aws-sdk/client-s3-control";
import type { Reach, Site } from "../../control.ts";

export async function writePublicAccessBlock(after: JsonObject, site: Site, reach: Reach): Promise<void> {
  await reach.client(S3ControlClient, site).send(
    new PutPublicAccessBlockCommand({
      AccountId: reach.idOf(site.account),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: after["blockPublicAcls"] === true,
        IgnorePublicAcls: after["ignorePublicAcls"] === true,
        BlockPublicPolicy: after["blockPublicPolicy"] === true,
        RestrictPublicBuckets: after["restrictPublicBuckets"] === true,
      },
    }),
  );
}
