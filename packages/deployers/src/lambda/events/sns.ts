/** Events of an SNS topic: a subscription of the alias, in the topic's region. */

import type { Json } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { parseArn, sourceArn, type Resolve } from "./source.ts";
import type { FoundWiring, Reading, Settings, Wiring, WiringStep } from "./model.ts";
import { permissionOf } from "./permission.ts";
import type { SnsInput } from "./schema.ts";
import type { Site } from "./site.ts";

const principal = "sns.amazonaws.com";
const defaultScope = "MessageAttributes";

export async function desiredSns(input: SnsInput, resolve: Resolve, site: Site): Promise<Wiring> {
  const source = await sourceArn("sns", input.topic, resolve);
  const { filterPolicy, filterPolicyScope = defaultScope } = input;
  const settings =
    filterPolicy === undefined
      ? { FilterPolicy: null }
      : { FilterPolicy: filterPolicy as Json, FilterPolicyScope: filterPolicyScope };
  return { kind: "sns", id: source, source, settings, permission: permissionOf(site, principal, source) };
}

function clientFor({ run }: Site, topic: string): SNSClient {
  return run.access.client(SNSClient, { ...run.place, region: parseArn(topic)?.region ?? run.place.region });
}

/** @param sources topics' ARNs */
export async function readSns(site: Site, sources: ReadonlySet<string>): Promise<Reading> {
  const found = await Promise.all([...sources].map((source) => readTopic(site, source)));
  return { wirings: found.flat(), unmanaged: [] };
}

async function readTopic(site: Site, source: string): Promise<readonly FoundWiring[]> {
  const client = clientFor(site, source);
  try {
    for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: source })) {
      const own = page.Subscriptions?.find(
        ({ Endpoint, Protocol }) => Endpoint === site.aliasArn && Protocol === "lambda",
      );
      if (own?.SubscriptionArn === undefined) continue;
      const input = { SubscriptionArn: own.SubscriptionArn };
      const { Attributes = {} } = await client.send(new GetSubscriptionAttributesCommand(input));
      const { sid } = permissionOf(site, principal, source);
      return [
        { kind: "sns", id: source, source, settings: foundSettings(Attributes), handle: own.SubscriptionArn, sid },
      ];
    }
  } catch (error) {
    // A topic that is gone has no subscriptions.
    if (awsErrorName(error) !== "NotFoundException") throw error;
  }
  return [];
}

function foundSettings({ FilterPolicy, FilterPolicyScope }: Readonly<Record<string, string>>): Settings {
  const policy = JSON.parse(FilterPolicy || "{}") as Readonly<Record<string, Json>>;
  if (Object.keys(policy).length === 0) return { FilterPolicy: null };
  return { FilterPolicy: policy, FilterPolicyScope: FilterPolicyScope || defaultScope };
}

export async function writeSns(site: Site, { wanted, found, change }: WiringStep): Promise<void> {
  const client = clientFor(site, change.source);
  if (wanted === undefined) {
    await client.send(new UnsubscribeCommand({ SubscriptionArn: found?.handle }));
    return;
  }
  const attributes = attributesOf(wanted.settings);
  if (found === undefined) {
    // The same again gives the subscription that is there.
    const input = { TopicArn: wanted.source, Protocol: "lambda", Endpoint: site.aliasArn };
    const set = wanted.settings["FilterPolicy"] === null ? {} : { Attributes: attributes };
    await client.send(new SubscribeCommand({ ...input, ...set, ReturnSubscriptionArn: true }));
    return;
  }
  // A policy for bodies may be none for attributes: it is never held against them.
  const inOrder = Object.entries(attributes);
  if (wanted.settings["FilterPolicyScope"] !== defaultScope) inOrder.reverse();
  for (const [AttributeName, AttributeValue] of inOrder) {
    const input = { SubscriptionArn: found.handle, AttributeName, AttributeValue };
    await client.send(new SetSubscriptionAttributesCommand(input));
  }
}

/** As SNS takes them; an empty policy is none. */
function attributesOf({ FilterPolicy, FilterPolicyScope }: Settings): Readonly<Record<string, string>> {
  if (FilterPolicy === null) return { FilterPolicy: "{}" };
  return { FilterPolicy: JSON.stringify(FilterPolicy), FilterPolicyScope: String(FilterPolicyScope) };
}
