/** A directory of any size as LDIF, and the landing zone file that makes IAM users of it. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { managementAccountId, region, upTo } from "../fixed-aws/estate.ts";

const groupsOfEach = 3;
const groups = 30;

export const base = "dc=example,dc=com";
export const personFilter = "(objectClass=inetOrgPerson)";
export const groupFilter = "(objectClass=groupOfNames)";

/** Writes `bulkhead.yaml` and `people.ldif`: so many people, each in three of thirty groups. */
export async function writePeople(folder: string, people: number): Promise<void> {
  const person = (index: number): string => `uid=p${index},ou=people,${base}`;
  const uuid = (kind: number, index: number): string =>
    `00000000-0000-4000-800${kind}-${String(index).padStart(12, "0")}`;
  const entries = upTo(people).map(
    (index) =>
      `dn: ${person(index)}\nobjectClass: inetOrgPerson\nentryUUID: ${uuid(1, index)}\nuid: p${index}\ncn: Person ${index}\nsn: ${index}\nmail: p${index}@example.com\n`,
  );
  const members = upTo(groups).map((): string[] => []);
  for (const index of upTo(people)) {
    for (const step of upTo(groupsOfEach)) members[(index + step * 7) % groups]?.push(`member: ${person(index)}`);
  }
  const groupEntries = members.map(
    (list, index) =>
      `dn: cn=aws-g${index},ou=groups,${base}\nobjectClass: groupOfNames\nentryUUID: ${uuid(2, index)}\ncn: aws-g${index}\n${list.join("\n")}\n`,
  );
  await writeFile(join(folder, "people.ldif"), [...entries, ...groupEntries].join("\n"));
  await writeFile(
    join(folder, "bulkhead.yaml"),
    `version: 1
organization:
  managementAccountId: "${managementAccountId}"
  homeRegion: ${region}
  accountEmail: "aws+{account}@example.com"
  identityAccount: management
accounts:
  one: { organizationalUnit: Root, id: "200000000000" }
  two: { organizationalUnit: Root, id: "200000000001" }
roles:
  admin: { managedPolicies: [AdministratorAccess] }
  readonly: { managedPolicies: [ReadOnlyAccess] }
access:
${upTo(groups)
  .map((index) => `  - { group: g${index}, roles: [${index % 2 === 0 ? "admin" : "readonly"}], accounts: [one, two] }`)
  .join("\n")}
users:
  directory: { url: "ldif:people.ldif" }
  people: { base: "ou=people,${base}", filter: "${personFilter}", name: "{uid}", tags: { Email: "{mail}" } }
  groups: { base: "ou=groups,${base}", filter: "${groupFilter}", name: { match: "^aws-(.+)$", to: "$1" } }
`,
  );
}
