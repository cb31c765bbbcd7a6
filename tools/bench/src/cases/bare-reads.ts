/** What no sync can do without: the directory once, and IAM in as few pages as it gives; run as a process. */

import { readDirectory } from "@bulkhead/directory";
import { GetAccountAuthorizationDetailsCommand, IAMClient } from "@aws-sdk/client-iam";
import { base, groupFilter, personFilter } from "./people.ts";

const iam = new IAMClient({});
const readIam = async (): Promise<number> => {
  let users = 0;
  for (let Marker: string | undefined; ;) {
    const Filter = ["User" as const, "Group" as const, "LocalManagedPolicy" as const];
    const answer = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter, MaxItems: 1_000, Marker }));
    users += answer.UserDetailList?.length ?? 0;
    Marker = answer.Marker;
    if (Marker === undefined) return users;
  }
};
const [directory, users] = await Promise.all([
  readDirectory(
    {
      directory: { url: "ldif:people.ldif" },
      people: { base: `ou=people,${base}`, filter: personFilter },
      groups: { base: `ou=groups,${base}`, filter: groupFilter },
    },
    { attributes: ["uid", "mail"], env: {} },
  ),
  readIam(),
]);
process.stdout.write(`${JSON.stringify({ people: directory.people.length, users })}\n`);
