/** Carries out single changes to the identity account: who reads and writes each kind. */

import type { Handler } from "@bulkhead/plan";
import type { ApplyContext } from "./apply-context.ts";
import { groupHandler } from "./apply-groups.ts";
import { policyHandler } from "./apply-policies.ts";
import { userHandler } from "./apply-users.ts";
import { kinds } from "./model.ts";

export function iamHandlers(context: ApplyContext): ReadonlyMap<string, Handler> {
  return new Map([
    [kinds.policy, policyHandler(context)],
    [kinds.group, groupHandler(context)],
    [kinds.user, userHandler(context)],
  ]);
}
