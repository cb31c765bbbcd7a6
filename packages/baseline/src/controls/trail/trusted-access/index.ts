/** The kind `trusted-access`: AWS Organizations lets CloudTrail into the accounts. */

import type { Kind } from "../../../control.ts";
import { accessKind } from "../model.ts";

export const trustedAccess: Kind = {
  name: accessKind,
  fields: { enabled: "AWS Organizations lets the service into the accounts" },
  sentence: () => "let CloudTrail follow the organization into its accounts",
  read: async (...change) => (await import("./apply.ts")).readTrustedAccessAgain(...change),
  write: async (...change) => (await import("./apply.ts")).writeTrustedAccess(...change),
};
