/** Suggestions: the usual typing slips are found, strangers aren't. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { suggest } from "./suggest.ts";

const words = ["environments", "environment", "region", "regions", "roles", "teams"];

describe("a suggestion", () => {
  it.each([
    ["a letter missing", "enviroments", "environments"],
    ["a letter too many", "rolees", "roles"],
    ["a wrong letter", "reqion", "region"],
    ["two letters swapped, as one step", "taems", "teams"],
    ["capitals", "Teams", "teams"],
  ])("is found after %s", (_, word, expected) => expect(suggest(word, words)).toBe(expected));

  it("takes the nearest", () => {
    expect(suggest("regionss", words)).toBe("regions");
  });

  it("isn't made where nothing is near", () => {
    expect(suggest("billing", words)).toBeUndefined();
    expect(suggest("rls", words)).toBeUndefined();
    expect(suggest("teams", [])).toBeUndefined();
  });

  it("is always one of the candidates, and the word itself if it is among them", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string({ maxLength: 8 })), (word, candidates) => {
        const found = suggest(word, candidates);
        expect(found === undefined || candidates.includes(found)).toBe(true);
        expect(suggest(word, [...candidates, word])?.toLowerCase()).toBe(word.toLowerCase());
      }),
    );
  });
});
