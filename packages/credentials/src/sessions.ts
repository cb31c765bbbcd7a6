/** A session for each account: entered by AssumeRole once, kept in memory and on disk, renewed before it ends. */

import { hashJson, type JsonObject } from "@bulkhead/core";
import type { AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@aws-sdk/types";
import type { DiskCache } from "./disk-cache.ts";
import { notAnAnswer } from "./errors.ts";

/** All that makes one session differ from another; it is the cache's key. */
export interface SessionRequest {
  /** Access key id that the role is entered from. */
  readonly source: string;
  /** The STS endpoint's origin, so that a local AWS and the real one never mix. */
  readonly endpoint: string;
  readonly region: string;
  readonly roleArn: string;
  readonly sessionName: string;
  /** Seconds; a chained session can't be longer than 3,600. */
  readonly duration: number;
}

export interface Sessions {
  /** @throws what `assume` throws; Aws.NotAnAnswer */
  enter(request: SessionRequest): Promise<AwsCredentialIdentity>;
  /** Takes a session from the disk. This run keeps it, so that it never enters twice. */
  forget(request: SessionRequest): Promise<void>;
}

export interface SessionOptions {
  readonly assume: (request: SessionRequest) => Promise<AssumeRoleCommandOutput>;
  readonly disk: DiskCache;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The SDK asks for new credentials five minutes before the end; a session with less left is of no use to it. */
const renewBefore = 5 * 60_000;

const keyOf = (request: SessionRequest): string => hashJson({ ...request } satisfies JsonObject);

export function createSessions({ assume, disk, now }: SessionOptions): Sessions {
  const entered = new Map<string, AwsCredentialIdentity>();
  const entering = new Map<string, Promise<AwsCredentialIdentity>>();

  const fresh = (session: AwsCredentialIdentity | undefined): session is AwsCredentialIdentity =>
    (session?.expiration?.getTime() ?? 0) - now() > renewBefore;

  const enter = async (key: string, request: SessionRequest): Promise<AwsCredentialIdentity> => {
    const kept = parseSession(await disk.read(key));
    if (fresh(kept)) return kept;
    const session = fromAnswer(await assume(request), request);
    await disk.write(key, { ...session, expiration: session.expiration?.toISOString() });
    return session;
  };

  return {
    enter: async (request) => {
      const key = keyOf(request);
      const kept = entered.get(key);
      if (fresh(kept)) return kept;
      // One at a time: many workers ask for the same session at once.
      const started = entering.get(key) ?? enter(key, request).finally(() => entering.delete(key));
      entering.set(key, started);
      const session = await started;
      entered.set(key, session);
      return session;
    },
    forget: (request) => disk.remove(keyOf(request)),
  };
}

function fromAnswer(
  { Credentials: given, AssumedRoleUser: user }: AssumeRoleCommandOutput,
  { roleArn, region }: SessionRequest,
): AwsCredentialIdentity {
  const accountId = user?.Arn?.split(":")[4];
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration) {
    const site = { service: "STS", operation: "AssumeRole", region };
    throw notAnAnswer(site, new TypeError(`no credentials of ${roleArn} in it`));
  }
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    expiration: given.Expiration,
    ...(accountId === undefined ? {} : { accountId }),
  };
}

/** What a cache file holds, if it holds a session. */
function parseSession(value: unknown): AwsCredentialIdentity | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = value as Record<string, unknown>;
  if (![accessKeyId, secretAccessKey, sessionToken, expiration].every((part) => typeof part === "string"))
    return undefined;
  return {
    accessKeyId: accessKeyId as string,
    secretAccessKey: secretAccessKey as string,
    sessionToken: sessionToken as string,
    expiration: new Date(expiration as string),
    ...(typeof accountId === "string" ? { accountId } : {}),
  };
}
