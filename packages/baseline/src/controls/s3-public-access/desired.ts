/** The block that the file asks for: all of it. */

import type { JsonObject } from "@bulkhead/core";
import type { Estate, Site } from "../../control.ts";

export function wantedPublicAccessBlock(_: Site, { landingZone }: Estate): JsonObject | null {
  if (landingZone.baseline?.s3PublicAccess === undefined) return null;
  return { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true };
}
