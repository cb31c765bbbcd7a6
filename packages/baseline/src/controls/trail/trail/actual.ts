/** Reads the trail itself. */

import { awsErrorName } from "@bulkhead/credentials";
import {
  CloudTrailClient,
  GetEventSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
} from "@aws-sdk/client-cloudtrail";
import type { Reach } from "../../../control.ts";
import { managementEvents } from "./event-selectors.ts";
import type { Layout, TrailFields } from "../model.ts";

export interface FoundTrail {
  readonly fields: TrailFields;
  /** Where the trail can be changed. */
  readonly homeRegion: string;
}

/**
 * Null where there is no such trail.
 * @param keyArn of the key that has the alias, if there is one
 */
export async function readTrail(layout: Layout, keyArn: string | undefined, reach: Reach): Promise<FoundTrail | null> {
  const client = reach.client(CloudTrailClient, layout.home);
  const { name, archive, alias, region } = layout;
  try {
    const { Trail: trail } = await client.send(new GetTrailCommand({ Name: name }));
    const arn = trail?.TrailARN ?? layout.trailArn;
    const [status, selectors, tags] = await Promise.all([
      client.send(new GetTrailStatusCommand({ Name: arn })),
      client.send(new GetEventSelectorsCommand({ TrailName: arn })),
      client.send(new ListTagsCommand({ ResourceIdList: [arn] })),
    ]);
    const { TagsList = [] } = tags.ResourceTagList?.[0] ?? {};
    const key = trail?.KmsKeyId;
    const isOurKey = key !== undefined && (key === keyArn || key.endsWith(`:${layout.archiveId}:${alias}`));
    return {
      homeRegion: trail?.HomeRegion ?? region,
      fields: {
        logging: status.IsLogging ?? false,
        organization: trail?.IsOrganizationTrail ?? false,
        multiRegion: trail?.IsMultiRegionTrail ?? false,
        globalEvents: trail?.IncludeGlobalServiceEvents ?? false,
        logFileValidation: trail?.LogFileValidationEnabled ?? false,
        managementEvents: managementEvents(selectors),
        bucket: trail?.S3BucketName ?? null,
        prefix: trail?.S3KeyPrefix || null,
        key: isOurKey ? `${archive.account}/${alias}` : key || null,
        tags: Object.fromEntries(TagsList.map(({ Key = "", Value = "" }) => [Key, Value])),
      },
    };
  } catch (error) {
    if (awsErrorName(error) === "TrailNotFoundException") return null;
    throw error;
  }
}
