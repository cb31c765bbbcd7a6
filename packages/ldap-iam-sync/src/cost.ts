/** What applying changes to IAM is expected to take: pure, from the calls that each kind of change makes. */

import { fieldChanges, type Change, type Cost } from "@bulkhead/plan";
import { callsToHold } from "@bulkhead/stages";
import { isShuttingOut } from "./user-changes.ts";
import { kinds } from "./model.ts";

/** IAM's limits are unpublished; this is what it usually takes without refusing. */
const callsPerSecond = 10;
/** Reading again, then policy, four kinds of keys, password, two tags. */
const callsToShutOut = 12;
/** IAM deletes a user only when nothing is left of it: nine lists to go through. */
const callsToDelete = 16;

export function predictCost(changes: readonly Change[]): Cost {
  if (changes.length === 0) return { calls: 0, seconds: 0 };
  const calls = changes.reduce((sum, change) => sum + callsOf(change), callsToHold);
  return { calls, seconds: calls / callsPerSecond };
}

/** To read the object again and to write it. */
function callsOf(change: Change): number {
  const { kind, action } = change;
  if (kind === kinds.policy) return action === "create" ? 2 : 4;
  if (kind === kinds.group) return action === "delete" ? 6 : 2 + fieldChanges(change.before, change.after).length;
  if (action === "delete") return callsToDelete;
  if (isShuttingOut(change)) return callsToShutOut;
  const groups = Object.keys((change.after?.["groups"] ?? {}) as object).length;
  return action === "create" ? 3 + groups : 2 + fieldChanges(change.before, change.after).length;
}
