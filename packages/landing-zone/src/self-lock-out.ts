/**
 * Would a service control policy lock Bulkhead out of an account? Answers only what is certain: a Deny that hangs on
 * what can't be known here (a tag, a principal's organization, one resource) is no reason to refuse a file.
 */

import type { Account } from "./model.ts";
import type { Statement } from "./policy.ts";
import type { LandingZoneFile } from "./schema.ts";
import { trySelect, type Estate } from "./selectors.ts";
import { literally, wildcard } from "./wildcard.ts";

/**
 * What Bulkhead must be able to do in a member account, by what asks for it in the file. Not what deployers do: they
 * come with roles of their own, and denying Lambda, say, to a whole unit is a policy that one may want.
 */
export const neededActions = {
  everyAccount: [
    "iam:GetRole",
    "iam:ListRoles",
    "iam:CreateRole",
    "iam:UpdateRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:TagRole",
    "iam:ListAttachedRolePolicies",
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:GetRolePolicy",
    "iam:PutRolePolicy",
    "iam:DeleteRole",
    "ssm:GetParameter",
    "ssm:PutParameter",
    "ssm:DeleteParameter",
  ],
  passwordPolicy: ["iam:GetAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"],
  accountAlias: ["iam:ListAccountAliases", "iam:CreateAccountAlias"],
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
        const region = regionsOf(action, file).find((it) => holds(statement, requestKeys(role, it)) === "yes");
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
  return (account) => [
    ...neededActions.everyAccount,
    ...(baseline?.passwordPolicy ? neededActions.passwordPolicy : []),
    ...(baseline?.accountAlias ? neededActions.accountAlias : []),
    ...(networked.has(account) ? neededActions.network : []),
    ...(users && account.name === organization.identityAccount ? neededActions.identityAccount : []),
    ...(account.name === organization.logArchiveAccount ? neededActions.logArchiveAccount : []),
  ];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html; IAM is called in one region of each partition. */
function partitionOf(region: string): { name: string; globalRegion: string } {
  if (region.startsWith("cn-")) return { name: "aws-cn", globalRegion: "cn-north-1" };
  if (region.startsWith("us-gov-")) return { name: "aws-us-gov", globalRegion: "us-gov-west-1" };
  if (region.startsWith("eusc-")) return { name: "aws-eusc", globalRegion: "eusc-de-east-1" };
  return { name: "aws", globalRegion: "us-east-1" };
}

function regionsOf(action: string, file: LandingZoneFile): readonly string[] {
  const { homeRegion, regions = [] } = file.organization;
  return action.startsWith("iam:") ? [partitionOf(homeRegion).globalRegion] : [...new Set([homeRegion, ...regions])];
}

/** Whether a Deny takes in the action on every resource; on some resources only is not a lock-out. */
function deniesAction({ Effect, Action, NotAction, Resource }: Statement, action: string): boolean {
  if (Effect !== "Deny" || !listOf(Resource).includes("*")) return false;
  const named = listOf(Action ?? NotAction).some((pattern) => wildcard(pattern, "i").test(action));
  return named === (Action !== undefined);
}

/** Three values, because a policy can ask for what isn't known before the call. */
type Truth = "yes" | "no" | "maybe";

const not = (truth: Truth): Truth => (truth === "yes" ? "no" : truth === "no" ? "yes" : "maybe");
const all = (truths: readonly Truth[]): Truth =>
  truths.includes("no") ? "no" : truths.includes("maybe") ? "maybe" : "yes";
const any = (truths: readonly Truth[]): Truth => not(all(truths.map(not)));

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

/**
 * Whether a statement's conditions hold; every one has to.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function holds({ Condition = {} }: Statement, keys: ReadonlyMap<string, string>): Truth {
  return all(
    Object.entries(Condition).flatMap(([operator, tests]) =>
      Object.entries(tests).map(([key, wanted]) => {
        const value = keys.get(key.toLowerCase());
        return value === undefined ? "maybe" : compare(operator, listOf(wanted).map(String), value);
      }),
    ),
  );
}

function compare(operator: string, patterns: readonly string[], value: string): Truth {
  const parsed = /^(?:(String|Arn)(Not)?(Equals|Like)(IgnoreCase)?|(Bool))(?:IfExists)?$/i.exec(operator);
  if (parsed === null) return "maybe";
  const [, kind = "", negated, comparison = "", ignoreCase] = parsed.map((part) => part?.toLowerCase());
  const flags = ignoreCase !== undefined || kind === "" ? "i" : "";
  const matches = any(
    patterns.map((pattern): Truth => {
      if (pattern.includes("${")) return "maybe";
      if (kind === "arn") return matchArn(pattern, value);
      return match(comparison === "like" ? wildcard(pattern, flags) : literally(pattern, flags), value);
    }),
  );
  return negated === undefined ? matches : not(matches);
}

/** ARN operators match each of the six parts by itself, so that a `*` doesn't reach over a colon. */
function matchArn(pattern: string, arn: string): Truth {
  const values = arnParts(arn);
  return all(arnParts(pattern).map((part, index) => match(wildcard(part), values[index] ?? "")));
}

/** Stands for the id of an account that doesn't exist yet or isn't known here: no literal text matches it. */
const unknownId = "\u0000".repeat(12);

function match(pattern: RegExp, value: string): Truth {
  if (pattern.test(value)) return "yes";
  if (!value.includes(unknownId)) return "no";
  // Would it match if the unknown digits were those that the pattern asks for?
  const lenient = new RegExp(pattern.source.replace(/\d/g, "[$&\u0000]"), pattern.flags);
  return lenient.test(value) ? "maybe" : "no";
}

/** arn, partition, service, region, account and the rest, which may hold colons of its own. */
function arnParts(arn: string): readonly string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
