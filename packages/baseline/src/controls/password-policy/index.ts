/** The control `password-policy`: what passwords of IAM users must be like. */

import { account } from "../../scopes.ts";
import { settingControl } from "../../setting.ts";
import { wantedPasswordPolicy } from "./desired.ts";

export const passwordPolicy = settingControl({
  name: "password-policy",
  section: "passwordPolicy",
  summary: "What the passwords of IAM users must be like, and how long they last.",
  // The users are there, even where `baseline` leaves the management account out.
  scope: account(({ organization }) => [organization.identityAccount]),
  fields: {
    minimumLength: "characters",
    requireLowercase: "at least one letter a to z",
    requireUppercase: "at least one letter A to Z",
    requireNumbers: "at least one digit",
    requireSymbols: "at least one other character",
    allowUsersToChange: "users may change their own passwords",
    remembered: "earlier passwords that can't be used again",
    maxAgeDays: "days until a password expires; null for never",
    resetByAdministrator: "who let the password expire can't set a new one",
  },
  reads: ["iam:GetAccountPasswordPolicy"],
  writes: ["iam:UpdateAccountPasswordPolicy"],
  sentence: (action, where) =>
    action === "create" ? `give ${where} a password policy` : `change the password policy of ${where}`,
  desired: wantedPasswordPolicy,
  read: async (...at) => (await import("./actual.ts")).readPasswordPolicy(...at),
  write: async (...change) => (await import("./apply.ts")).writePasswordPolicy(...change),
});
