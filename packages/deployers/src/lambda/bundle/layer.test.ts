/** Layers: whether their runtimes would find anything in them. */

import { expect, it } from "@jest/globals";
import { checkPrefixes } from "./layer.ts";

const check = (runtimes: readonly string[], ...paths: readonly string[]) =>
  checkPrefixes(
    "layer",
    runtimes,
    paths.map((path) => ({ path })),
    undefined,
  );

it.each<[readonly string[], string]>([
  [["python3.13"], "python/shared.py"],
  [["python3.12", "python3.13"], "python/lib/python3.13/site-packages/x.py"],
  [["nodejs22.x"], "nodejs/node_modules/x/index.js"],
  [["java21"], "java/lib/x.jar"],
  [["ruby3.4"], "ruby/gems/3.4.0/x.rb"],
  [["nodejs22.x", "python3.13"], "lib/libx.so"],
  [["python3.13"], "bin/tool"],
  [["provided.al2023"], "anything"],
  [["dotnet8"], "anything"],
  [[], "anything"],
])("for %s may hold %s", (runtimes, path) => {
  expect(() => check(runtimes, "readme.md", path)).not.toThrow();
});

it.each<[readonly string[], string]>([
  [["python3.13"], "shared.py"],
  [["python3.13"], "nodejs/node_modules/x/index.js"],
  [["nodejs22.x"], "node_modules/x/index.js"],
  [["nodejs22.x", "python3.13"], "nodejs/node_modules/x/index.js"],
])("for %s needs more than %s", (runtimes, path) => {
  expect(() => check(runtimes, path)).toThrow(expect.objectContaining({ code: "Bundle.LayerLayout" }));
});
