/** The alias that the file gives an account. */

import type { JsonObject } from "@bulkhead/core";
import { accountText } from "../../account-text.ts";
import type { Estate, Site } from "../../control.ts";
import { aliasInvalid } from "../../errors.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html */
const valid = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** @throws Baseline.PlaceholderEmpty, Baseline.AliasInvalid */
export function wantedAlias({ account }: Site, { landingZone }: Estate): JsonObject | null {
  const template = landingZone.baseline?.accountAlias;
  if (template === undefined) return null;
  const alias = accountText(template, account, landingZone, "baseline.accountAlias");
  if (!valid.test(alias)) throw aliasInvalid(alias, account);
  return { alias };
}
