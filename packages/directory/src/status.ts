/**
 * Whether an account is active, from the attributes of whichever server it is.
 *
 *   attribute                          | value                            | state
 *   -----------------------------------+----------------------------------+---------
 *   nsAccountLock                      | true                             | disabled
 *   pwdAccountLockedTime               | 000001010000Z (by hand, forever) | disabled
 *   shadowExpire                       | a day that has come              | expired
 *   userAccountControl                 | bit 2                            | disabled
 *   accountExpires                     | a moment that has come           | expired
 *   msDS-User-Account-Control-Computed | bit 16                           | locked
 *   lockoutTime, without the former    | other than 0                     | locked
 *   pwdAccountLockedTime               | any other                        | locked
 *   none of these                      |                                  | active
 *
 * The first row that holds decides.
 */

import { activeDirectoryStatus } from "./active-directory.ts";
import { textOf, type Entry } from "./entry.ts";
import type { AccountStatus } from "./model.ts";

/** Most of them are operational or constructed: servers return them only when asked by name. */
export const statusAttributes: readonly string[] = [
  "userAccountControl",
  "msDS-User-Account-Control-Computed",
  "accountExpires",
  "lockoutTime",
  "nsAccountLock",
  "pwdAccountLockedTime",
  "shadowExpire",
];

/** draft-behera-ldap-password-policy §5.3.3: locked until an administrator unlocks it. */
const LOCKED_FOREVER = "000001010000Z";
const DAY_MS = 86_400_000;

export function accountStatus(entry: Entry, now: Date): AccountStatus {
  const value = (attribute: string): string | undefined => textOf(entry, attribute);

  const locked = value("pwdAccountLockedTime");
  if (value("nsAccountLock")?.toLowerCase() === "true") return { state: "disabled", evidence: "nsAccountLock=true" };
  if (locked === LOCKED_FOREVER) {
    return { state: "disabled", evidence: `pwdAccountLockedTime=${locked} (until an administrator unlocks it)` };
  }
  const expires = value("shadowExpire");
  if (expires !== undefined && /^\d+$/.test(expires) && Number(expires) * DAY_MS <= now.getTime()) {
    const day = new Date(Number(expires) * DAY_MS).toISOString().slice(0, 10);
    return { state: "expired", evidence: `shadowExpire=${expires} (${day})` };
  }
  return (
    activeDirectoryStatus(value, now) ??
    (locked === undefined
      ? { state: "active", evidence: "" }
      : { state: "locked", evidence: `pwdAccountLockedTime=${locked}` })
  );
}
