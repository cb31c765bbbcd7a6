/** DNs: all spellings of one compare equal, and different ones don't. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isAtOrBelow, isDn, namingValue, normalizeDn } from "./dn.ts";

describe("normalizeDn", () => {
  it.each([
    ["case", "UID=Anna,OU=People,DC=Example,DC=Com", "uid=anna,ou=people,dc=example,dc=com"],
    ["spaces around separators", "uid = anna , ou = people,  dc=example", "uid=anna,ou=people,dc=example"],
    ["spaces within values", "cn=Anna   Maria ,dc=x", "cn=anna maria,dc=x"],
    ["escaped characters", "cn=Smith\\, John,dc=x", "cn=Smith\\2C John,dc=x"],
    ["escaped UTF-8", "cn=M\\C3\\BCller,dc=x", "cn=Müller,dc=x"],
    ["composed and decomposed letters", "cn=Mu\u0308ller,dc=x", "cn=M\u00fcller,dc=x"],
    ["needless escapes", "cn=a\\=b\\#c,dc=x", "cn=a=b#c,dc=x"],
    ["an escaped space at the end", "cn=anna\\ ,dc=x", "cn=anna,dc=x"],
    ["the order of a multi-valued RDN", "cn=anna+uid=7,dc=x", "UID=7 + CN=anna,dc=x"],
    ["a value in hexadecimal (BER)", "cn=#0403616263,dc=x", "cn=abc,dc=x"],
  ])("doesn't care for %s", (_, left, right) => {
    expect(normalizeDn(left)).toBe(normalizeDn(right));
  });

  it.each([
    ["a comma that separates from one that doesn't", "cn=a\\,dc=x", "cn=a,dc=x"],
    ["a plus that joins from one that doesn't", "cn=a\\+uid=b", "cn=a+uid=b"],
    ["the order of RDNs", "dc=a,dc=b", "dc=b,dc=a"],
    ["attribute types", "cn=a,dc=x", "uid=a,dc=x"],
    ["a backslash from what it escapes", "cn=a\\5c2c,dc=x", "cn=a\\2c,dc=x"],
  ])("tells %s", (_, left, right) => {
    expect(normalizeDn(left)).not.toBe(normalizeDn(right));
  });

  it("makes the same of a simple name as of one that has to be taken apart", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9._@-]{1,8}$/);
    const value = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        const rdns = values.map((text) => `OU=${text}`);
        expect(normalizeDn(rdns.join(","))).toBe(normalizeDn(rdns.join(" , ")));
      }),
    );
  });

  it("gives back any value that was escaped, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (value) => {
        const hex = [...Buffer.from(value)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
        expect(namingValue(`cn=${hex},dc=x`, "cn")).toBe(value.trim());
      }),
    );
  });
});

describe("isDn", () => {
  it.each(["", "dc=x", "2.5.4.3=a", "cn=", "cn=a+sn=b, dc=x"])("takes “%s”", (dn) => {
    expect(isDn(dn)).toBe(true);
  });

  it.each(["people", "cn=a,", "cn=a,b", "=a", "cn=a\\", "cn=a\\zz", "cn=a\0", ",dc=x"])("refuses “%s”", (dn) => {
    expect(isDn(dn)).toBe(false);
  });
});

it("isAtOrBelow looks at whole RDNs", () => {
  const below = (dn: string, base: string): boolean => isAtOrBelow(normalizeDn(dn), normalizeDn(base));
  expect(below("uid=a,ou=people,dc=x", "OU=People, DC=x")).toBe(true);
  expect(below("ou=people,dc=x", "ou=people,dc=x")).toBe(true);
  expect(below("uid=a,dc=x", "")).toBe(true);
  expect(below("uid=a,ou=morepeople,dc=x", "ou=people,dc=x")).toBe(false);
  expect(below("cn=a\\,dc=x", "dc=x")).toBe(false);
});

it("namingValue is the value as it is written", () => {
  expect(namingValue("cn=Smith\\, John+uid=7,dc=x", "uid")).toBe("7");
  expect(namingValue("CN=Smith\\, John,dc=x", "cn")).toBe("Smith, John");
  expect(namingValue("uid=7,cn=x", "cn")).toBeUndefined();
});
