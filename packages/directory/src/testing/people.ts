/** The people and groups of the contract tests, as a server that isn't Active Directory holds them. */

import type { ReadOptions, Selection } from "../settings.ts";

export const suffix = "dc=example,dc=com";
export const peopleSelection: Selection = { base: `ou=people,${suffix}`, filter: "(objectClass=inetOrgPerson)" };
export const groupsSelection: Selection = { base: `ou=groups,${suffix}`, filter: "(cn=aws-*)" };

export const readOptions: ReadOptions = {
  attributes: ["uid", "mail", "cn"],
  env: { LDAP_PASSWORD: "correct horse" },
  now: new Date("2026-06-01T00:00:00Z"),
  canary: `uid=anna,ou=people,${suffix}`,
};

/** More than two pages of people in one group. */
const CROWD = 1_203;

export interface FixtureEntry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** A key that tells which entry it belongs to; its digits differ, so that a wrong byte order shows. */
export function uuid(number: number): string {
  return `0a1b2c3d-4e5f-4677-8899-${number.toString(16).padStart(12, "0")}`;
}

let count = 0;
function entry(
  dn: string,
  objectClass: readonly string[],
  attributes: Record<string, readonly string[]>,
): FixtureEntry {
  count += 1;
  return { dn: `${dn},${suffix}`, attributes: { objectClass, entryUUID: [uuid(count)], ...attributes } };
}

function person(uid: string, more: Record<string, readonly string[]> = {}, dn = `uid=${uid},ou=people`): FixtureEntry {
  const objectClass = ["inetOrgPerson", ...(more["shadowExpire"] ? ["shadowAccount"] : [])];
  return entry(dn, objectClass, { uid: [uid], cn: [uid], sn: [uid], mail: [`${uid}@example.com`], ...more });
}

const people = (uids: readonly string[]): readonly string[] => uids.map((uid) => `uid=${uid},ou=people,${suffix}`);
const group = (cn: string): string => `cn=${cn},ou=groups,${suffix}`;

export const crowd = Array.from({ length: CROWD }, (_, index) => `crowd-${String(index).padStart(4, "0")}`);

const containers: readonly FixtureEntry[] = [
  entry("ou=people", ["organizationalUnit"], { ou: ["people"] }),
  entry("ou=groups", ["organizationalUnit"], { ou: ["groups"] }),
  entry("ou=robots", ["organizationalUnit"], { ou: ["robots"] }),
];

const staff: readonly FixtureEntry[] = [
  person("anna", { mail: ["anna@example.com", "anna.a@example.com"] }),
  person("ben", { pwdAccountLockedTime: ["000001010000Z"] }),
  person("carla", { pwdAccountLockedTime: ["20260531235900Z"] }),
  person("dora", { shadowExpire: ["20000"] }),
  person("emil", { shadowExpire: ["99999"] }),
  person("müller", { cn: ["Müller, Eva"] }, "cn=Müller\\, Eva,ou=people"),
  ...crowd.map((uid) => person(uid)),
];

const robot = person("robot", {}, "uid=robot,ou=robots");

export const fixture: readonly FixtureEntry[] = [
  ...containers,
  ...staff,
  robot,
  entry("cn=aws-developers,ou=groups", ["groupOfNames"], {
    cn: ["aws-developers"],
    // Spelled otherwise than the entry's own DN: case, spaces, escapes.
    member: [...people(["anna", "carla"]), `CN=müller\\2C EVA, OU=People, ${suffix.toUpperCase()}`],
  }),
  entry("cn=aws-admins,ou=groups", ["groupOfNames"], {
    cn: ["aws-admins"],
    member: [...people(["anna"]), group("aws-developers"), group("seniors")],
  }),
  entry("cn=seniors,ou=groups", ["groupOfNames"], {
    cn: ["seniors"],
    member: [...people(["emil"]), group("aws-loop"), robot.dn],
  }),
  entry("cn=aws-loop,ou=groups", ["groupOfUniqueNames"], {
    cn: ["aws-loop"],
    uniqueMember: [...people(["ben"]), group("aws-admins"), group("aws-loop")],
  }),
  entry("cn=aws-shell,ou=groups", ["posixGroup"], {
    cn: ["aws-shell"],
    gidNumber: ["5000"],
    memberUid: ["dora", "emil", "gone"],
  }),
  entry("cn=aws-crowd,ou=groups", ["groupOfNames"], { cn: ["aws-crowd"], member: people(crowd) }),
];

/** RFC 2849; in base64 what has to be. */
export function toLdif(entries: readonly FixtureEntry[]): string {
  const line = (name: string, value: string): string =>
    /^[\x21-\x39\x3b\x3d-\x7e][\x20-\x7e]*$/.test(value)
      ? `${name}: ${value}\n`
      : `${name}:: ${Buffer.from(value).toString("base64")}\n`;
  return entries
    .map(({ dn, attributes }) => {
      const lines = Object.entries(attributes).flatMap(([name, values]) => values.map((value) => line(name, value)));
      return `${line("dn", dn)}${lines.join("")}\n`;
    })
    .join("");
}
