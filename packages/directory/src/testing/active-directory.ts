/** The people of the contract tests as Active Directory holds them. */

import type { Entry } from "../entry.ts";
import { fixture, type FixtureEntry } from "./people.ts";

/** Attributes that only other servers have, in Active Directory's terms. */
function translate(name: string, values: readonly string[]): readonly [string, readonly (string | Buffer)[]] {
  const [value = ""] = values;
  if (name === "entryUUID") return ["objectGUID", [guidBytes(value)]];
  if (name === "pwdAccountLockedTime") {
    return value === "000001010000Z" ? ["userAccountControl", ["514"]] : ["lockoutTime", ["133900000000000000"]];
  }
  if (name === "shadowExpire") return ["accountExpires", [String((BigInt(value) + 134_774n) * 864_000_000_000n)]];
  if (name === "uniqueMember") return ["member", values];
  if (name === "objectClass") return [name, [...values, values.includes("inetOrgPerson") ? "user" : "group"]];
  return [name, values];
}

export function toEntry(dn: string, attributes: Readonly<Record<string, readonly (string | Buffer)[]>>): Entry {
  const values = Object.entries(attributes).map(
    ([name, list]) => [name, list.map((value) => Buffer.from(value as string))] as const,
  );
  return { dn, attributes: new Map(values) };
}

function toActiveDirectory({ dn, attributes }: FixtureEntry): Entry {
  return toEntry(dn, Object.fromEntries(Object.entries(attributes).map(([name, values]) => translate(name, values))));
}

export const activeDirectoryEntries: readonly Entry[] = fixture.map(toActiveDirectory);

/** The first three parts with their lowest byte first. */
export function guidBytes(text: string): Buffer {
  const [first = "", second = "", third = "", ...rest] = text.split("-");
  const reversed = [first, second, third].map((part) => Buffer.from(part, "hex").reverse());
  return Buffer.concat([...reversed, Buffer.from(rest.join(""), "hex")]);
}
