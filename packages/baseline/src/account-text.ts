/** Text with {account}, {team}, {environment} and {department} in it, filled in for an account. Pure. */

import { fillTemplate, type LandingZone } from "@bulkhead/landing-zone";
import { placeholderEmpty } from "./errors.ts";

/**
 * @param account a name, or `management`
 * @param what names the template in the error: `baseline.accountAlias`
 * @throws Baseline.PlaceholderEmpty
 */
export function accountText(template: string, account: string, { accounts }: LandingZone, what: string): string {
  const { team, environment, department } = accounts.find(({ name }) => name === account) ?? {};
  const { text, unset } = fillTemplate(template, { account, team, environment, department });
  const [first] = unset;
  if (first !== undefined) throw placeholderEmpty(what, account, first);
  return text;
}
