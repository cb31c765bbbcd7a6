/** Bulkhead's own role: the rights that the controls name, and no more. Pure. */

import type { JsonObject } from "@bulkhead/core";
import type { LandingZone } from "@bulkhead/landing-zone";
import type { Control } from "../../control.ts";
import { policyOf } from "../../rights.ts";

/**
 * The policy of the role in an account: what the controls need there. Those of the whole organization work in the
 * management account, where the role isn't needed, and in those that hold the logs and the people.
 */
export function ownPolicy(
  controls: readonly Control[],
  account: string,
  { organization }: LandingZone,
  partition: string,
): JsonObject {
  const { logArchiveAccount, identityAccount } = organization;
  const serves = account === logArchiveAccount || account === identityAccount;
  const policy = policyOf(controls.filter(({ scope }) => scope.name !== "organization" || serves));
  return JSON.parse(JSON.stringify(policy).replaceAll('"arn:aws:', `"arn:${partition}:`)) as JsonObject;
}
