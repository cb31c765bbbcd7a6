/** What applying changes to an organization is expected to take: pure, from what each kind of change asks and AWS usually takes. */

import { fieldChanges, type Change, type Cost } from "@bulkhead/plan";
import { callsToHold } from "@bulkhead/stages";
import { concurrentCreations } from "./create-account.ts";
import { kinds } from "./model.ts";

/** Writes to an organization go one at a time; AWS takes about one a second. */
const secondsPerWrite = 1;
/** What AWS usually takes to create accounts, as many as it creates at once. */
const secondsPerCreation = 60;
/** Looking for the creation, starting it, looking at it now and then, moving the account. */
const callsPerCreation = 8;

export function predictCost(changes: readonly Change[]): Cost {
  if (changes.length === 0) return { calls: 0, seconds: 0 };
  const creations = changes.filter(isCreation).length;
  const calls = changes.reduce((sum, change) => sum + callsOf(change), callsToHold);
  const waves = Math.ceil(creations / concurrentCreations);
  return { calls, seconds: changes.length * secondsPerWrite + waves * secondsPerCreation };
}

function isCreation({ kind, action }: Change): boolean {
  return kind === kinds.account && action === "create";
}

/** One call to read the object again and one to write it; an account is read by three, and each of its fields is a write. */
function callsOf(change: Change): number {
  if (isCreation(change)) return callsPerCreation;
  if (change.kind !== kinds.account) return 2;
  const fields = new Set(fieldChanges(change.before, change.after).map(({ path }) => path.split(".", 1)[0]));
  return 3 + fields.size;
}
