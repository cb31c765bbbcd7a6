/** The artifact bucket: templates under keys that their content gives them, so that nothing is uploaded twice. */

import { awsErrorName, type Access, type Place } from "@bulkhead/credentials";
import {
  CreateBucketCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import { bucketMissing } from "./errors.ts";
import type { Artifact } from "./template.ts";

export interface ArtifactBucket {
  readonly name: string;
  readonly create: boolean;
}

/** The URL by which CloudFormation reads an object: with the bucket in the path, since its name may hold dots. */
export function artifactUrl(bucket: string, region: string, key: string): string {
  const suffix = region.startsWith("cn-") ? ".cn" : "";
  return `https://s3.${region}.amazonaws.com${suffix}/${bucket}/${key}`;
}

/**
 * Puts into the bucket what isn't there yet. A bucket of that name that belongs to another account is refused.
 * @throws CloudFormation.BucketMissing
 */
export async function uploadArtifacts(
  access: Access,
  place: Place,
  bucket: ArtifactBucket,
  artifacts: readonly Artifact[],
): Promise<void> {
  if (artifacts.length === 0) return;
  const client = access.client(S3Client, place);
  const owned = { Bucket: bucket.name, ExpectedBucketOwner: place.account };
  if (!(await exists(client.send(new HeadBucketCommand(owned))))) {
    if (!bucket.create) throw bucketMissing(bucket.name);
    await createBucket(client, place, bucket.name);
  }
  for (const { key, text } of new Map(artifacts.map((artifact) => [artifact.key, artifact])).values()) {
    if (await exists(client.send(new HeadObjectCommand({ ...owned, Key: key })))) continue;
    await client.send(new PutObjectCommand({ ...owned, Key: key, Body: text, ContentType: "text/plain" }));
  }
}

/** S3 encrypts new buckets and keeps the public out by itself. */
async function createBucket(client: S3Client, { region }: Place, name: string): Promise<void> {
  const location = { LocationConstraint: region as BucketLocationConstraint };
  // us-east-1 is the one region that may not be named.
  const settings = region === "us-east-1" ? {} : { CreateBucketConfiguration: location };
  try {
    await client.send(new CreateBucketCommand({ Bucket: name, ...settings }));
  } catch (error) {
    // The first answer was lost, or another stack's deployment was quicker.
    if (awsErrorName(error) !== "BucketAlreadyOwnedByYou") throw error;
  }
}

async function exists(head: Promise<unknown>): Promise<boolean> {
  try {
    await head;
    return true;
  } catch (error) {
    if (/^(NotFound|NoSuchBucket|NoSuchKey)$/.test(awsErrorName(error) ?? "")) return false;
    throw error;
  }
}
