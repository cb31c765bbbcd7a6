/**
 * Would a service control policy lock Bulkhead out of an account? Answers only what is certain: a Deny that hangs on
 * what can't be known here (a tag, a principal's organization, one resource) is no reason to refuse a file.
 */

import { conditionsHold, listOf, unknownId } from "./conditions.ts";
import type { Account } from "./model.ts";
import type { Statement } from "./policy.ts";
import type { LandingZoneFile } from "./schema.ts";
import { trySelect, type Estate } from "./selectors.ts";
import { wildcard } from "./wildcard.ts";

/**
 * What Bulkhead must be able to do in a member account, by what asks for it in the file. Not what deployers do: they
 * come with roles of their own, and denying Lambda, say, to a whole unit is a policy that one may want.
 */
export const neededActions = {
  everyAccount: [
    "iam:GetRole",
    "iam:ListRoles",
    "iam:GetAccountAuthorizationDetails",
    "iam:CreateRole",
    "iam:UpdateRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:TagRole",
    "iam:ListAttachedRolePolicies",
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:ListRolePolicies",
    "iam:GetRolePolicy",
    "iam:PutRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:DeleteRole",
    "ssm:GetParameter",
    "ssm:PutParameter",
    "ssm:DeleteParameter",
  ],
  /** By the section of `baseline` that asks for it. */
  baseline: {
    passwordPolicy: ["iam:GetAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"],
    accountAlias: ["iam:ListAccountAliases", "iam:CreateAccountAlias"],
    alternateContacts: ["account:GetAlternateContact", "account:PutAlternateContact"],
    s3PublicAccess: ["s3:GetAccountPublicAccessBlock", "s3:PutAccountPublicAccessBlock"],
    ebsEncryption: ["ec2:GetEbsEncryptionByDefault", "ec2:EnableEbsEncryptionByDefault"],
    imdsv2: ["ec2:GetInstanceMetadataDefaults", "ec2:ModifyInstanceMetadataDefaults"],
    snapshotPublicAccess: ["ec2:GetSnapshotBlockPublicAccessState", "ec2:EnableSnapshotBlockPublicAccess"],
    amiPublicAccess: ["ec2:GetImageBlockPublicAccessState", "ec2:EnableImageBlockPublicAccess"],
  },
  network: ["ec2:DescribeVpcs", "ec2:CreateVpc", "ec2:CreateSubnet", "ec2:CreateRoute", "ec2:CreateTags"],
  identityAccount: [
    "iam:CreateUser",
    "iam:CreateGroup",
    "iam:AddUserToGroup",
    "iam:CreatePolicy",
    "iam:AttachGroupPolicy",
  ],
  logArchiveAccount: ["s3:CreateBucket", "s3:PutBucketPolicy", "kms:CreateKey"],
} as const;

/** A statement that certainly denies an action to Bulkhead's role, in `account` and in so many `others`. */
export interface SelfLockOut {
  /** The statement's number, from 0. */
  readonly statement: number;
  readonly account: string;
  readonly others: number;
  readonly action: string;
  readonly region: string;
}

/** The statements of a policy that lock Bulkhead out of accounts that the policy binds. */
export function selfLockOuts(
  statements: readonly Statement[],
  accounts: readonly Account[],
  file: LandingZoneFile,
  estate: Estate,
): readonly SelfLockOut[] {
  const needsOf = accountNeeds(file, estate);
  const partition = partitionOf(file.organization.homeRegion);
  return statements.flatMap((statement, index): SelfLockOut[] => {
    const denied = accounts.flatMap((account) => {
      const role = `arn:${partition.name}:iam::${account.id ?? unknownId}:role/${file.organization.accessRole}`;
      for (const action of needsOf(account).filter((it) => deniesAction(statement, it))) {
        const region = regionsOf(action, file).find((it) => conditionsHold(statement, requestKeys(role, it)) === "yes");
        if (region !== undefined) return [{ account: account.name, action, region }];
      }
      return [];
    });
    const [first] = denied;
    return first ? [{ statement: index, ...first, others: denied.length - 1 }] : [];
  });
}

function accountNeeds(file: LandingZoneFile, estate: Estate): (account: Account) => readonly string[] {
  const { baseline, users, organization } = file;
  const networks = baseline?.network?.accounts;
  const networked = new Set(networks === undefined ? [] : trySelect(estate, networks));
  const ofBaseline = Object.entries(neededActions.baseline).flatMap(([section, actions]) =>
    baseline && Object.hasOwn(baseline, section) ? actions : [],
  );
  return (account) => [
    ...neededActions.everyAccount,
    ...ofBaseline,
    ...(networked.has(account) ? neededActions.network : []),
    ...(users && account.name === organization.identityAccount ? neededActions.identityAccount : []),
    ...(account.name === organization.logArchiveAccount ? neededActions.logArchiveAccount : []),
  ];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html; IAM and Account Management are called in one region of each partition. */
function partitionOf(region: string): { name: string; globalRegion: string } {
  if (region.startsWith("cn-")) return { name: "aws-cn", globalRegion: "cn-north-1" };
  if (region.startsWith("us-gov-")) return { name: "aws-us-gov", globalRegion: "us-gov-west-1" };
  if (region.startsWith("eusc-")) return { name: "aws-eusc", globalRegion: "eusc-de-east-1" };
  return { name: "aws", globalRegion: "us-east-1" };
}

function regionsOf(action: string, file: LandingZoneFile): readonly string[] {
  const { homeRegion, regions = [] } = file.organization;
  return /^(account|iam):/.test(action)
    ? [partitionOf(homeRegion).globalRegion]
    : [...new Set([homeRegion, ...regions])];
}

/** Whether a Deny takes in the action on every resource; on some resources only is not a lock-out. */
function deniesAction({ Effect, Action, NotAction, Resource }: Statement, action: string): boolean {
  if (Effect !== "Deny" || !listOf(Resource).includes("*")) return false;
  const named = listOf(Action ?? NotAction).some((pattern) => wildcard(pattern, "i").test(action));
  return named === (Action !== undefined);
}

/** Condition keys of a call by Bulkhead, in lower case as they compare without regard to case. */
function requestKeys(roleArn: string, region: string): ReadonlyMap<string, string> {
  return new Map([
    ["aws:principalarn", roleArn],
    ["aws:principalaccount", roleArn.split(":")[4] ?? unknownId],
    ["aws:principaltype", "AssumedRole"],
    ["aws:principalisawsservice", "false"],
    ["aws:viaawsservice", "false"],
    ["aws:securetransport", "true"],
    ["aws:requestedregion", region],
  ]);
}
