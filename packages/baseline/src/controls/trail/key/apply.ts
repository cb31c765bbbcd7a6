/** Makes the key that the logs are encrypted with; each step is safe to do again after being cut off anywhere. */

import { jsonEqual, type JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import type { Change } from "@bulkhead/plan";
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
  paginateListKeys,
  PutKeyPolicyCommand,
  TagResourceCommand,
} from "@aws-sdk/client-kms";
import type { Reach } from "../../../control.ts";
import { eventually, type TooEarly } from "../../../eventually.ts";
import { describeKey, readKey, readKeyTags } from "./actual.ts";
import { aliasTag, layoutNow, type KeyFields, type Layout } from "../model.ts";

export async function readKeyAgain(_: Change, reach: Reach): Promise<JsonObject | null> {
  return (await readKey(layoutNow(reach), reach))?.fields ?? null;
}

export async function writeKey({ after }: Change, current: JsonObject | null, reach: Reach): Promise<void> {
  if (after === null) return;
  const layout = layoutNow(reach);
  const client = reach.client(KMSClient, layout.archive);
  const wanted = after as KeyFields;
  if (current === null) {
    const KeyId = (await findNameless(layout, client, reach)) ?? (await createKey(wanted, layout, reach));
    await putPolicy(KeyId, wanted, client);
    await client.send(new EnableKeyRotationCommand({ KeyId }));
    // The alias comes last: by it the key is found, and then it is whole.
    await client.send(new CreateAliasCommand({ AliasName: layout.alias, TargetKeyId: KeyId }));
    return;
  }
  const key = current as KeyFields;
  const KeyId = (await describeKey(layout, reach))?.id;
  if (!jsonEqual(key.policy, wanted.policy)) await putPolicy(KeyId, wanted, client);
  if (key.state === "PendingDeletion") await client.send(new CancelKeyDeletionCommand({ KeyId }));
  if (key.state !== wanted.state) await client.send(new EnableKeyCommand({ KeyId }));
  if (!key.rotation) await client.send(new EnableKeyRotationCommand({ KeyId }));
  if (Object.entries(wanted.tags).some(([name, value]) => key.tags[name] !== value)) {
    await client.send(new TagResourceCommand({ KeyId, Tags: tagList(wanted.tags) }));
  }
}

/** CreateKey has no idempotency token, and a key can't be deleted for a week: it is sent once. */
async function createKey(wanted: KeyFields, layout: Layout, reach: Reach): Promise<string | undefined> {
  const command = new CreateKeyCommand({
    Description: `Logs of the trail ${layout.name}`,
    Policy: JSON.stringify(wanted.policy),
    Tags: tagList(wanted.tags),
  });
  const client = reach.client(KMSClient, layout.archive, 1);
  const { KeyMetadata } = await eventually(principalUnknownYet, () => client.send(command));
  return KeyMetadata?.KeyId;
}

/** The key of a run that was cut off before the alias. */
async function findNameless(layout: Layout, client: KMSClient, reach: Reach): Promise<string | undefined> {
  for await (const { Keys = [] } of paginateListKeys({ client }, { Limit: 1_000 })) {
    for (const { KeyId = "" } of Keys) {
      if (!(await isNameless(KeyId, layout, client))) continue;
      if ((await describeKey(layout, reach, KeyId))?.state === "Enabled") return KeyId;
    }
  }
  return undefined;
}

async function isNameless(KeyId: string, { alias }: Layout, client: KMSClient): Promise<boolean> {
  try {
    return (await readKeyTags(KeyId, client))[aliasTag] === alias;
  } catch (error) {
    // Somebody else's key, which nobody but they may look at.
    if (awsErrorName(error) === "AccessDeniedException") return false;
    throw error;
  }
}

async function putPolicy(KeyId: string | undefined, { policy }: KeyFields, client: KMSClient): Promise<void> {
  const command = new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: JSON.stringify(policy) });
  await eventually(principalUnknownYet, () => client.send(command));
}

/** An auditor's role that was made a moment ago. */
const principalUnknownYet: TooEarly = (name, message) =>
  name === "MalformedPolicyDocumentException" && /principal/i.test(message);

function tagList(tags: KeyFields["tags"]): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
