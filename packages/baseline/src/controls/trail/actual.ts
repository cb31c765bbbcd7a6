/** Reads all that the trail is made of, and tells what is Bulkhead's own. */

import type { Found, Reach } from "../../control.ts";
import { managedTag } from "../../ownership.ts";
import { readBucket, type FoundBucket } from "./bucket/actual.ts";
import { readKey } from "./key/actual.ts";
import { accessKind, accessSite, bucketKind, keyKind, service, trailKind, type Layout } from "./model.ts";
import { readTrail } from "./trail/actual.ts";
import { readTrustedAccess } from "./trusted-access/actual.ts";

export async function readAll(layout: Layout, reach: Reach): Promise<readonly Found[]> {
  const { archive, bucket, accessLogBucket, alias, home, name, region } = layout;
  const [trusted, log, accessLog, key] = await Promise.all([
    readTrustedAccess(reach),
    readBucket(bucket, layout, reach),
    readBucket(accessLogBucket, layout, reach),
    readKey(layout, reach),
  ]);
  const found = await readTrail(layout, key?.arn, reach);
  const elsewhere = found !== null && found.homeRegion !== region;
  return [
    ...(trusted
      ? [{ kind: accessKind, name: service, fields: { enabled: true }, at: accessSite, ownership: null }]
      : []),
    ...foundBucket(bucket, log, layout),
    ...foundBucket(accessLogBucket, accessLog, layout),
    ...(key === null ? [] : [own({ kind: keyKind, name: alias, fields: key.fields, at: archive })]),
    ...(found === null
      ? []
      : [
          {
            ...own({ kind: trailKind, name, fields: found.fields, at: home }),
            ...(elsewhere && {
              untouchable: `it is at home in ${found.homeRegion}: name that region, or another trail`,
            }),
          },
        ]),
  ];
}

function foundBucket(name: string, bucket: FoundBucket | null, { archive }: Layout): readonly Found[] {
  if (bucket === null) return [];
  const object = { kind: bucketKind, name, fields: bucket.fields, at: archive };
  return [bucket.isBegun ? { ...object, ownership: null } : own(object)];
}

function own(
  object: Omit<Found, "ownership"> & { fields: { readonly tags: { readonly [key: string]: string } } },
): Found {
  if (object.fields.tags[managedTag] !== undefined) return { ...object, ownership: `tag ${managedTag}` };
  const untouchable = `it is there already, and isn't Bulkhead's own: hand it over by the tag ${managedTag}=true, or choose another name`;
  return { ...object, ownership: null, untouchable };
}
