/** The control `account-mark`: what an account is, written in the account itself, for who runs in it to read. */

import type { Control } from "../../control.ts";
import { accountAndRegion } from "../../scopes.ts";
import { markKind, markParameter, wantedMark } from "./desired.ts";

const resources = [`arn:aws:ssm:*:*:parameter${markParameter}`];

export const accountMark: Control = {
  name: "account-mark",
  section: null,
  summary: `The SSM parameter \`${markParameter}\` in each account and region, by which \`@bulkhead/env-detect\` knows where it runs.`,
  scope: accountAndRegion,
  dependsOn: [],
  rights: {
    read: [
      { actions: ["ssm:GetParameter"], resources },
      // To tell a region that isn't enabled from credentials that aren't known.
      { actions: ["account:GetRegionOptStatus"], resources: ["*"] },
    ],
    write: [{ actions: ["ssm:PutParameter"], resources }],
  },
  kinds: [
    {
      name: markKind,
      fields: {
        name: "the account's name in the file",
        team: "its team, or null",
        environment: "its environment, or null",
        protected: "whether what destroys asks for more there",
      },
      sentence: (action, { account, region }) =>
        `${action === "create" ? "write" : "mend"} the mark of ${account} (${region})`,
      write: async (...change) => (await import("./apply.ts")).writeMark(...change),
    },
  ],
  desired: wantedMark,
  read: async (...at) => (await import("./actual.ts")).readMark(...at),
};
