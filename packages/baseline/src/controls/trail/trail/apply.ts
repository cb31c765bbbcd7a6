/** Makes the trail; each step is safe to do again after being cut off anywhere. */

import type { JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import type { Change } from "@bulkhead/plan";
import {
  AddTagsCommand,
  CloudTrailClient,
  CreateTrailCommand,
  GetEventSelectorsCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import type { Reach } from "../../../control.ts";
import { eventually, type TooEarly } from "../../../eventually.ts";
import { managedTag } from "../../../ownership.ts";
import { trailTaken } from "../errors.ts";
import { withAllManagementEvents } from "./event-selectors.ts";
import { describeKey } from "../key/actual.ts";
import { layoutNow, type Layout, type TrailFields } from "../model.ts";
import { readTrail } from "./actual.ts";

/** A trail that doesn't log yet is a creation that was cut off: StartLogging is the last step. */
export async function readTrailAgain(change: Change, reach: Reach): Promise<JsonObject | null> {
  const layout = layoutNow(reach);
  const trail = await readTrail(layout, (await describeKey(layout, reach))?.arn, reach);
  const fields = trail?.fields ?? null;
  const begun = fields !== null && !fields.logging && fields.tags[managedTag] !== undefined;
  return change.action === "create" && begun ? null : fields;
}

export async function writeTrail({ after }: Change, current: JsonObject | null, reach: Reach): Promise<void> {
  if (after === null) return;
  const layout = layoutNow(reach);
  const client = reach.client(CloudTrailClient, layout.home);
  const Name = layout.trailArn;
  const wanted = after as TrailFields;
  if (current === null) {
    await createTrail(wanted, layout, reach);
    await client.send(new StartLoggingCommand({ Name }));
    return;
  }
  const trail = current as TrailFields;
  if (settings.some((field) => trail[field] !== wanted[field])) await updateTrail(wanted, layout, client);
  if (trail.managementEvents !== wanted.managementEvents) {
    const selectors = await client.send(new GetEventSelectorsCommand({ TrailName: Name }));
    await client.send(new PutEventSelectorsCommand({ TrailName: Name, ...withAllManagementEvents(selectors) }));
  }
  if (!trail.logging) await client.send(new StartLoggingCommand({ Name }));
  if (Object.entries(wanted.tags).some(([key, value]) => trail.tags[key] !== value)) {
    await client.send(new AddTagsCommand({ ResourceId: Name, TagsList: tagList(wanted.tags) }));
  }
}

const settings = [
  "organization",
  "multiRegion",
  "globalEvents",
  "logFileValidation",
  "bucket",
  "prefix",
  "key",
] as const;

async function createTrail(wanted: TrailFields, layout: Layout, reach: Reach): Promise<void> {
  const client = reach.client(CloudTrailClient, layout.home);
  const input = { Name: layout.name, ...trailInput(wanted, layout), TagsList: tagList(wanted.tags) };
  const command = new CreateTrailCommand(input);
  try {
    await eventually(policyUnknownYet, () => client.send(command));
  } catch (error) {
    // By a run that was cut off, or by this very call if its first answer was lost.
    if (awsErrorName(error) !== "TrailAlreadyExistsException") throw error;
    const trail = await readTrail(layout, undefined, reach);
    if (trail?.fields.tags[managedTag] === undefined) throw trailTaken(layout.name);
    await updateTrail(wanted, layout, client);
  }
}

async function updateTrail(wanted: TrailFields, layout: Layout, client: CloudTrailClient): Promise<void> {
  // Only an empty prefix takes one away.
  const input = { Name: layout.trailArn, ...trailInput(wanted, layout), S3KeyPrefix: wanted.prefix ?? "" };
  const command = new UpdateTrailCommand(input);
  await eventually(policyUnknownYet, () => client.send(command));
}

function trailInput(wanted: TrailFields, { partition, region, archiveId, alias }: Layout) {
  return {
    S3BucketName: wanted.bucket ?? "",
    KmsKeyId: `arn:${partition}:kms:${region}:${archiveId}:${alias}`,
    IsOrganizationTrail: wanted.organization,
    IsMultiRegionTrail: wanted.multiRegion,
    IncludeGlobalServiceEvents: wanted.globalEvents,
    EnableLogFileValidation: wanted.logFileValidation,
  };
}

/** CloudTrail looks at the policies of bucket and key, which may be a moment old. */
const policyUnknownYet: TooEarly = (name) =>
  ["InsufficientS3BucketPolicyException", "InsufficientEncryptionPolicyException", "KmsKeyNotFoundException"].includes(
    name,
  );

function tagList(tags: TrailFields["tags"]): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
