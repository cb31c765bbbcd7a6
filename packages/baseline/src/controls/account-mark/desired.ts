/** The mark of an account, as the file describes the account. */

import type { Estate, Site, Wanted } from "../../control.ts";

/** Where `@bulkhead/env-detect` looks. */
export const markParameter = "/bulkhead/account";

export const markKind = "account-mark";

export function wantedMark({ account }: Site, { landingZone }: Estate): readonly Wanted[] {
  const {
    team = null,
    environment = null,
    protected: isProtected = false,
  } = landingZone.accounts.find(({ name }) => name === account) ?? {};
  return [{ kind: markKind, name: markKind, fields: { name: account, team, environment, protected: isProtected } }];
}
