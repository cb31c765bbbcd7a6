/** Shutting somebody out who has left, and letting them in again: what the changes to and from `left` do. */

import {
  AttachUserPolicyCommand,
  DeleteLoginProfileCommand,
  DetachUserPolicyCommand,
  TagUserCommand,
  UntagUserCommand,
} from "@aws-sdk/client-iam";
import { awsErrorName } from "@bulkhead/credentials";
import type { ApplyContext } from "./apply-context.ts";
import { tooManyPolicies } from "./errors.ts";
import { keysTag, leaverPolicy, leftTag } from "./model.ts";
import { listKeys } from "./user-keys.ts";

/** Of a tag's value (IAM User Guide, “Tags for AWS Identity and Access Management resources”). */
const longestTagValue = 256;

/**
 * Denied first, since that takes effect at once and on everything; the day last, since it says that the rest is done.
 * The keys to give back are written down before the first of them is switched off, and those of a run that was cut off
 * are kept.
 */
export async function shutOut(
  { api, policyArn }: ApplyContext,
  user: { readonly name: string; readonly tags: Readonly<Record<string, string>> },
  day: string,
): Promise<void> {
  const UserName = user.name;
  // Who has as many policies as IAM takes can't be denied, and loses at least what they sign in with.
  const notDenied = await api
    .attach(new AttachUserPolicyCommand({ UserName, PolicyArn: policyArn(leaverPolicy) }))
    .then(() => null)
    .catch((error: unknown) => {
      if (awsErrorName(error) !== "LimitExceededException") throw error;
      return tooManyPolicies(UserName, error);
    });
  const keys = await listKeys(api, UserName);
  const written = keyIds(user.tags);
  const value = joinIds(keys.filter(({ id, active }) => active || written.includes(id)).map(({ id }) => id));
  if (value !== "" && value !== user.tags[keysTag]) {
    await api.write(new TagUserCommand({ UserName, Tags: [{ Key: keysTag, Value: value }] }));
  }
  for (const key of keys.filter(({ active }) => active)) await key.switchTo(false);
  await api.unlessGone(new DeleteLoginProfileCommand({ UserName }));
  if (notDenied) throw notDenied;
  await api.write(new TagUserCommand({ UserName, Tags: [{ Key: leftTag, Value: day }] }));
}

/** The same the other way round: exactly the keys that were active come back. The password doesn't: it is deleted. */
export async function letIn(
  { api, policyArn }: ApplyContext,
  user: { readonly name: string; readonly tags: Readonly<Record<string, string>> },
): Promise<void> {
  const UserName = user.name;
  const written = keyIds(user.tags);
  const keys = written.length === 0 ? [] : await listKeys(api, UserName);
  for (const key of keys.filter(({ id, active }) => written.includes(id) && !active)) await key.switchTo(true);
  await api.unlessGone(new DetachUserPolicyCommand({ UserName, PolicyArn: policyArn(leaverPolicy) }));
  await api.write(new UntagUserCommand({ UserName, TagKeys: [keysTag, leftTag] }));
}

function keyIds(tags: Readonly<Record<string, string>>): readonly string[] {
  return (tags[keysTag] ?? "").split(" ").filter((id) => id !== "");
}

/** As many as a tag holds: a user's access keys, which come first, always fit. */
function joinIds(ids: readonly string[]): string {
  return ids.reduce((text, id) => {
    const longer = text === "" ? id : `${text} ${id}`;
    return longer.length > longestTagValue ? text : longer;
  }, "");
}
