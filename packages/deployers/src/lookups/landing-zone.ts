/** A fact of the landing zone, from its lock file: an account's id, or a block of addresses. */

import { NotThere, type LookupContext } from "./lookup.ts";

/** @throws NotThere */
export function lookUpLandingZone(input: string, { lockFile }: LookupContext): string {
  const cut = input.indexOf(":");
  const [kind, name] = [input.slice(0, cut), input.slice(cut + 1)];
  const { accounts, blocks } = lockFile();
  const value = kind === "id" ? accounts[name]?.id : blocks[name];
  if (value === undefined) throw new NotThere("bulkhead.lock.json doesn't have it");
  return value;
}
