/**
 * The policies of the trail's buckets and key: who may do what. Pure.
 *
 *   who                     | logs      | bucket and key
 *   ------------------------+-----------+---------------------------------------
 *   CloudTrail, this trail  | writes    | looks
 *   auditors                | read      | list
 *   Bulkhead's own roles    |           | change
 *   anybody else            |           | look, where their own policies allow it
 *
 * Nobody deletes: S3 does, when the logs' time is over.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
 */

import type { Json, JsonObject } from "@bulkhead/core";
import { listOf } from "@bulkhead/landing-zone";
import { isObject } from "@bulkhead/plan";
import { oneOrList, policyDocument } from "../../policy-document.ts";
import { service, type Layout } from "./model.ts";

export function bucketPolicy(layout: Layout): JsonObject {
  const { trailArn } = layout;
  const bucket = bucketArn(layout.bucket, layout);
  const cloudTrail = { Service: service };
  return policyDocument([
    allow("CloudTrailLooks", cloudTrail, "s3:GetBucketAcl", bucket, { StringEquals: { "aws:SourceArn": trailArn } }),
    allow("CloudTrailWrites", cloudTrail, "s3:PutObject", `${bucket}/AWSLogs/*`, {
      StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" },
    }),
    ...protection(bucket, layout),
  ]);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
export function accessLogPolicy(layout: Layout): JsonObject {
  const bucket = bucketArn(layout.accessLogBucket, layout);
  return policyDocument([
    allow("S3Writes", { Service: "logging.s3.amazonaws.com" }, "s3:PutObject", `${bucket}/*`, {
      ArnLike: { "aws:SourceArn": bucketArn(layout.bucket, layout) },
      StringEquals: { "aws:SourceAccount": layout.archiveId },
    }),
    ...protection(bucket, layout),
  ]);
}

/** What nobody but Bulkhead may change about a bucket; S3 lets the account's root user mend a policy in any case. */
const bucketSettings = [
  "s3:DeleteBucketPolicy",
  "s3:PutBucketAcl",
  "s3:PutBucketLogging",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketTagging",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutReplicationConfiguration",
];

function protection(bucket: string, { auditors, keepers }: Layout): JsonObject[] {
  const objects = `${bucket}/*`;
  const readers = { AWS: oneOrList(auditors) };
  return [
    ...(auditors.length === 0
      ? []
      : [
          allow("AuditorsRead", readers, ["s3:GetObject", "s3:GetObjectVersion"], objects),
          allow("AuditorsList", readers, ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"], bucket),
        ]),
    deny("NobodyUnencrypted", "s3:*", [bucket, objects], { Bool: { "aws:SecureTransport": "false" } }),
    deny("NobodyElseReads", ["s3:GetObject", "s3:GetObjectVersion"], objects, unless(auditors)),
    deny(
      "OnlyServicesWrite",
      ["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectVersionAcl", "s3:ReplicateObject"],
      objects,
      { Bool: { "aws:PrincipalIsAWSService": "false" } },
    ),
    // A bucket that replicates into this one brings its delete markers.
    deny(
      "NobodyDeletes",
      [
        "s3:BypassGovernanceRetention",
        "s3:DeleteBucket",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:ReplicateDelete",
      ],
      [bucket, objects],
    ),
    deny("OnlyBulkheadChanges", bucketSettings, bucket, unless(keepers)),
  ];
}

/** The key's policy alone decides: nothing in it leaves a change or a decryption to the policies of the account. */
export function keyPolicy({ archiveId, managementId, partition, trailArn, auditors, keepers }: Layout): JsonObject {
  const rootOf = (id: string): string => `arn:${partition}:iam::${id}:root`;
  const cloudTrail = { Service: service };
  const ofTrail = { StringEquals: { "aws:SourceArn": trailArn } };
  const context = "kms:EncryptionContext:aws:cloudtrail:arn";
  return policyDocument([
    allow(
      "OnlyBulkheadChanges",
      { AWS: rootOf(archiveId) },
      [
        "kms:CancelKeyDeletion",
        "kms:CreateAlias",
        "kms:EnableKey",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:TagResource",
      ],
      "*",
      { ArnEquals: { "aws:PrincipalArn": oneOrList(keepers) } },
    ),
    allow(
      "AccountsLook",
      { AWS: oneOrList([rootOf(archiveId), rootOf(managementId)]) },
      ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
      "*",
    ),
    allow("CloudTrailEncrypts", cloudTrail, "kms:GenerateDataKey*", "*", {
      ...ofTrail,
      StringLike: { [context]: `arn:${partition}:cloudtrail:*:${managementId}:trail/*` },
    }),
    allow("CloudTrailLooks", cloudTrail, "kms:DescribeKey", "*", ofTrail),
    ...(auditors.length === 0
      ? []
      : [
          allow("AuditorsDecrypt", { AWS: oneOrList(auditors) }, "kms:Decrypt", "*", {
            Null: { [context]: "false" },
          }),
        ]),
  ]);
}

export function bucketArn(bucket: string, { partition }: Pick<Layout, "partition">): string {
  return `arn:${partition}:s3:::${bucket}`;
}

/** The ARNs of roles that a policy of ours has as principals: they must be there before it is. */
export function principalRoles(document: Json | undefined): readonly string[] {
  const statements = isObject(document) ? (listOf(document["Statement"]) as readonly JsonObject[]) : [];
  const named = statements.flatMap(({ Principal }) => (isObject(Principal) ? listOf(Principal["AWS"]) : []));
  return [...new Set(named.flatMap((arn) => (typeof arn === "string" && arn.includes(":role/") ? [arn] : [])))];
}

function allow(Sid: string, Principal: Json, Action: Json, Resource: Json, Condition?: JsonObject): JsonObject {
  return { Sid, Effect: "Allow", Principal, Action, Resource, ...(Condition && { Condition }) };
}

function deny(Sid: string, Action: Json, Resource: Json, Condition?: JsonObject): JsonObject {
  return { Sid, Effect: "Deny", Principal: "*", Action, Resource, ...(Condition && { Condition }) };
}

/** For nobody at all, if nobody is named. */
function unless(arns: readonly string[]): JsonObject | undefined {
  return arns.length === 0 ? undefined : { ArnNotEquals: { "aws:PrincipalArn": oneOrList(arns) } };
}
