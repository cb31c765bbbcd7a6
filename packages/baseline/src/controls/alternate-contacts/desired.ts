/** The contacts that the file gives an account; those that it doesn't give are nobody's business. */

import { accountText } from "../../account-text.ts";
import type { Estate, Site, Wanted } from "../../control.ts";

export const contactKind = "alternate-contact";

const contactTypes = ["billing", "operations", "security"] as const;

/** @throws Baseline.PlaceholderEmpty */
export function wantedContacts({ account }: Site, { landingZone }: Estate): readonly Wanted[] {
  const contacts = landingZone.baseline?.alternateContacts;
  return contactTypes.flatMap((type): Wanted[] => {
    const contact = contacts?.[type];
    if (contact === undefined) return [];
    const email = accountText(contact.email, account, landingZone, `baseline.alternateContacts.${type}.email`);
    return [{ kind: contactKind, name: type, fields: { ...contact, email } }];
  });
}
