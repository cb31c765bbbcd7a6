/**
 * Packs the deployers as they are published: bundled with all that they need but esbuild, which comes with programs of
 * its own.
 * `node --conditions=@bulkhead/source packages/deployers/pack.ts FOLDER` leaves the tarball in the folder.
 */

import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundleOptions } from "../../tools/bundle-options.ts";

const home = import.meta.dirname;
const target = resolve(process.argv[2] ?? ".");
const folder = await mkdtemp(join(tmpdir(), "bulkhead-pack-"));
try {
  await build({
    ...bundleOptions,
    absWorkingDir: home,
    entryPoints: ["src/bin.ts", "src/index.ts", "src/command.ts"],
    outdir: join(folder, "dist"),
    splitting: true,
    minify: true,
    legalComments: "linked",
  });
  const { name, version, description, license, type, engines, bin, sideEffects, dependencies } = JSON.parse(
    await readFile(join(home, "package.json"), "utf8"),
  ) as Record<string, unknown> & { dependencies: Readonly<Record<string, string>> };
  const exports = { ".": "./dist/index.js", "./commands": "./dist/command.js" };
  const published = {
    ...{ name, version, description, license, type, engines, bin, exports, sideEffects },
    files: ["dist"],
    dependencies: Object.fromEntries(bundleOptions.external.map((it) => [it, dependencies[it]])),
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
  await cp(join(home, "README.md"), join(folder, "README.md"));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", target], { cwd: folder, stdio: "inherit" });
} finally {
  await rm(folder, { recursive: true, force: true });
}
