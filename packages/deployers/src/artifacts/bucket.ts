/** The artifact bucket: what is deployed, under keys that its content gives it, so that nothing is uploaded twice. */

import { BulkheadError } from "@bulkhead/core";
import { awsErrorName, type Access, type Place } from "@bulkhead/credentials";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { artifactAltered, artifactMissing, bucketElsewhere, bucketMissing } from "./errors.ts";
import { patienceFor } from "./patience.ts";

export interface ArtifactBucket {
  readonly name: string;
  /** Whether it is made where it doesn't exist. */
  readonly create: boolean;
}

/** A bucket and where it is. */
export interface ArtifactPlace extends Place {
  readonly bucket: ArtifactBucket;
}

export interface Artifact {
  /** Holds the SHA-256 of the body in hex. */
  readonly key: string;
  readonly body: string | Uint8Array;
}

/** The key of a function's or layer's zip. @param digest `sha256:` and hex */
export function zipKey(digest: string): string {
  return `lambda/${digest.replace(/^sha256:/, "")}.zip`;
}

/** The URL by which CloudFormation reads an object: with the bucket in the path, since its name may hold dots. */
export function artifactUrl(bucket: string, region: string, key: string): string {
  const suffix = region.startsWith("cn-") ? ".cn" : "";
  return `https://s3.${region}.amazonaws.com${suffix}/${bucket}/${key}`;
}

/**
 * Puts an artifact into the bucket where it isn't there yet: one call then, else two. S3 checks that it got these very
 * bytes, and refuses a bucket of that name that belongs to another account.
 * @param isNew whether it can hardly be there yet: then it is sent without a look, in one call, and S3 keeps what is there
 * @throws Artifacts.BucketMissing, Artifacts.BucketElsewhere
 */
export async function ensureArtifact(
  access: Access,
  at: ArtifactPlace,
  { key, body }: Artifact,
  { isNew = false } = {},
): Promise<void> {
  const client = access.client(S3Client, at);
  const checksum = createHash("sha256").update(body).digest("base64");
  if (!isNew && (await isThere(client, at, key, checksum))) return;
  const put = new PutObjectCommand({
    ...(isNew ? { IfNoneMatch: "*" } : {}),
    ...owned(at),
    Key: key,
    Body: body,
    ContentType: typeof body === "string" ? "text/plain" : "application/zip",
    ChecksumAlgorithm: "SHA256",
    ChecksumSHA256: checksum,
  });
  const patience = patienceFor(Buffer.byteLength(body));
  try {
    await client.send(put, patience);
  } catch (error) {
    const code = awsErrorName(error) ?? "";
    // It is there, or another run is writing it: looked at after all.
    if (/^(PreconditionFailed|ConditionalRequestConflict)$/.test(code))
      return ensureArtifact(access, at, { key, body });
    if (isElsewhere(error)) throw bucketElsewhere(at.bucket.name, at.region);
    if (code !== "NoSuchBucket") throw error;
    if (!at.bucket.create) throw bucketMissing(at.bucket.name);
    await createBucket(client, at);
    await client.send(put, patience);
  }
}

/**
 * What lies under a key.
 * @throws Artifacts.Missing; Artifacts.Altered where the content isn't what the key says
 */
export async function readArtifact(access: Access, at: ArtifactPlace, key: string): Promise<Uint8Array> {
  const client = access.client(S3Client, at);
  const { Body } = await client.send(new GetObjectCommand({ ...owned(at), Key: key })).catch((error: unknown) => {
    if (isAbsence(error)) throw artifactMissing(at.bucket.name, key);
    throw error;
  });
  const body = (await Body?.transformToByteArray()) ?? new Uint8Array();
  const found = createHash("sha256").update(body).digest("hex");
  if (!key.includes(found)) throw artifactAltered(at.bucket.name, key, `sha256:${found}`);
  return body;
}

/**
 * Brings an artifact from one bucket to another, also across accounts: each is read and written as its own account.
 * @returns its content
 * @throws Artifacts.Missing, Artifacts.Altered, Artifacts.BucketMissing
 */
export async function copyArtifact(
  access: Access,
  from: ArtifactPlace,
  to: ArtifactPlace,
  key: string,
): Promise<Uint8Array> {
  const body = await readArtifact(access, from, key);
  await ensureArtifact(access, to, { key, body });
  return body;
}

function owned({ bucket, account }: ArtifactPlace): { readonly Bucket: string; readonly ExpectedBucketOwner: string } {
  return { Bucket: bucket.name, ExpectedBucketOwner: account };
}

/** What lies there with another checksum, or with none, is written anew. */
async function isThere(client: S3Client, at: ArtifactPlace, key: string, checksum: string): Promise<boolean> {
  try {
    const head = await client.send(new HeadObjectCommand({ ...owned(at), Key: key, ChecksumMode: "ENABLED" }));
    return head.ChecksumSHA256 === checksum;
  } catch (error) {
    if (isAbsence(error)) return false;
    if (isElsewhere(error)) throw bucketElsewhere(at.bucket.name, at.region);
    throw error;
  }
}

/** S3 encrypts new buckets and keeps the public out by itself. */
async function createBucket(client: S3Client, { bucket, region }: ArtifactPlace): Promise<void> {
  const location = { LocationConstraint: region as BucketLocationConstraint };
  // us-east-1 is the one region that may not be named.
  const settings = region === "us-east-1" ? {} : { CreateBucketConfiguration: location };
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket.name, ...settings }));
  } catch (error) {
    // The first answer was lost, or another deployment was quicker.
    if (awsErrorName(error) !== "BucketAlreadyOwnedByYou") throw error;
  }
}

/** S3 sends the caller to the bucket's own region; to HEAD it says no more than the status. */
function isElsewhere(error: unknown): boolean {
  const raw = error instanceof BulkheadError ? error.cause : error;
  const status = (raw as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
  return status === 301 || awsErrorName(error) === "AuthorizationHeaderMalformed";
}

function isAbsence(error: unknown): boolean {
  return /^(NotFound|NoSuchBucket|NoSuchKey)$/.test(awsErrorName(error) ?? "");
}
