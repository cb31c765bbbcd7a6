/** What couldn't be read, and what to do about it: an item for each account and reason. Pure. */

import type { Unread } from "@bulkhead/plan";
import type { ReadPlace } from "./actual.ts";
import { stageName } from "./model.ts";

export function unreadable(places: readonly ReadPlace[]): readonly Unread[] {
  const lines = new Map<string, { account: string; reason: string; controls: Set<string> }>();
  for (const place of places) {
    if (place.status === "read") continue;
    const { account } = place.site;
    const { message, next } = place.error;
    const reason = next === undefined ? message : `${message.replace(/\.?$/, ".")} ${next}`;
    const line = lines.get(`${account} ${reason}`) ?? { account, reason, controls: new Set<string>() };
    line.controls.add(place.control.name);
    lines.set(`${account} ${reason}`, line);
  }
  return [...lines.values()].map(({ account, reason, controls }) => ({
    stage: stageName,
    account,
    reason: `${[...controls].join(", ")}: ${reason}`,
  }));
}
