/** Reads the key that the logs are encrypted with. */

import type { JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  paginateListResourceTags,
} from "@aws-sdk/client-kms";
import type { Reach } from "../../../control.ts";
import { keyAlterations } from "../alterable.ts";
import type { KeyFields, Layout } from "../model.ts";
import { whoCould } from "../who-could.ts";

export interface FoundKey {
  readonly arn: string;
  readonly fields: KeyFields;
}

/** Null where nothing has the alias. */
export async function readKey(layout: Layout, reach: Reach): Promise<FoundKey | null> {
  const client = reach.client(KMSClient, layout.archive);
  const found = await describeKey(layout, reach);
  if (found === null) return null;
  const KeyId = found.id;
  const [{ Policy }, { KeyRotationEnabled }, tags] = await Promise.all([
    client.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" })),
    client.send(new GetKeyRotationStatusCommand({ KeyId })),
    readKeyTags(KeyId, client),
  ]);
  const policy = JSON.parse(Policy ?? "{}") as JsonObject;
  return {
    arn: found.arn,
    fields: {
      alterableBy: whoCould(reach, layout, policy, (who) => keyAlterations(policy, who)),
      state: found.state,
      rotation: KeyRotationEnabled ?? false,
      policy,
      tags,
    },
  };
}

export interface KeyPlace {
  readonly id: string;
  readonly arn: string;
  readonly state: string;
}

/** @param keyId the alias, by default */
export async function describeKey(layout: Layout, reach: Reach, keyId = layout.alias): Promise<KeyPlace | null> {
  try {
    const { KeyMetadata } = await reach
      .client(KMSClient, layout.archive)
      .send(new DescribeKeyCommand({ KeyId: keyId }));
    const { KeyId = "", Arn = "", KeyState = "" } = KeyMetadata ?? {};
    return { id: KeyId, arn: Arn, state: KeyState };
  } catch (error) {
    if (awsErrorName(error) === "NotFoundException") return null;
    throw error;
  }
}

export async function readKeyTags(KeyId: string, client: KMSClient): Promise<KeyFields["tags"]> {
  const tags: Record<string, string> = {};
  for await (const { Tags = [] } of paginateListResourceTags({ client }, { KeyId })) {
    for (const { TagKey = "", TagValue = "" } of Tags) tags[TagKey] = TagValue;
  }
  return tags;
}
