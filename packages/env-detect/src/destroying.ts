/**
 * Which calls destroy: judged by the operation's name alone, with the exceptions of single services.
 *
 * A call destroys when its name begins with one of the verbs below. It is a rule of thumb that errs on the safe side for
 * names; it can't see what an innocent name does (a change set that replaces a database, a lifecycle rule that expires
 * objects). `rules.destroying` decides where it is wrong.
 */

import type { Call } from "./model.ts";

const VERBS =
  /^(Batch)?(Delete|Terminate|Remove|Deregister|Disable|Purge|Destroy|Revoke|Detach|Disassociate|Wipe|Reset)(?![a-z])/;

/** Names that don't begin with such a verb, and take something away for good. */
const DESTROYING = new Set([
  "EC2:ReleaseAddress",
  "EC2:ReleaseHosts",
  "KMS:ScheduleKeyDeletion",
  "Organizations:CloseAccount",
  "Organizations:LeaveOrganization",
]);

/** Names that do, and are a service's daily work or easily undone. */
const HARMLESS = new Set([
  // To receive a message is to delete it.
  "SQS:DeleteMessage",
  "SQS:DeleteMessageBatch",
  "CloudWatch:DisableAlarmActions",
  "Elastic Load Balancing:DeregisterInstancesFromLoadBalancer",
  "Elastic Load Balancing v2:DeregisterTargets",
]);

/** `S3:DeleteBucket`: how errors and consents name a call. */
export const nameOf = ({ service, operation }: Pick<Call, "service" | "operation">): string =>
  `${service}:${operation}`;

export function destroys(call: Call): boolean {
  if (call.input["DryRun"] === true) return false;
  const name = nameOf(call);
  if (name === "DynamoDB:BatchWriteItem" || name === "DynamoDB:TransactWriteItems") return deletesItems(call.input);
  return DESTROYING.has(name) || (VERBS.test(call.operation) && !HARMLESS.has(name));
}

/** These two put and delete under one name; the input tells which. */
function deletesItems(input: Call["input"]): boolean {
  const batch = Object.values((input["RequestItems"] ?? {}) as Record<string, Record<string, unknown>[]>).flat();
  const transaction = (input["TransactItems"] ?? []) as Record<string, unknown>[];
  return (
    batch.some(({ DeleteRequest }) => DeleteRequest !== undefined) ||
    transaction.some(({ Delete }) => Delete !== undefined)
  );
}
