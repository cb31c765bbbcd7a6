/** The password policy that the file asks for. */

import type { JsonObject } from "@bulkhead/core";
import type { Estate, Site } from "../../control.ts";

/** Every field is declared: AWS resets those that an update leaves out. */
export function wantedPasswordPolicy(_: Site, { landingZone }: Estate): JsonObject | null {
  const policy = landingZone.baseline?.passwordPolicy;
  return policy === undefined ? null : { ...policy, maxAgeDays: policy.maxAgeDays ?? null };
}
