/** What is left out of bundles, and what a rule brings back. */

import { expect, it } from "@jest/globals";
import { ignoreRules } from "./ignore.ts";

it.each([
  [".git", true],
  ["sub/.git", true],
  ["__pycache__/", true],
  ["pkg/__pycache__/", true],
  ["pkg/a.pyc", true],
  ["pkg/a.py", false],
  [".DS_Store", true],
  [".bulkheadignore", true],
  ["sub/.bulkheadignore", false],
  ["node_modules/", false],
  ["node_modules/.cache/", true],
  [".env", false],
  [".gitignore", false],
])("without rules, %s: %s", (path, left) => {
  expect(ignoreRules("")(path)).toBe(left);
});

it("takes .gitignore's syntax, and its letters as they are", () => {
  const ignored = ignoreRules("# tests\n/tests/\n*.md\n!README.md\n**/fixtures/*.bin\n\\#odd\n!keep.pyc\n");
  const left = ["tests/", "a.md", "sub/b.md", "x/fixtures/1.bin", "#odd"];
  const kept = ["sub/tests/", "README.md", "a.MD", "x/fixtures/1.txt", "keep.pyc"];
  expect(left.filter((path) => !ignored(path))).toEqual([]);
  expect(kept.filter(ignored)).toEqual([]);
});

it("never bundles the ignore file", () => {
  expect(ignoreRules("!.bulkheadignore\n")(".bulkheadignore")).toBe(true);
});
