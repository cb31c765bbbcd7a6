/** The rights that the trail needs, in the management account and in the one that holds the logs. */

import type { Control } from "../../control.ts";

export const rights: Control["rights"] = {
  read: [
    {
      actions: [
        "cloudtrail:GetTrail",
        "cloudtrail:GetTrailStatus",
        "cloudtrail:GetEventSelectors",
        "cloudtrail:ListTags",
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListKeys",
        "kms:ListResourceTags",
        "organizations:ListAWSServiceAccessForOrganization",
      ],
      resources: ["*"],
    },
    {
      actions: [
        "s3:GetBucketLogging",
        "s3:GetBucketObjectLockConfiguration",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetLifecycleConfiguration",
        "s3:ListBucketVersions",
      ],
      resources: ["arn:aws:s3:::*"],
    },
  ],
  write: [
    {
      actions: [
        "cloudtrail:AddTags",
        "cloudtrail:CreateTrail",
        "cloudtrail:PutEventSelectors",
        "cloudtrail:StartLogging",
        "cloudtrail:UpdateTrail",
        "kms:CancelKeyDeletion",
        "kms:CreateAlias",
        "kms:CreateKey",
        "kms:EnableKey",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:TagResource",
        "organizations:DescribeOrganization",
        "organizations:EnableAWSServiceAccess",
        "organizations:ListAccounts",
      ],
      resources: ["*"],
    },
    // CloudTrail's own role, which AWS makes with an organization's first trail.
    {
      actions: ["iam:CreateServiceLinkedRole"],
      resources: ["arn:aws:iam::*:role/aws-service-role/cloudtrail.amazonaws.com/*"],
    },
    {
      actions: [
        "s3:CreateBucket",
        "s3:PutBucketLogging",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutLifecycleConfiguration",
      ],
      resources: ["arn:aws:s3:::*"],
    },
  ],
};
