/** The defaults of the metadata service that the file asks for. */

import type { JsonObject } from "@bulkhead/core";
import type { Estate, Site } from "../../control.ts";

export function wantedMetadataDefaults(_: Site, { landingZone }: Estate): JsonObject | null {
  const wanted = landingZone.baseline?.imdsv2;
  return wanted === undefined ? null : { httpTokens: "required", hopLimit: wanted.hopLimit };
}
