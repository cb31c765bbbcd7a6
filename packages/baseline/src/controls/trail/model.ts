/** The objects of the control `trail`: their kinds and names, where each is, and their fields. */

import { arnOfRole } from "@bulkhead/landing-zone";
import type { JsonObject } from "@bulkhead/core";
import type { Estate, Site } from "../../control.ts";
import { global, management } from "../../scopes.ts";

export const accessKind = "trusted-access";
export const bucketKind = "trail-bucket";
export const keyKind = "trail-key";
export const trailKind = "trail";

/** CloudTrail as AWS names it where services are principals. */
export const service = "cloudtrail.amazonaws.com";

/** A key has no name before it has its alias; by this tag one that a run left without it is found again. */
export const aliasTag = "bulkhead:alias";

/** Everything that follows from the file: names, places, ARNs. */
export interface Layout {
  readonly name: string;
  readonly partition: string;
  readonly region: string;
  /** Where the trail is. */
  readonly home: Site;
  /** Where bucket and key are. */
  readonly archive: Site;
  /** 12 digits each. */
  readonly managementId: string;
  readonly archiveId: string;
  readonly bucket: string;
  readonly accessLogBucket: string;
  /** `alias/…` */
  readonly alias: string;
  readonly trailArn: string;
  readonly retentionDays: number;
  readonly objectLockDays: number;
  /** ARNs of the roles that may read the logs. */
  readonly auditors: readonly string[];
  /** ARNs of the roles by which Bulkhead is in the archive: nobody else may change what is there. */
  readonly keepers: readonly string[];
}

/**
 * Undefined where the file asks for no trail.
 * @throws LandingZone.AccountIdUnknown
 */
export function layoutOf({ landingZone, partition, idOf }: Estate): Layout | undefined {
  const { baseline, organization, roles } = landingZone;
  const { logArchiveAccount, homeRegion, accessRole, managementAccountId } = organization;
  const trail = baseline?.trail;
  if (trail === undefined || logArchiveAccount === undefined) return undefined;
  const { name, region = homeRegion, retentionDays, objectLockDays } = trail;
  const archiveId = idOf(logArchiveAccount);
  const bucket = trail.bucket.replace("{accountId}", archiveId).replace("{region}", region);
  const roleIn = (role: string): string => {
    const path = roles.find((it) => it.name === role)?.path ?? "/";
    return arnOfRole(archiveId, { name: role, path }, partition);
  };
  const keepers = [accessRole, ...(baseline?.ownRole === undefined ? [] : [baseline.ownRole])];
  return {
    name,
    partition,
    region,
    home: { account: management, region },
    archive: { account: logArchiveAccount, region },
    managementId: managementAccountId,
    archiveId,
    bucket,
    accessLogBucket: `${bucket}-access-log`,
    alias: `alias/${name}-trail`,
    trailArn: `arn:${partition}:cloudtrail:${region}:${managementAccountId}:trail/${name}`,
    retentionDays,
    objectLockDays,
    auditors: trail.auditors.map((it) => (it.startsWith("arn:") ? it : roleIn(it))).sort(),
    keepers: [...new Set(keepers)].map(roleIn).sort(),
  };
}

/** Where trusted access is: it has no region. */
export const accessSite: Site = { account: management, region: global };

export interface BucketFields extends JsonObject {
  /** Names of accounts whose administrators could alter the bucket, as its policy stands. */
  readonly alterableBy: readonly string[];
  readonly versioning: string | null;
  /** What is locked by default; null for nothing. */
  readonly objectLock: { readonly mode: string; readonly days: number } | null;
  readonly lifecycle: readonly LifecycleRule[];
  readonly ownership: string | null;
  readonly publicAccess: PublicAccess | null;
  /** The bucket that the access log goes to. */
  readonly accessLog: string | null;
  readonly policy: JsonObject | null;
  readonly tags: { readonly [key: string]: string };
}

export interface LifecycleRule extends JsonObject {
  readonly name: string;
  readonly enabled: boolean;
  readonly expireAfterDays: number | null;
  readonly expireOldVersionsAfterDays: number | null;
  readonly abortUploadsAfterDays: number | null;
  /** Whatever else it says; null for nothing. */
  readonly more: JsonObject | null;
}

export interface PublicAccess extends JsonObject {
  readonly blockAcls: boolean;
  readonly ignoreAcls: boolean;
  readonly blockPolicies: boolean;
  readonly restrictBuckets: boolean;
}

export interface KeyFields extends JsonObject {
  /** Names of accounts whose administrators could alter the key, as its policy stands. */
  readonly alterableBy: readonly string[];
  /** `Enabled`, `Disabled`, `PendingDeletion` … */
  readonly state: string;
  readonly rotation: boolean;
  readonly policy: JsonObject;
  readonly tags: { readonly [key: string]: string };
}

export interface TrailFields extends JsonObject {
  readonly logging: boolean;
  readonly organization: boolean;
  readonly multiRegion: boolean;
  readonly globalEvents: boolean;
  readonly logFileValidation: boolean;
  /** `All`, or what is left of it. */
  readonly managementEvents: string;
  readonly bucket: string | null;
  readonly prefix: string | null;
  /** ACCOUNT/ALIAS, with the account's name; another key as its ARN. */
  readonly key: string | null;
  readonly tags: { readonly [key: string]: string };
}

/** The layout where the file surely asks for a trail: a change of it is being applied. */
export function layoutNow(estate: Estate): Layout {
  const layout = layoutOf(estate);
  if (layout === undefined) throw new Error("a change of the trail can't come from a file without one");
  return layout;
}
