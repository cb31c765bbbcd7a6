/** A small company's directory as data: people and groups that tests change, and the LDIF of them. */

import { suffix, toLdif, uuid, type FixtureEntry } from "../../../directory/src/testing/people.ts";

export interface TestPerson {
  /** From 1; tells the person from all others, whatever else changes. */
  readonly number: number;
  readonly uid: string;
  readonly mail?: string;
  /** Names of directory groups. */
  readonly groups?: readonly string[];
  /** The organizational unit below ou=people, for those who aren't in it directly. */
  readonly unit?: string;
  readonly disabled?: boolean;
}

export const keyOf = (number: number): string => uuid(number);

export function dnOf({ uid, unit }: TestPerson): string {
  return `uid=${uid},${unit === undefined ? "" : `ou=${unit},`}ou=people,${suffix}`;
}

/** @param groups those that exist, with or without members */
export function directoryEntries(people: readonly TestPerson[], groups: readonly string[]): readonly FixtureEntry[] {
  const units = [...new Set(people.flatMap(({ unit }) => unit ?? []))];
  return [
    organizationalUnit(`ou=people,${suffix}`, "people", 900_001),
    organizationalUnit(`ou=groups,${suffix}`, "groups", 900_002),
    ...units.map((unit, index) => organizationalUnit(`ou=${unit},ou=people,${suffix}`, unit, 900_003 + index)),
    ...people.map(personEntry),
    ...groups.map((name, index) => groupEntry(name, people, 800_001 + index)),
  ];
}

export function ldifOf(people: readonly TestPerson[], groups: readonly string[]): string {
  return toLdif(directoryEntries(people, groups));
}

function organizationalUnit(dn: string, ou: string, number: number): FixtureEntry {
  return { dn, attributes: { objectClass: ["organizationalUnit"], entryUUID: [uuid(number)], ou: [ou] } };
}

function personEntry(person: TestPerson): FixtureEntry {
  const { uid, number, mail = `${uid}@example.com`, disabled = false } = person;
  const attributes = { uid: [uid], cn: [uid], sn: [uid], mail: [mail] };
  const locked = disabled ? { pwdAccountLockedTime: ["000001010000Z"] } : {};
  return {
    dn: dnOf(person),
    attributes: { objectClass: ["inetOrgPerson"], entryUUID: [uuid(number)], ...attributes, ...locked },
  };
}

function groupEntry(cn: string, people: readonly TestPerson[], number: number): FixtureEntry {
  const member = people.filter(({ groups = [] }) => groups.includes(cn)).map(dnOf);
  const attributes = { cn: [cn], ...(member.length > 0 ? { member } : {}) };
  return {
    dn: `cn=${cn},ou=groups,${suffix}`,
    attributes: { objectClass: ["groupOfNames"], entryUUID: [uuid(number)], ...attributes },
  };
}
