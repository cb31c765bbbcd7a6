/** The control `account-alias`: a readable name in the address at which IAM users sign in. */

import { account } from "../../scopes.ts";
import { settingControl } from "../../setting.ts";
import { wantedAlias } from "./desired.ts";

export const accountAlias = settingControl({
  name: "account-alias",
  section: "accountAlias",
  summary: "A readable name in place of the account's id in the address at which IAM users sign in.",
  scope: account(),
  fields: { alias: "3 to 63 lowercase letters, digits and hyphens, unique in all of AWS" },
  reads: ["iam:ListAccountAliases"],
  writes: ["iam:CreateAccountAlias"],
  sentence: (action, where) => (action === "create" ? `give ${where} an alias` : `change the alias of ${where}`),
  desired: wantedAlias,
  read: async (...at) => (await import("./actual.ts")).readAlias(...at),
  write: async (...change) => (await import("./apply.ts")).writeAlias(...change),
});
