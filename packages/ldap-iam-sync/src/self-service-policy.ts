/** The managed policies of all people and of leavers. */

import { leaverPolicy, selfServicePolicy, type WantedPolicy } from "./model.ts";

/**
 * Everybody looks after their own password, MFA and keys, and can do nothing else before MFA is set up. In substance
 * “AWS: Allows MFA-authenticated IAM users to manage their own credentials on the Security credentials page” of the IAM
 * User Guide, for users below our path. Without ChangePassword and GetAccountPasswordPolicy in the exception, nobody
 * who has to set a new password could sign in for the first time.
 */
export function selfService(path: string, partition: string): WantedPolicy {
  const oneself = `arn:${partition}:iam::*:user${path}\${aws:username}`;
  return {
    name: selfServicePolicy,
    document: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "SeeTheRules",
          Effect: "Allow",
          Action: ["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"],
          Resource: "*",
        },
        {
          Sid: "OwnPassword",
          Effect: "Allow",
          Action: ["iam:ChangePassword", "iam:GetLoginProfile", "iam:GetUser"],
          Resource: oneself,
        },
        {
          Sid: "OwnAccessKeys",
          Effect: "Allow",
          Action: [
            "iam:CreateAccessKey",
            "iam:DeleteAccessKey",
            "iam:GetAccessKeyLastUsed",
            "iam:ListAccessKeys",
            "iam:UpdateAccessKey",
          ],
          Resource: oneself,
        },
        {
          Sid: "MakeVirtualMfaDevice",
          Effect: "Allow",
          Action: ["iam:CreateVirtualMFADevice"],
          Resource: `arn:${partition}:iam::*:mfa/*`,
        },
        {
          Sid: "OwnMfa",
          Effect: "Allow",
          Action: [
            "iam:DeactivateMFADevice",
            "iam:EnableMFADevice",
            "iam:GetMFADevice",
            "iam:ListMFADevices",
            "iam:ResyncMFADevice",
          ],
          Resource: oneself,
        },
        {
          Sid: "NothingElseWithoutMfa",
          Effect: "Deny",
          NotAction: [
            "iam:ChangePassword",
            "iam:CreateVirtualMFADevice",
            "iam:EnableMFADevice",
            "iam:GetAccountPasswordPolicy",
            "iam:GetMFADevice",
            "iam:GetUser",
            "iam:ListMFADevices",
            "iam:ListVirtualMFADevices",
            "iam:ResyncMFADevice",
            "sts:GetSessionToken",
          ],
          Resource: "*",
          Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
        },
      ],
    },
  };
}

export const leaverDeny: WantedPolicy = {
  name: leaverPolicy,
  document: {
    Version: "2012-10-17",
    Statement: [{ Sid: "LeftTheDirectory", Effect: "Deny", Action: "*", Resource: "*" }],
  },
};
