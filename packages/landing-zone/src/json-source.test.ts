/** The place of a JSON error agrees with JSON.parse on what is JSON. */

import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { jsonErrorOffset } from "./json-source.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("agrees with JSON.parse, also on damaged texts", () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "]", '"', "0", "x", "\t", ":", "\\", "{", "[", "-"))
    .map(([text, at, char]) => text.slice(0, at % (text.length + 1)) + char + text.slice((at % (text.length + 1)) + 1));
  fc.assert(
    fc.property(fc.oneof(fc.json(), damaged), (text) => {
      expect(jsonErrorOffset(text) === undefined).toBe(isJson(text));
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['{"a": }', 6],
  ['{"a": 1,}', 8],
  ["[1 2]", 3],
  ["[1", 2],
  ["01", 1],
  ["", 0],
  ["// no\n{}", 0],
])("%s ends being JSON at %i", (text, offset) => {
  expect(jsonErrorOffset(text)).toBe(offset);
});
