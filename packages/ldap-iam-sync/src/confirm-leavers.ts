/**
 * Before somebody is shut out or deleted: whether they are still gone. A saved plan may be older than their return, and
 * IAM alone doesn't tell.
 */

import { nameOf, type Change, type Handler } from "@bulkhead/plan";
import { notConfirmed } from "./errors.ts";
import { kinds, type WantedUsers } from "./model.ts";
import { isShuttingOut } from "./user-changes.ts";

/**
 * @param directory what it says now; asked only if somebody is to be removed
 * @param today as 2026-11-22
 */
export function confirmingLeavers(
  handlers: ReadonlyMap<string, Handler>,
  directory: () => Promise<WantedUsers>,
  today: string,
): ReadonlyMap<string, Handler> {
  const confirming = (handler: Handler): Handler => ({
    ...handler,
    write: async (change, current) => {
      const doubt = isRemovalOfUser(change)
        ? (tooOld(change, today) ?? whyNotGone(nameOf(change), await directory()))
        : null;
      if (doubt !== null) throw notConfirmed(String(change.before?.["name"]), doubt);
      await handler.write(change, current);
    },
  });
  return new Map([...handlers].map(([kind, handler]) => [kind, kind === kinds.user ? confirming(handler) : handler]));
}

function isRemovalOfUser(change: Change): boolean {
  return change.action === "delete" || isShuttingOut(change);
}

/** The days of grace count from the day in the plan; it may be yesterday's around midnight. */
function tooOld({ after }: Change, today: string): string | null {
  const day = after?.["left"];
  if (typeof day !== "string" || Date.parse(today) - Date.parse(day) <= 86_400_000) return null;
  return `the plan is of ${day}, and the days of grace would count from then`;
}

function whyNotGone(key: string, { incomplete, users, unmapped }: WantedUsers): string | null {
  if (incomplete !== null) return `the directory wasn't read completely: ${incomplete}`;
  const person = [...users, ...unmapped].find((it) => it.key === key);
  return person === undefined ? null : `${person.dn} is in the directory again`;
}
