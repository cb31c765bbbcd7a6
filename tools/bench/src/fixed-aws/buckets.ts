/** S3: objects, the settings of buckets, and each account's block of public access; what is put is given back. */

import { errorAnswer, makeAnswer, Refusal, type Answer, type AwsRequest } from "@bulkhead/sandbox/wire";
import type { Service } from "./answers.ts";

/** What S3 says where a setting was never put. */
const notSet: Readonly<Record<string, string>> = {
  "object-lock": "ObjectLockConfigurationNotFoundError",
  lifecycle: "NoSuchLifecycleConfiguration",
  ownershipControls: "OwnershipControlsNotFoundError",
  publicAccessBlock: "NoSuchPublicAccessBlockConfiguration",
  policy: "NoSuchBucketPolicy",
  tagging: "NoSuchTagSet",
};

/** What S3 answers where nothing was put, and that is no error. */
const empty: Readonly<Record<string, string>> = {
  location: "<LocationConstraint/>",
  logging: "<BucketLoggingStatus/>",
  versioning: "<VersioningConfiguration/>",
};

/** Its requests name no operation, so that this is the answer to all of them. */
export function bucketService(): Service {
  const stored = new Map<string, Buffer>();
  return (request) => {
    const { key, bucket, setting } = whatIsMeant(request);
    if (request.method === "PUT") {
      stored.set(key, unchunked(request));
      return makeAnswer(200, "application/xml", "");
    }
    const content = stored.get(key);
    if (content !== undefined) return { status: 200, headers: {}, body: content };
    if (setting === "versioning" && !stored.has(bucket)) return missing(request, "NoSuchBucket");
    if (setting === undefined)
      return key === bucket ? makeAnswer(200, "application/xml", "") : missing(request, "NoSuchKey");
    return setting in notSet
      ? missing(request, notSet[setting] ?? "")
      : makeAnswer(200, "application/xml", empty[setting] ?? "");
  };
}

interface Meant {
  /** Of the object, the bucket, or one of its settings. */
  readonly key: string;
  readonly bucket: string;
  readonly setting: string | undefined;
}

function whatIsMeant({ url, headers }: AwsRequest): Meant {
  const { pathname, searchParams } = new URL(url, "http://fixed");
  // S3 Control, whose settings are an account's.
  const account = headers["x-amz-account-id"];
  if (typeof account === "string") return { key: `${account} ${pathname}`, bucket: "", setting: "publicAccessBlock" };
  const parts = pathname.split("/").filter(Boolean);
  const bucket = parts[0] ?? "";
  const setting =
    parts.length > 1 ? undefined : [...searchParams.keys()].find((name) => name in notSet || name in empty);
  return { key: setting === undefined ? parts.join("/") : `${bucket}?${setting}`, bucket, setting };
}

function missing(request: AwsRequest, code: string): Answer {
  return errorAnswer(request, new Refusal(404, code, "It does not exist."));
}

/** A body that the SDK sends in chunks with a checksum behind them (`aws-chunked`), without its framing. */
function unchunked({ headers, body }: AwsRequest): Buffer {
  if (!headers["content-encoding"]?.includes("aws-chunked")) return body;
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = body.indexOf("\r\n", at);
    const length = parseInt(body.subarray(at, end).toString(), 16);
    if (!length) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
