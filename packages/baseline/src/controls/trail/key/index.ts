/** The kind `trail-key`: what the logs are encrypted with. */

import type { Kind } from "../../../control.ts";
import { managedTag } from "../../../ownership.ts";
import { alterableBy, auditorsOf, sentence } from "../kinds.ts";
import { keyKind } from "../model.ts";

export const key: Kind = {
  name: keyKind,
  fields: {
    alterableBy,
    state: "Enabled",
    rotation: "AWS makes new key material every year",
    policy: "CloudTrail encrypts for this trail, the auditors decrypt, Bulkhead alone changes it",
    tags: `${managedTag} makes the key Bulkhead's own`,
  },
  sentence: (action, object, before) => sentence("key", action, object, before),
  dependsOn: auditorsOf,
  read: async (...change) => (await import("./apply.ts")).readKeyAgain(...change),
  write: async (...change) => (await import("./apply.ts")).writeKey(...change),
};
