/** Filters: what is wrong is refused with its place, what is right selects what a server would. */

import { describe, expect, it } from "@jest/globals";
import { parseFilter } from "./filter.ts";
import { matches } from "./filter-match.ts";
import { toEntry } from "./testing/active-directory.ts";

const anna = toEntry("uid=anna,dc=x", {
  objectclass: ["top", "inetOrgPerson"],
  uid: ["anna"],
  cn: ["Anna Müller", "anna (admin)"],
  "cn;lang-de": ["Anna"],
  mail: ["anna@example.com"],
  uidnumber: ["1000"],
  useraccountcontrol: ["514"],
  memberof: ["CN=Staff, DC=x"],
  objectguid: [Buffer.from("ff00", "hex")],
});

describe("a filter", () => {
  it.each([
    ["(uid=anna)", true],
    ["(UID=ANNA)", true],
    ["(uid=ann)", false],
    ["(cn=anna m\\c3\\bcller)", true],
    ["(cn=anna   müller)", true],
    ["(cn=anna \\28admin\\29)", true],
    ["(cn;lang-de=Anna)", true],
    ["(cn=*)", true],
    ["(title=*)", false],
    ["(!(title=boss))", true],
    ["(cn=an*)", true],
    ["(cn=*min\\29)", true],
    ["(cn=a*a*üll*r)", true],
    ["(cn=*müller*anna*)", false],
    ["(uid=anna*anna)", false],
    ["(uid=*\\2a*)", false],
    ["(&(uid=anna)(objectClass=inetOrgPerson))", true],
    ["(&(uid=anna)(uid=ben))", false],
    ["(|(uid=anna)(uid=ben))", true],
    ["(&)", true],
    ["(|)", false],
    ["(& (uid=anna)\n  (mail=*@example.com) )", true],
    ["(uidNumber>=999)", true],
    ["(uidNumber<=999)", false],
    ["(uidNumber>=99)", true],
    ["(uid>=ann)", true],
    ["(uid<=ann)", false],
    ["(mail~=ANNA@example.com)", true],
    ["(memberOf=cn=staff,dc=x)", true],
    ["(memberOf=cn=staff,dc=y)", false],
    ["(objectGUID=\\ff\\00)", true],
    ["(userAccountControl:1.2.840.113556.1.4.803:=2)", true],
    ["(userAccountControl:1.2.840.113556.1.4.803:=3)", false],
    ["(userAccountControl:1.2.840.113556.1.4.804:=3)", true],
    ["(uid:1.2.840.113556.1.4.803:=2)", false],
  ])("%s", (text, expected) => {
    expect(matches(parseFilter(text), anna)).toBe(expected);
  });

  it.each([
    ["", 1],
    ["uid=anna", 1],
    ["(uid=anna", 10],
    ["(&(uid=anna)", 13],
    ["(&(uid=anna)(mail=*)", 21],
    ["(!(uid=anna)", 13],
    ["(uid=anna))", 11],
    ["(uid=anna)(uid=ben)", 11],
    ["(=anna)", 2],
    ["(uid)", 5],
    ["(uid anna)", 5],
    ["(uid=an(na)", 8],
    ["(uid=an\\zz)", 8],
    ["(cn=a\\2)", 6],
    ["(uid>=an*)", 9],
    ["(uid=a**b)", 6],
    ["(uid=*\\ff)", 6],
    ["(&uid=anna)", 3],
    ["(:=anna)", 4],
  ])("%s is refused at character %d", (text, position) => {
    expect(() => parseFilter(text)).toThrow(
      expect.objectContaining({
        code: "Directory.BadFilter",
        fault: "user",
        message: expect.stringContaining(`wrong at character ${position}: `) as unknown,
      }) as unknown as Error,
    );
  });

  it("goes to the server as it was meant", () => {
    expect(parseFilter("(cn=M\\c3\\bcller)")).toMatchObject({ attribute: "cn", value: "Müller" });
    expect(parseFilter("(objectGUID=\\ff\\00)")).toMatchObject({ value: Buffer.from("ff00", "hex") });
    expect(parseFilter("(2.5.4.3=x)")).toMatchObject({ attribute: "2.5.4.3" });
    expect(parseFilter("(cn=a*b*c*d)")).toMatchObject({ initial: "a", any: ["b", "c"], final: "d" });
    expect(parseFilter("(ou:dn:caseExactMatch:=People)")).toMatchObject({
      matchType: "ou",
      dnAttributes: true,
      rule: "caseExactMatch",
      value: "People",
    });
  });

  it("with a rule that only servers know isn't guessed at", () => {
    const inChain = parseFilter("(memberOf:1.2.840.113556.1.4.1941:=cn=staff,dc=x)");
    expect(() => matches(inChain, anna)).toThrow(
      expect.objectContaining({ code: "Directory.UnsupportedFilter" }) as unknown as Error,
    );
  });
});
