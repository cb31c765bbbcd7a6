/** The control `published-map`: which account has which id, for people who don't have the landing zone file. */

import type { Control } from "../../control.ts";
import { organization } from "../../scopes.ts";
import { keepEntries, mapFolder, partKind, wantedParts } from "./desired.ts";

const resources = [`arn:aws:ssm:*:*:parameter${mapFolder}`, `arn:aws:ssm:*:*:parameter${mapFolder}/*`];

export const publishedMap: Control = {
  name: "published-map",
  section: null,
  summary: `The accounts with their ids, teams and environments, as SSM parameters below \`${mapFolder}/\` in the identity account's home region: each holds a part of the map, as JSON by account name.`,
  scope: organization(({ organization: { identityAccount, homeRegion } }) => ({
    account: identityAccount,
    region: homeRegion,
  })),
  dependsOn: [],
  rights: {
    read: [{ actions: ["ssm:GetParametersByPath"], resources }],
    write: [{ actions: ["ssm:PutParameter", "ssm:DeleteParameter"], resources }],
  },
  kinds: [
    {
      name: partKind,
      fields: { accounts: "`{ id, team, environment, protected }` by account name, as in the lock file" },
      extra: "delete",
      sentence: (action, { account, name }) =>
        action === "delete"
          ? `delete part ${name} of the published map in ${account}: it is no longer needed`
          : `publish part ${name} of the map of accounts in ${account}`,
      write: async (...change) => (await import("./apply.ts")).writePart(...change),
    },
  ],
  desired: wantedParts,
  settle: keepEntries,
  read: async (...at) => (await import("./actual.ts")).readMap(...at),
};
