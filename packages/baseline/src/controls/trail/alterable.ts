/**
 * Could an administrator alter the trail's bucket or key? Evaluates the policy as AWS does for somebody whose own
 * policies allow everything. Pure, and on the safe side: what can't be known lets in, and keeps nobody out.
 *
 *   the policy of      | asked by somebody of | may, where no Deny certainly holds and …
 *   -------------------+----------------------+------------------------------------------------------------
 *   a bucket           | its account          | always: their own policies are enough
 *   a bucket           | another account      | an Allow may name them or their account
 *   a key              | any account          | an Allow may name them or their account: without, nobody may
 *   the trail          | another account      | never: a trail has no policy, and AWS lets nobody else near it
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */

import type { Json, JsonObject } from "@bulkhead/core";
import { conditionsHold, listOf, wildcard } from "@bulkhead/landing-zone";
import { isObject } from "@bulkhead/plan";
import { bucketArn } from "./policies.ts";
import type { Layout } from "./model.ts";

/** Somebody with every right that the account can give. */
export interface Administrator {
  /** 12 digits. */
  readonly accountId: string;
  /** The ARN of the role. */
  readonly arn: string;
}

export function administratorOf(accountId: string, partition: string): Administrator {
  return { accountId, arn: `arn:${partition}:iam::${accountId}:role/any-administrator` };
}

/**
 * Those that an administrator of the account can be: any role, and each that the policy names, as who may change IAM can
 * enter every role. Bulkhead's own are left out; in their account, only a service control policy keeps others from them.
 */
export function administratorsOf(
  accountId: string,
  { partition, keepers }: Pick<Layout, "partition" | "keepers">,
  policy: JsonObject | null,
): readonly Administrator[] {
  const principal = new RegExp(`arn:${partition}:iam::${accountId}:(?:role|user)/[^"]+`, "g");
  const named = JSON.stringify(policy).match(principal) ?? [];
  const arns = new Set(named.filter((arn) => !keepers.includes(arn)));
  return [administratorOf(accountId, partition), ...[...arns].map((arn) => ({ accountId, arn }))];
}

/** The actions on a bucket, or on what is in it, that the administrator may do and that alter it. */
export function bucketAlterations(
  policy: JsonObject | null,
  bucket: string,
  who: Administrator,
  layout: Pick<Layout, "partition" | "archiveId">,
): readonly string[] {
  const arn = bucketArn(bucket, layout);
  const own = who.accountId === layout.archiveId;
  return [
    ...bucketActions.filter((action) => may({ policy, who, action, resource: arn, own })),
    ...objectActions.filter((action) => may({ policy, who, action, resource: `${arn}/AWSLogs/x`, own })),
  ];
}

/** The actions on the key that the administrator may do and that alter it. */
export function keyAlterations(policy: JsonObject, who: Administrator): readonly string[] {
  return keyActions.filter((action) => may({ policy, who, action, resource: "*", own: false }));
}

// Listed apart from what the policies deny: what is forgotten there must not be forgotten here.
const bucketActions = [
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketAcl",
  "s3:PutBucketLogging",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutReplicationConfiguration",
];
const objectActions = [
  "s3:BypassGovernanceRetention",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:PutObject",
  "s3:PutObjectAcl",
  "s3:ReplicateDelete",
  "s3:ReplicateObject",
];
const keyActions = [
  "kms:CreateGrant",
  "kms:DeleteAlias",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:PutKeyPolicy",
  "kms:ReplicateKey",
  "kms:ScheduleKeyDeletion",
  "kms:UpdateAlias",
];

interface Question {
  readonly policy: JsonObject | null;
  readonly who: Administrator;
  readonly action: string;
  readonly resource: string;
  /** Whether their own policies are enough, so that the resource's has only to be silent. */
  readonly own: boolean;
}

function may({ policy, who, action, resource, own }: Question): boolean {
  const keys = keysOf(who);
  const about = statementsOf(policy).filter(
    (statement) => names(statement, "Action", action, "i") && names(statement, "Resource", resource),
  );
  const holding = (effect: string) => about.filter(({ Effect }) => Effect === effect);
  const denied = holding("Deny").some(
    (statement) => isPrincipal(statement, who) && conditionsHold(statement, keys) === "yes",
  );
  const allowed = holding("Allow").some(
    (statement) => isPrincipal(statement, who) && conditionsHold(statement, keys) !== "no",
  );
  return !denied && (own || allowed);
}

/** What is known of a call that they make themselves: null for what only AWS's services can say. */
function keysOf({ accountId, arn }: Administrator): ReadonlyMap<string, string | null> {
  return new Map([
    ["aws:principalarn", arn],
    ["aws:principalaccount", accountId],
    ["aws:principalisawsservice", "false"],
    ["aws:principaltype", "AssumedRole"],
    ["aws:securetransport", "true"],
    ["aws:sourcearn", null],
    ["aws:sourceaccount", null],
  ]);
}

type Statement = Parameters<typeof conditionsHold>[0] & { readonly [key: string]: unknown };

function statementsOf(policy: JsonObject | null): readonly Statement[] {
  return listOf(policy?.["Statement"]) as unknown as Statement[];
}

/** Whether the statement is about it: by what it names, or by what it names with `Not` it isn't. */
function names(statement: Statement, element: "Action" | "Resource", value: string, flags = ""): boolean {
  const matches = (patterns: unknown): boolean =>
    (listOf(patterns) as string[]).some((pattern) => wildcard(pattern, flags).test(value));
  const not = statement[`Not${element}`];
  return not === undefined ? matches(statement[element]) : !matches(not);
}

function isPrincipal({ Principal, NotPrincipal }: Statement, who: Administrator): boolean {
  return NotPrincipal === undefined ? isAmong(Principal, who) : !isAmong(NotPrincipal, who);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
function isAmong(principals: unknown, { accountId, arn }: Administrator): boolean {
  if (principals === "*") return true;
  if (!isObject(principals as Json)) return false;
  const named = listOf((principals as JsonObject)["AWS"]) as readonly string[];
  const account = `:iam::${accountId}:root`;
  return named.some((it) => it === "*" || it === accountId || it === arn || it.endsWith(account));
}
