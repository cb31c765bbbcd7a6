/** The laws of canonical JSON: one text for each value, and the hash follows it. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { canonicalJson, hashJson, jsonEqual, type Json } from "./json.ts";

const anyJson = fc.jsonValue() as fc.Arbitrary<Json>;

/** Values of few kinds, so that two are often equal, or nearly. */
const { fewJson } = fc.letrec<{ fewJson: Json }>((tie) => ({
  fewJson: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<Json>(null, 0, -0, "0"),
    fc.array(tie("fewJson"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__"), tie("fewJson"), { maxKeys: 2 }),
  ),
}));

/** The same value with the keys of every object in the opposite order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, entry]) => [key, reversed(entry as Json)]),
  );
}

describe("canonical JSON", () => {
  it("is JSON of the same value", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("doesn't depend on the order of keys", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(hashJson(reversed(value))).toBe(hashJson(value));
        expect(jsonEqual(reversed(value), value)).toBe(true);
      }),
    );
  });

  it("is equal exactly where the hash is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(anyJson, anyJson), fc.tuple(fewJson, fewJson)), ([left, right]) => {
        expect(jsonEqual(left, right)).toBe(hashJson(left) === hashJson(right));
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeps the order of lists, and types apart", () => {
    expect(jsonEqual([1, 2], [2, 1])).toBe(false);
    expect(jsonEqual({ a: 1 }, { a: "1" })).toBe(false);
    expect(jsonEqual({ a: null }, {})).toBe(false);
    expect(jsonEqual([], {})).toBe(false);
  });

  it("sorts keys at every depth, without spaces", () => {
    expect(canonicalJson({ b: [{ d: 1, c: "é\n" }], a: null })).toBe('{"a":null,"b":[{"c":"é\\n","d":1}]}');
  });

  it("has a hash that never changes, since plan files and caches hold it", () => {
    expect(hashJson({ b: 1, a: [true] })).toBe("708747538ba81fd60b5aac8c646370de5e24abf70ab1872f67458a5a4f3af05d");
  });
});
