/** The kind `trail`: the trail itself. */

import type { JsonObject } from "@bulkhead/core";
import { changeId, type ObjectName } from "@bulkhead/plan";
import type { Kind } from "../../../control.ts";
import { managedTag } from "../../../ownership.ts";
import { sentence } from "../kinds.ts";
import { accessKind, accessSite, bucketKind, keyKind, service, trailKind, type TrailFields } from "../model.ts";

export const trailItself: Kind = {
  name: trailKind,
  fields: {
    logging: "it is at work",
    organization: "for every account of the organization",
    multiRegion: "in every region",
    globalEvents: "with the events of services that have no region",
    logFileValidation: "with digests, by which a changed log shows",
    managementEvents: "which events that manage something: All",
    bucket: "where the logs go",
    prefix: "and below what in it; null for nothing",
    key: "what they are encrypted with: ACCOUNT/ALIAS",
    tags: `${managedTag} makes the trail Bulkhead's own`,
  },
  sentence: (action, object, before) =>
    before?.["logging"] === false && action === "update"
      ? `start logging to the trail ${object.name} again`
      : sentence("the organization's trail", action, object, before),
  dependsOn: needsOfTrail,
  read: async (...change) => (await import("./apply.ts")).readTrailAgain(...change),
  write: async (...change) => (await import("./apply.ts")).writeTrail(...change),
};

function needsOfTrail({ region }: ObjectName, after: JsonObject | null): readonly string[] {
  const { bucket, key } = after as TrailFields;
  if (bucket === null || key === null) return [];
  const [account = "", ...alias] = key.split("/");
  return [
    changeId({ ...accessSite, kind: accessKind, name: service }),
    changeId({ account, region, kind: bucketKind, name: bucket }),
    changeId({ account, region, kind: keyKind, name: alias.join("/") }),
  ];
}
