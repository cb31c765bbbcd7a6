/** Reads the trail's buckets, each setting of them. */

import { awsErrorName } from "@bulkhead/credentials";
import type { BulkheadError, JsonObject } from "@bulkhead/core";
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListObjectVersionsCommand,
  S3Client,
  type LifecycleRule as S3LifecycleRule,
} from "@aws-sdk/client-s3";
import type { Reach } from "../../../control.ts";
import { managedTag } from "../../../ownership.ts";
import { bucketAlterations } from "../alterable.ts";
import { bucketRefused } from "../errors.ts";
import { whoCould } from "../who-could.ts";
import type { BucketFields, Layout, LifecycleRule } from "../model.ts";

export interface FoundBucket {
  readonly fields: BucketFields;
  /**
   * Whether a run of ours was cut off while it made the bucket: the tag is the first step, and the policy the last. One
   * without either is as good as new if there is nothing in it.
   */
  readonly isBegun: boolean;
}

/** Null where there is no such bucket. Refused where it is somebody else's: names of buckets are the world's. */
export async function readBucket(name: string, layout: Layout, reach: Reach): Promise<FoundBucket | null> {
  const client = reach.client(S3Client, layout.archive);
  const bucket = { Bucket: name, ExpectedBucketOwner: layout.archiveId };
  try {
    // Before a creation there is nothing more to ask about.
    const versioning = await client.send(new GetBucketVersioningCommand(bucket));
    const [lock, lifecycle, ownership, access, logging, policy, tags] = await Promise.all([
      unless("ObjectLockConfigurationNotFoundError", client.send(new GetObjectLockConfigurationCommand(bucket))),
      unless("NoSuchLifecycleConfiguration", client.send(new GetBucketLifecycleConfigurationCommand(bucket))),
      unless("OwnershipControlsNotFoundError", client.send(new GetBucketOwnershipControlsCommand(bucket))),
      unless("NoSuchPublicAccessBlockConfiguration", client.send(new GetPublicAccessBlockCommand(bucket))),
      client.send(new GetBucketLoggingCommand(bucket)),
      unless("NoSuchBucketPolicy", client.send(new GetBucketPolicyCommand(bucket))),
      unless("NoSuchTagSet", client.send(new GetBucketTaggingCommand(bucket))),
    ]);
    const document = policy?.Policy === undefined ? null : (JSON.parse(policy.Policy) as JsonObject);
    const retention = lock?.ObjectLockConfiguration?.Rule?.DefaultRetention;
    const block = access?.PublicAccessBlockConfiguration;
    const tagSet = Object.fromEntries((tags?.TagSet ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
    const isOurs = tagSet[managedTag] !== undefined;
    const isBare = async (): Promise<boolean> => Object.keys(tagSet).length === 0 && isEmpty(bucket, client);
    const fields = {
      alterableBy: whoCould(reach, layout, document, (who) => bucketAlterations(document, name, who, layout)),
      versioning: versioning.Status ?? null,
      objectLock: retention
        ? { mode: retention.Mode ?? "", days: retention.Days ?? (retention.Years ?? 0) * 365 }
        : null,
      lifecycle: (lifecycle?.Rules ?? []).map(ruleFields),
      ownership: ownership?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? null,
      publicAccess: block
        ? {
            blockAcls: block.BlockPublicAcls ?? false,
            ignoreAcls: block.IgnorePublicAcls ?? false,
            blockPolicies: block.BlockPublicPolicy ?? false,
            restrictBuckets: block.RestrictPublicBuckets ?? false,
          }
        : null,
      accessLog: logging.LoggingEnabled?.TargetBucket ?? null,
      policy: document,
      tags: tagSet,
    };
    return { fields, isBegun: document === null && (isOurs || (await isBare())) };
  } catch (error) {
    if (awsErrorName(error) === "NoSuchBucket") return null;
    if (awsErrorName(error) === "AccessDenied") {
      throw bucketRefused(name, layout.archive.account, (error as BulkheadError).cause);
    }
    throw error;
  }
}

/** Whether nothing is in it, and nothing was: deleted versions and their markers count. */
async function isEmpty(bucket: { readonly Bucket: string }, client: S3Client): Promise<boolean> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ ...bucket, MaxKeys: 1 }),
  );
  return Versions.length + DeleteMarkers.length === 0;
}

function ruleFields(rule: S3LifecycleRule): LifecycleRule {
  const { ID, Status, Filter, Prefix, Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule;
  const { Days, ...restOfExpiration } = Expiration ?? {};
  const more = {
    ...(Prefix || Filter?.Prefix ? { prefix: Prefix || (Filter?.Prefix ?? "") } : {}),
    ...(Filter?.Tag || Filter?.And || Filter?.ObjectSizeGreaterThan || Filter?.ObjectSizeLessThan
      ? { filter: asJson(Filter) }
      : {}),
    ...(restOfExpiration.Date || restOfExpiration.ExpiredObjectDeleteMarker
      ? { expiration: asJson(restOfExpiration) }
      : {}),
    ...(NoncurrentVersionExpiration?.NewerNoncurrentVersions
      ? { keepOldVersions: NoncurrentVersionExpiration.NewerNoncurrentVersions }
      : {}),
    ...(rule.Transitions?.length ? { transitions: asJson(rule.Transitions) } : {}),
    ...(rule.NoncurrentVersionTransitions?.length
      ? { transitionsOfOldVersions: asJson(rule.NoncurrentVersionTransitions) }
      : {}),
  };
  return {
    name: ID ?? "",
    enabled: Status === "Enabled",
    expireAfterDays: Days ?? null,
    expireOldVersionsAfterDays: NoncurrentVersionExpiration?.NoncurrentDays ?? null,
    abortUploadsAfterDays: AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? null,
    more: Object.keys(more).length === 0 ? null : more,
  };
}

/** What AWS gave, without dates and gaps. */
function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

async function unless<T>(name: string, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (awsErrorName(error) === name) return undefined;
    throw error;
  }
}
