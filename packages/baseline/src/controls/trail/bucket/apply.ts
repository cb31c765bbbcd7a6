/** Makes the trail's buckets and their settings; each step is safe to do again after being cut off anywhere. */

import { jsonEqual, type JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { nameOf, type Change } from "@bulkhead/plan";
import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type BucketLocationConstraint,
  type ObjectLockRetentionMode,
  type ObjectOwnership,
} from "@aws-sdk/client-s3";
import type { Reach } from "../../../control.ts";
import { eventually, type TooEarly } from "../../../eventually.ts";
import { readBucket } from "./actual.ts";
import { bucketTaken } from "../errors.ts";
import { layoutNow, type BucketFields, type Layout, type LifecycleRule } from "../model.ts";

export async function readBucketAgain(change: Change, reach: Reach): Promise<JsonObject | null> {
  const bucket = await readBucket(nameOf(change), layoutNow(reach), reach);
  return bucket === null || (change.action === "create" && bucket.isBegun) ? null : bucket.fields;
}

export async function writeBucket(change: Change, current: JsonObject | null, reach: Reach): Promise<void> {
  if (change.after === null) return;
  const layout = layoutNow(reach);
  const after = change.after as BucketFields;
  const name = nameOf(change);
  const client = reach.client(S3Client, layout.archive);
  const bucket = { Bucket: name, ExpectedBucketOwner: layout.archiveId };
  if (current === null) await createBucket(name, after, client, layout);
  const before = current as BucketFields | null;
  const differs = (field: keyof BucketFields): boolean =>
    before === null || !jsonEqual(before[field] ?? null, after[field] ?? null);

  if (Object.entries(after.tags).some(([key, value]) => before?.tags[key] !== value)) {
    const TagSet = Object.entries({ ...withoutAws(before?.tags ?? {}), ...after.tags }).map(([Key, Value]) => ({
      Key,
      Value,
    }));
    await client.send(new PutBucketTaggingCommand({ ...bucket, Tagging: { TagSet } }));
  }
  if (differs("publicAccess") && after.publicAccess) {
    const { blockAcls, ignoreAcls, blockPolicies, restrictBuckets } = after.publicAccess;
    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: blockAcls,
      IgnorePublicAcls: ignoreAcls,
      BlockPublicPolicy: blockPolicies,
      RestrictPublicBuckets: restrictBuckets,
    };
    await client.send(new PutPublicAccessBlockCommand({ ...bucket, PublicAccessBlockConfiguration }));
  }
  if (differs("ownership")) {
    const Rules = [{ ObjectOwnership: after.ownership as ObjectOwnership }];
    await client.send(new PutBucketOwnershipControlsCommand({ ...bucket, OwnershipControls: { Rules } }));
  }
  if (differs("versioning")) {
    await client.send(new PutBucketVersioningCommand({ ...bucket, VersioningConfiguration: { Status: "Enabled" } }));
  }
  if (differs("objectLock") && after.objectLock) {
    const { mode, days } = after.objectLock;
    const DefaultRetention = { Mode: mode as ObjectLockRetentionMode, Days: days };
    const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention } } as const;
    await client.send(new PutObjectLockConfigurationCommand({ ...bucket, ObjectLockConfiguration }));
  }
  if (differs("lifecycle")) {
    const LifecycleConfiguration = { Rules: after.lifecycle.map(lifecycleRule) };
    await client.send(new PutBucketLifecycleConfigurationCommand({ ...bucket, LifecycleConfiguration }));
  }
  if (differs("accessLog") && (before !== null || after.accessLog !== null)) {
    const LoggingEnabled = after.accessLog === null ? undefined : { TargetBucket: after.accessLog, TargetPrefix: "" };
    await client.send(new PutBucketLoggingCommand({ ...bucket, BucketLoggingStatus: { LoggingEnabled } }));
  }
  if (differs("policy")) {
    const command = new PutBucketPolicyCommand({ ...bucket, Policy: JSON.stringify(after.policy) });
    await eventually(principalUnknownYet, () => client.send(command));
  }
}

/** An auditor's role that was made a moment ago. */
const principalUnknownYet: TooEarly = (name, message) => name === "MalformedPolicy" && /principal/i.test(message);

async function createBucket(name: string, after: BucketFields, client: S3Client, layout: Layout): Promise<void> {
  const { region } = layout;
  const command = new CreateBucketCommand({
    Bucket: name,
    ObjectLockEnabledForBucket: after.objectLock !== null,
    // The oldest region has no name here.
    ...(region === "us-east-1"
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } }),
  });
  try {
    await client.send(command);
  } catch (error) {
    if (awsErrorName(error) === "BucketAlreadyExists") throw bucketTaken(name, error);
    // By a run that was cut off, or by this very call if its first answer was lost.
    if (awsErrorName(error) !== "BucketAlreadyOwnedByYou") throw error;
  }
}

function lifecycleRule(rule: LifecycleRule) {
  return {
    ID: rule.name,
    Status: rule.enabled ? "Enabled" : "Disabled",
    Filter: { Prefix: "" },
    Expiration: { Days: rule.expireAfterDays ?? undefined },
    NoncurrentVersionExpiration: { NoncurrentDays: rule.expireOldVersionsAfterDays ?? undefined },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abortUploadsAfterDays ?? undefined },
  } as const;
}

/** AWS's own tags can't be set. */
function withoutAws(tags: BucketFields["tags"]): BucketFields["tags"] {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith("aws:")));
}
