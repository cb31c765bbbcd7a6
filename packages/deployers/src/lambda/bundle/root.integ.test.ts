/** The root of bundles on disk, and what lies in it. */

import { expect, it } from "@jest/globals";
import { silent } from "@bulkhead/core";
import { mkdirSync } from "node:fs";
import { codeFolder } from "../../testing/code.ts";
import { bundleDeclared } from "./bundle.ts";
import { isInside, projectRoot } from "./root.ts";

it("is the top of the git working tree, also of a worktree; without one, the folder itself", () => {
  using code = codeFolder({ "apps/shop/a.ts": "", "other/.git": "gitdir: elsewhere", "other/b/c.ts": "" });
  expect(projectRoot(code.path("apps/shop"))).toBe(code.path("apps/shop"));
  expect(projectRoot(code.path("other/b"))).toBe(code.path("other"));
  mkdirSync(code.path(".git"));
  expect(projectRoot(code.path("apps/shop"))).toBe(code.root);
});

it("is about paths of the deploy file; what a person names on the command line is taken at its word", async () => {
  using code = codeFolder({ "app/bulkhead.deploy.yaml": "", "built/main.py": "" });
  const from = (where: { readonly file: string } | undefined) =>
    bundleDeclared(
      {
        code: { kind: "folder", path: code.path("built"), where },
        ...{ runtime: "python3.13", handler: "main.handler", layers: [] },
      },
      code.path("app"),
      silent,
    );
  await expect(from({ file: "bulkhead.deploy.yaml" })).rejects.toMatchObject({ code: "Bundle.OutOfRoot" });
  expect((await from(undefined)).files).toEqual([{ path: "main.py", bytes: 0 }]);
});

it("is the working folder for an entry of the command line below it", async () => {
  using code = codeFolder({
    "package.json": '{ "type": "module" }',
    "lib/one.ts": "export const one = 1;",
    "src/a.ts": "import { one } from '../lib/one.ts'; export const handler = async () => one;",
  });
  const entry = {
    kind: "entry",
    path: code.path("src/a.ts"),
    sourceMap: false,
    external: [],
    where: undefined,
  } as const;
  const declaration = { code: entry, runtime: "nodejs22.x", handler: "a.handler", layers: [] };
  expect((await bundleDeclared(declaration, code.root, silent)).files).toMatchObject([{ path: "a.mjs" }]);
});

it.each([
  ["/a", "/a", true],
  ["/a/b", "/a", true],
  ["/a/..b", "/a", true],
  ["/ab", "/a", false],
  ["/", "/a", false],
  ["/b/a", "/a", false],
  ["/a", "/", true],
])("holds %s in %s: %s", (path, folder, inside) => {
  expect(isInside(path, folder)).toBe(inside);
});
