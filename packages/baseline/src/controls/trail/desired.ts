/** The trail that the file wants: buckets, key, trusted access, and the trail itself. Pure. */

import type { Estate, Wanted } from "../../control.ts";
import { ours } from "../../ownership.ts";
import {
  accessKind,
  accessSite,
  aliasTag,
  bucketKind,
  keyKind,
  layoutOf,
  service,
  trailKind,
  type BucketFields,
  type KeyFields,
  type Layout,
  type PublicAccess,
  type TrailFields,
} from "./model.ts";
import { accessLogPolicy, bucketPolicy, keyPolicy } from "./policies.ts";

/** @throws LandingZone.AccountIdUnknown */
export function wantedTrail(estate: Estate): readonly Wanted[] {
  const layout = layoutOf(estate);
  if (layout === undefined) return [];
  const { home, archive, bucket, accessLogBucket, alias, name } = layout;
  return [
    { kind: accessKind, name: service, fields: { enabled: true }, at: accessSite },
    { kind: bucketKind, name: accessLogBucket, fields: wantedAccessLog(layout), at: archive },
    { kind: bucketKind, name: bucket, fields: wantedBucket(layout), at: archive },
    { kind: keyKind, name: alias, fields: wantedKey(layout), at: archive },
    { kind: trailKind, name, fields: trailFields(layout), at: home },
  ];
}

function wantedBucket(layout: Layout): BucketFields {
  return {
    ...common(layout),
    objectLock: { mode: "COMPLIANCE", days: layout.objectLockDays },
    accessLog: layout.accessLogBucket,
    policy: bucketPolicy(layout),
  };
}

/** Without a lock: S3 doesn't write access logs to a bucket that locks what is put into it. */
function wantedAccessLog(layout: Layout): BucketFields {
  return { ...common(layout), objectLock: null, accessLog: null, policy: accessLogPolicy(layout) };
}

const blocked: PublicAccess = { blockAcls: true, ignoreAcls: true, blockPolicies: true, restrictBuckets: true };

function common({
  retentionDays,
}: Layout): Pick<BucketFields, "alterableBy" | "versioning" | "lifecycle" | "ownership" | "publicAccess" | "tags"> {
  return {
    alterableBy: [],
    versioning: "Enabled",
    lifecycle: [
      {
        name: "bulkhead",
        enabled: true,
        expireAfterDays: retentionDays,
        expireOldVersionsAfterDays: 1,
        abortUploadsAfterDays: 7,
        more: null,
      },
    ],
    ownership: "BucketOwnerEnforced",
    publicAccess: blocked,
    tags: ours,
  };
}

function wantedKey(layout: Layout): KeyFields {
  return {
    alterableBy: [],
    state: "Enabled",
    rotation: true,
    policy: keyPolicy(layout),
    tags: { ...ours, [aliasTag]: layout.alias },
  };
}

function trailFields({ archive, bucket, alias }: Layout): TrailFields {
  return {
    logging: true,
    organization: true,
    multiRegion: true,
    globalEvents: true,
    logFileValidation: true,
    managementEvents: "All",
    bucket,
    prefix: null,
    key: `${archive.account}/${alias}`,
    tags: ours,
  };
}
