/** Lambda's limits of code, at their very edges. */

import { expect, it } from "@jest/globals";
import { checkDirect, checkUnzipped, checkWithLayers } from "./limits.ts";

const mega = 1024 * 1024;
const where = { file: "bulkhead.deploy.yaml", line: 7, column: 3 };

it("takes 250 MB of files, and names the largest of what has more", () => {
  const files = Array.from({ length: 10 }, (_, index) => ({ path: `f${index}`, bytes: (20 + index) * mega }));
  expect(() => checkUnzipped("app", [{ path: "a", bytes: 250 * mega }], where)).not.toThrow();
  expect(() => checkUnzipped("app", [...files, { path: "a", bytes: 5 * mega + 1 }], where)).toThrow(
    expect.objectContaining({
      code: "Bundle.TooLarge",
      where,
      message: expect.stringMatching(
        /^app has 250\.0 MB \(262,144,001 bytes\); .* f9 \(29\.0 MB\), f8 .*, f5 \(25\.0 MB\)$/,
      ),
    }),
  );
});

it("counts a function's layers", () => {
  const parts = [
    { path: "src/orders.ts", bytes: 100 * mega },
    { path: "layers/shared", bytes: 151 * mega },
  ];
  expect(() => checkWithLayers("src/orders.ts", parts, where)).toThrow(
    /^src\/orders\.ts with its layers has 251\.0 MB .* layers\/shared \(151\.0 MB\), src\/orders\.ts \(100\.0 MB\)$/,
  );
});

it("takes 50 MB in a call", () => {
  expect(() => checkDirect("app", 50 * mega, where)).not.toThrow();
  expect(() => checkDirect("app", 50 * mega + 1, where)).toThrow(
    expect.objectContaining({ code: "Bundle.NeedsBucket", next: expect.stringContaining("artifactBucket") }),
  );
});
