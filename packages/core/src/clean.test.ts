/** Foreign text for a terminal. */

import { expect, it } from "@jest/globals";
import { clean, cleanLines } from "./clean.ts";

it.each([
  ["a plain name, Ümläut and 漢字", "a plain name, Ümläut and 漢字"],
  ["red\u001b[31m", "red�[31m"],
  ["two\nlines\u2028more", "two�lines�more"],
  ["admin\u202egnp.exe\u2069", "admin�gnp.exe�"],
])("%j", (text, shown) => {
  expect(clean(text)).toBe(shown);
});

it("lines and tabs stay where they may", () => {
  expect(cleanLines("one\n\ttwo\r\u001b[31m\n")).toBe("one\n\ttwo��[31m\n");
});
