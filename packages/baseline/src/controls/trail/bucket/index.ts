/** The kind `trail-bucket`: the bucket of the logs, and that of its access log. */

import { changeId } from "@bulkhead/plan";
import type { Kind } from "../../../control.ts";
import { managedTag } from "../../../ownership.ts";
import { alterableBy, auditorsOf, sentence } from "../kinds.ts";
import { bucketKind } from "../model.ts";

export const bucket: Kind = {
  name: bucketKind,
  fields: {
    alterableBy,
    versioning: "every version of a log is kept",
    objectLock: "for so many days nobody can delete a log; null for no lock",
    lifecycle: "when S3 deletes logs, and nobody else",
    ownership: "whose the logs are; no access lists",
    publicAccess: "what would make the bucket public is blocked",
    accessLog: "the bucket that tells who looked at this one",
    policy: "TLS only, no deletes, read by the auditors alone, changed by Bulkhead alone",
    tags: `${managedTag} makes the bucket Bulkhead's own`,
  },
  sentence: (action, object, before) => sentence("bucket", action, object, before),
  dependsOn: (object, after) => [
    ...(typeof after?.["accessLog"] === "string" ? [changeId({ ...object, name: after["accessLog"] })] : []),
    ...auditorsOf(object, after),
  ],
  read: async (...change) => (await import("./apply.ts")).readBucketAgain(...change),
  write: async (...change) => (await import("./apply.ts")).writeBucket(...change),
};
