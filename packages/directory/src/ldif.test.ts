/** LDIF: what RFC 2849 allows is read, the rest is refused with its line. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { textsOf } from "./entry.ts";
import { parseLdif } from "./ldif.ts";
import { toLdif } from "./testing/people.ts";

const parse = (text: string | Buffer) => parseLdif(Buffer.from(text as string), "people.ldif");

describe("an LDIF file", () => {
  it("is read with version, comments, folded lines, base64, options and CRLF", () => {
    const entries = parse(
      [
        "# People",
        " of the company",
        "version: 1",
        "",
        "dn: uid=anna,",
        " dc=x",
        "CN:: QW5uYSBNw7xsbGVy",
        "cn;lang-de:   Anna",
        "# A comment within",
        "mail: a@",
        " example",
        " .com",
        "mail: b@example.com",
        "title:",
        "",
        "",
        "dn:: dWlkPWLDtmIsZGM9eA==",
        "cn: Böb",
        "",
      ].join("\r\n"),
    );
    expect(entries.map(({ dn }) => dn)).toEqual(["uid=anna,dc=x", "uid=böb,dc=x"]);
    const [anna, bob] = entries;
    expect(textsOf(anna!, "cn")).toEqual(["Anna Müller"]);
    expect(textsOf(anna!, "cn;lang-de")).toEqual(["Anna"]);
    expect(textsOf(anna!, "mail")).toEqual(["a@example.com", "b@example.com"]);
    expect(textsOf(anna!, "title")).toEqual([""]);
    expect(textsOf(bob!, "cn")).toEqual(["Böb"]);
  });

  it.each<readonly [string, string | Buffer, number]>([
    ["a line without a colon", "dn: dc=x\nnonsense\n", 2],
    ["a name that can't be one", "dn: dc=x\nc n: x\n", 2],
    ["a continued line that follows nothing", "\n x\n", 2],
    ["an entry without a dn, as ldapsearch ends with", "dn: dc=x\n\nsearch: 2\nresult: 4 Size limit exceeded\n", 3],
    ["a dn that isn't one", "dn: people\n", 1],
    ["an empty dn", "dn:\nobjectClass: top\n", 1],
    ["two entries in one", "dn: dc=x\ndn: dc=y\n", 2],
    ["broken base64", "dn: dc=x\ncn:: QW5u*\n", 2],
    ["base64 that was cut off", "dn: dc=x\ncn:: QW5uY\n", 2],
    ["a value in another file", "dn: dc=x\ncn:< file:///etc/passwd\n", 2],
    ["changes", "dn: dc=x\nchangetype: delete\n", 2],
    ["controls", "dn: dc=x\ncontrol: 1.2.3\nchangetype: delete\n", 2],
    ["another version", "version: 2\n\ndn: dc=x\n", 1],
    ["text that isn't UTF-8", Buffer.from("dn: dc=x\ncn: M\xfcller\n", "latin1"), 2],
    ["the line of a folded value that is broken", "dn: dc=x\nsn: a\n b\n\ndn: dc=y\ncn:: ?\n", 6],
  ])("is refused with %s", (_, text, line) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: "Directory.BadLdif",
        fault: "user",
        where: { file: "people.ldif", line },
      }) as unknown as Error,
    );
  });

  it("gives back every value, folded anywhere", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, unit: "grapheme" }), { minLength: 1 }),
        fc.integer({ min: 2, max: 76 }),
        (values, width) => {
          const folded = toLdif([{ dn: "uid=a,dc=x", attributes: { description: values } }]).replace(
            new RegExp(`(.{${width}})(?=.)`, "g"),
            "$1\n ",
          );
          const [entry] = parse(folded);
          expect(textsOf(entry!, "description")).toEqual(values);
        },
      ),
    );
  });
});
