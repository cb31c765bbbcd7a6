/** The control `alternate-contacts`: whom AWS writes to besides the root user. */

import type { Control } from "../../control.ts";
import { account } from "../../scopes.ts";
import { contactKind, wantedContacts } from "./desired.ts";

export const alternateContacts: Control = {
  name: "alternate-contacts",
  section: "alternateContacts",
  summary: "Whom AWS writes to about bills, operations and security, besides the address of the root user.",
  scope: account(),
  dependsOn: [],
  rights: {
    read: [{ actions: ["account:GetAlternateContact"], resources: ["*"] }],
    write: [{ actions: ["account:PutAlternateContact"], resources: ["*"] }],
  },
  kinds: [
    {
      name: contactKind,
      fields: { name: "a person or a team", title: "what they are", email: "where AWS writes to", phone: "or calls" },
      sentence: (action, { account: where, name }) =>
        action === "create" ? `give ${where} a ${name} contact` : `change the ${name} contact of ${where}`,
      write: async (...change) => (await import("./apply.ts")).writeContact(...change),
    },
  ],
  desired: wantedContacts,
  read: async (...at) => (await import("./actual.ts")).readContacts(...at),
};
