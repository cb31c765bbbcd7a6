/**
 * Events of an S3 bucket. A bucket has one notification configuration for everybody: it is read, ours in it are put
 * in the place of ours, and everybody else's go back as they were read a moment before.
 */

import { awsErrorName } from "@bulkhead/credentials";
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
  type Event,
  type LambdaFunctionConfiguration,
  type NotificationConfiguration,
} from "@aws-sdk/client-s3";
import { parseArn, type Resolve } from "./source.ts";
import type { FoundWiring, Reading, Wiring, WiringStep } from "./model.ts";
import { notificationId, notificationPrefix } from "./names.ts";
import { permissionOf } from "./permission.ts";
import type { S3Input } from "./schema.ts";
import type { Site } from "./site.ts";

const principal = "s3.amazonaws.com";

export async function desiredS3(input: S3Input, resolve: Resolve, site: Site): Promise<Wiring> {
  const text = await resolve(input.bucket);
  const bucket = parseArn(text)?.resource ?? text;
  const { prefix = "", suffix = "", events = ["s3:ObjectCreated:*"] } = input;
  const arn = bucketArn(site, bucket);
  return {
    kind: "s3",
    id: `${bucket}/${notificationId(site, prefix, suffix)}`,
    source: arn,
    settings: { Prefix: prefix, Suffix: suffix, Events: [...new Set(events)].sort() },
    permission: permissionOf(site, principal, arn, site.run.place.account),
  };
}

function bucketArn({ partition }: Site, bucket: string): string {
  return `arn:${partition}:s3:::${bucket}`;
}

/** @param sources buckets' ARNs */
export async function readS3(site: Site, sources: ReadonlySet<string>): Promise<Reading> {
  const readings = await Promise.all([...sources].map((source) => readBucket(site, source)));
  return {
    wirings: readings.flatMap(({ wirings }) => wirings),
    unmanaged: readings.flatMap(({ unmanaged }) => unmanaged),
  };
}

async function readBucket(site: Site, source: string): Promise<Reading> {
  const bucket = parseArn(source)?.resource ?? source;
  const { LambdaFunctionConfigurations = [] } = await readNotifications(site, bucket);
  const here = LambdaFunctionConfigurations.filter(({ LambdaFunctionArn }) => LambdaFunctionArn === site.aliasArn);
  const { sid } = permissionOf(site, principal, source);
  return {
    wirings: here.filter((one) => isOurs(site, one)).map((one) => foundWiring(one, bucket, source, sid)),
    unmanaged: here
      .filter((one) => !isOurs(site, one))
      .map(({ Id }) => `notification ${Id} of ${bucket} to ${site.functionName}:${site.alias} was made by others`),
  };
}

function foundWiring(one: LambdaFunctionConfiguration, bucket: string, source: string, sid: string): FoundWiring {
  const rules = one.Filter?.Key?.FilterRules ?? [];
  const rule = (name: string): string => rules.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? "";
  const settings = { Prefix: rule("prefix"), Suffix: rule("suffix"), Events: [...(one.Events ?? [])].sort() };
  return { kind: "s3", id: `${bucket}/${one.Id}`, source, settings, handle: one.Id, sid };
}

function isOurs(site: Site, { Id = "", LambdaFunctionArn }: LambdaFunctionConfiguration): boolean {
  return LambdaFunctionArn === site.aliasArn && Id.startsWith(notificationPrefix(site));
}

async function readNotifications({ run }: Site, bucket: string): Promise<NotificationConfiguration> {
  const { account } = run.place;
  try {
    const input = { Bucket: bucket, ExpectedBucketOwner: account };
    const found = await run.access
      .client(S3Client, run.place)
      .send(new GetBucketNotificationConfigurationCommand(input));
    const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations, EventBridgeConfiguration } = found;
    return { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations, EventBridgeConfiguration };
  } catch (error) {
    if (awsErrorName(error) === "NoSuchBucket") return {};
    throw error;
  }
}

/** One change after the other to a bucket that several functions of a run share. */
const queues = new Map<string, Promise<unknown>>();

/** @param steps all of one bucket */
export async function writeS3(site: Site, steps: readonly WiringStep[]): Promise<void> {
  const { account } = site.run.place;
  const source = steps[0]?.change.source ?? "";
  const bucket = parseArn(source)?.resource ?? source;
  const key = `${account}/${bucket}`;
  const mine = (queues.get(key) ?? Promise.resolve()).then(() => writeBucket(site, bucket, steps));
  const done = mine.catch(() => undefined);
  queues.set(key, done);
  await mine.finally(() => queues.get(key) === done && queues.delete(key));
}

async function writeBucket(site: Site, bucket: string, steps: readonly WiringStep[]): Promise<void> {
  const { run, aliasArn } = site;
  const gone = new Set(steps.map(({ change }) => change.id.slice(bucket.length + 1)));
  const ours = steps.flatMap(({ wanted }) => (wanted ? [entryOf(wanted, bucket, aliasArn)] : []));
  // Right before the put, whatever the plan has seen: there is no way to put on condition.
  const before = await readNotifications(site, bucket);
  const kept = (before.LambdaFunctionConfigurations ?? []).filter(
    (one) => !(isOurs(site, one) && gone.has(one.Id ?? "")),
  );
  await run.access.client(S3Client, run.place).send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      ExpectedBucketOwner: run.place.account,
      NotificationConfiguration: { ...before, LambdaFunctionConfigurations: [...kept, ...ours] },
      // Otherwise S3 tries the destinations of others, too, and refuses all for one that is gone.
      SkipDestinationValidation: true,
    }),
  );
}

function entryOf({ id, settings }: Wiring, bucket: string, aliasArn: string): LambdaFunctionConfiguration {
  const { Prefix, Suffix, Events } = settings as { Prefix: string; Suffix: string; Events: Event[] };
  const rules = [
    ...(Prefix === "" ? [] : [{ Name: "prefix" as const, Value: Prefix }]),
    ...(Suffix === "" ? [] : [{ Name: "suffix" as const, Value: Suffix }]),
  ];
  return {
    Id: id.slice(bucket.length + 1),
    LambdaFunctionArn: aliasArn,
    Events,
    ...(rules.length === 0 ? {} : { Filter: { Key: { FilterRules: rules } } }),
  };
}
