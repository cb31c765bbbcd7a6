/** What unit tests of controls want to know of a landing zone, from the text of its file. */

import { loadLandingZone, type Files } from "@bulkhead/landing-zone";
import type { Estate } from "../control.ts";
import { accountUnknown } from "../errors.ts";

/** Ids: identity 000000000001, log-archive …2, one …3, two …4, management 111111111111. `policy.json` stands beside the file. */
export function estateOfText(text: string, options: { partition?: string; unknown?: readonly string[] } = {}): Estate {
  const contents: Readonly<Record<string, string>> = { "bulkhead.yaml": `${head}${text}`, "policy.json": policy };
  const files: Files = {
    size: (path) => contents[path]?.length,
    read: (path) => contents[path] ?? "",
    list: () => [],
  };
  const landingZone = loadLandingZone("bulkhead.yaml", files);
  const names = landingZone.accounts.map(({ name }) => name);
  const knownId = (account: string): string | undefined => {
    if (account === "management") return landingZone.organization.managementAccountId;
    if (!names.includes(account) || options.unknown?.includes(account)) return undefined;
    return String(names.indexOf(account) + 1).padStart(12, "0");
  };
  return {
    landingZone,
    partition: options.partition ?? "aws",
    knownId,
    isLeftOut: () => false,
    idOf: (account) => {
      const id = knownId(account);
      if (id === undefined) throw accountUnknown(account);
      return id;
    },
  };
}

const head = `version: 1
organization:
  managementAccountId: "111111111111"
  homeRegion: eu-central-1
  accountEmail: "aws+{account}@example.com"
  identityAccount: identity
  logArchiveAccount: log-archive
accounts:
  identity: { organizationalUnit: Root }
  log-archive: { organizationalUnit: Root }
  one: { organizationalUnit: Root }
  two: { organizationalUnit: Root }
`;

const policy = `{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "ssm:StartSession", "Resource": "*" }] }`;
