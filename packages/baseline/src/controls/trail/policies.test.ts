/** The policies of bucket and key, word for word where a word decides. */

import { expect, test } from "@jest/globals";
import type { JsonObject } from "@bulkhead/core";
import { estateOfText } from "../../testing/landing-zone.ts";
import { layoutOf, type Layout } from "./model.ts";
import { accessLogPolicy, bucketPolicy, keyPolicy, principalRoles } from "./policies.ts";

function layoutWith(trail: string, partition = "aws"): Layout {
  const layout = layoutOf(
    estateOfText(`roles: { look: { path: /sec/ } }\nbaseline: { trail: ${trail} }`, { partition }),
  );
  if (layout === undefined) throw new Error("a trail was asked for");
  return layout;
}
const layout = layoutWith("{ auditors: [look] }");
const bySid = (policy: JsonObject): ReadonlyMap<unknown, JsonObject> =>
  new Map((policy["Statement"] as readonly JsonObject[]).map((statement) => [statement["Sid"], statement]));

const trailArn = "arn:aws:cloudtrail:eu-central-1:111111111111:trail/bulkhead";
const bucket = "arn:aws:s3:::bulkhead-trail-000000000002-eu-central-1";
const look = "arn:aws:iam::000000000002:role/sec/look";
const access = "arn:aws:iam::000000000002:role/OrganizationAccountAccessRole";

test("CloudTrail writes for this trail alone, and only over TLS; the auditors read, and nobody else; nobody deletes", () => {
  expect(bucketPolicy(layout)).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "CloudTrailLooks",
        Effect: "Allow",
        Principal: { Service: "cloudtrail.amazonaws.com" },
        Action: "s3:GetBucketAcl",
        Resource: bucket,
        Condition: { StringEquals: { "aws:SourceArn": trailArn } },
      },
      {
        Sid: "CloudTrailWrites",
        Effect: "Allow",
        Principal: { Service: "cloudtrail.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${bucket}/AWSLogs/*`,
        Condition: { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
      {
        Sid: "AuditorsRead",
        Effect: "Allow",
        Principal: { AWS: look },
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: `${bucket}/*`,
      },
      {
        Sid: "AuditorsList",
        Effect: "Allow",
        Principal: { AWS: look },
        Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"],
        Resource: bucket,
      },
      {
        Sid: "NobodyUnencrypted",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket, `${bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "NobodyElseReads",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: `${bucket}/*`,
        Condition: { ArnNotEquals: { "aws:PrincipalArn": look } },
      },
      {
        Sid: "OnlyServicesWrite",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectVersionAcl", "s3:ReplicateObject"],
        Resource: `${bucket}/*`,
        Condition: { Bool: { "aws:PrincipalIsAWSService": "false" } },
      },
      {
        Sid: "NobodyDeletes",
        Effect: "Deny",
        Principal: "*",
        Action: [
          "s3:BypassGovernanceRetention",
          "s3:DeleteBucket",
          "s3:DeleteObject",
          "s3:DeleteObjectVersion",
          "s3:ReplicateDelete",
        ],
        Resource: [bucket, `${bucket}/*`],
      },
      {
        Sid: "OnlyBulkheadChanges",
        Effect: "Deny",
        Principal: "*",
        Action: expect.arrayContaining(["s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutLifecycleConfiguration"]),
        Resource: bucket,
        Condition: { ArnNotEquals: { "aws:PrincipalArn": access } },
      },
    ],
  });
});

test("S3 itself writes the access log, of that one bucket", () => {
  const statements = bySid(accessLogPolicy(layout));
  expect(statements.get("S3Writes")).toEqual({
    Sid: "S3Writes",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucket}-access-log/*`,
    Condition: { ArnLike: { "aws:SourceArn": bucket }, StringEquals: { "aws:SourceAccount": "000000000002" } },
  });
  expect(statements.get("NobodyDeletes")?.["Resource"]).toEqual([`${bucket}-access-log`, `${bucket}-access-log/*`]);
});

test("the key: CloudTrail encrypts for this trail, the auditors decrypt logs, Bulkhead alone changes it", () => {
  const statements = bySid(keyPolicy(layout));
  expect([...statements.keys()]).toEqual([
    "OnlyBulkheadChanges",
    "AccountsLook",
    "CloudTrailEncrypts",
    "CloudTrailLooks",
    "AuditorsDecrypt",
  ]);
  expect(statements.get("OnlyBulkheadChanges")).toMatchObject({
    Principal: { AWS: "arn:aws:iam::000000000002:root" },
    Condition: { ArnEquals: { "aws:PrincipalArn": access } },
  });
  expect(statements.get("CloudTrailEncrypts")).toMatchObject({
    Principal: { Service: "cloudtrail.amazonaws.com" },
    Action: "kms:GenerateDataKey*",
    Condition: {
      StringEquals: { "aws:SourceArn": trailArn },
      StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:111111111111:trail/*" },
    },
  });
  expect(statements.get("AuditorsDecrypt")).toMatchObject({
    Principal: { AWS: look },
    Action: "kms:Decrypt",
    Condition: { Null: { "kms:EncryptionContext:aws:cloudtrail:arn": "false" } },
  });
});

test("without auditors nobody reads or decrypts", () => {
  const none = layoutWith("{}");
  expect(bySid(bucketPolicy(none)).get("NobodyElseReads")).not.toHaveProperty("Condition");
  expect(bySid(bucketPolicy(none)).has("AuditorsRead")).toBe(false);
  expect(bySid(keyPolicy(none)).has("AuditorsDecrypt")).toBe(false);
});

test("names and partitions go through", () => {
  const named = layoutWith(`{ name: org, bucket: "logs-{region}-{accountId}", region: eu-west-1 }`, "aws-cn");
  const text = JSON.stringify([bucketPolicy(named), keyPolicy(named)]);
  expect(text).toContain("arn:aws-cn:s3:::logs-eu-west-1-000000000002/AWSLogs/*");
  expect(text).toContain("arn:aws-cn:cloudtrail:eu-west-1:111111111111:trail/org");
  expect(text).not.toContain("arn:aws:");
});

test("a policy's principals are roles that must be there before it", () => {
  const two = layoutWith(`{ auditors: [look, "arn:aws:iam::999999999999:role/eve"] }`);
  expect(principalRoles(bucketPolicy(two))).toEqual([look, "arn:aws:iam::999999999999:role/eve"]);
  expect(principalRoles(keyPolicy(layout))).toEqual([look]);
  expect(principalRoles(undefined)).toEqual([]);
});
