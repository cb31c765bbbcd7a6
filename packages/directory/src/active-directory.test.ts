/** Active Directory's encodings. */

import { describe, expect, it } from "@jest/globals";
import { guidToText, parseRange, relativeId } from "./active-directory.ts";

describe("objectGUID", () => {
  it("has its first three parts with the lowest byte first", () => {
    const bytes = Buffer.from("00112233445566778899aabbccddeeff", "hex");
    expect(guidToText(bytes)).toBe("33221100-5544-7766-8899-aabbccddeeff");
  });

  it("is nothing when it has another length", () => {
    expect(guidToText(Buffer.alloc(15))).toBeUndefined();
  });
});

describe("a range", () => {
  it.each([
    ["member;range=0-1499", { attribute: "member", from: 0, to: 1499 }],
    ["member;Range=1500-*", { attribute: "member", from: 1500, to: null }],
    ["cn;lang-de;range=3-4", { attribute: "cn;lang-de", from: 3, to: 4 }],
  ])("is told by %s", (description, range) => {
    expect(parseRange(description)).toEqual(range);
  });

  it.each(["member", "member;range=*", "member;range=-1-5", "range=0-1"])("isn't told by %s", (description) => {
    expect(parseRange(description)).toBeNull();
  });
});

it("the relative id of a SID is its last part", () => {
  expect(relativeId(Buffer.from("01050000000000051500000001000000020000000300000001020000", "hex"))).toBe("513");
  expect(relativeId(Buffer.alloc(4))).toBeUndefined();
});
