/**
 * Packs the deployers as they are published: bundled with all that they need, so that a CI job installs one package.
 * `node --conditions=@bulkhead/source packages/deployers/pack.ts FOLDER` leaves the tarball in the folder.
 */

import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const home = import.meta.dirname;
const target = resolve(process.argv[2] ?? ".");
const folder = await mkdtemp(join(tmpdir(), "bulkhead-pack-"));
try {
  await build({
    absWorkingDir: home,
    entryPoints: ["src/bin.ts", "src/index.ts", "src/command.ts"],
    outdir: join(folder, "dist"),
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node22",
    conditions: ["@bulkhead/source"],
    // AWS's CommonJS builds can't be split or shaken.
    mainFields: ["module", "main"],
    // Some CommonJS dependencies call require, which ES modules don't have.
    banner: {
      js: 'import { createRequire as bulkheadRequire } from "node:module"; const require = bulkheadRequire(import.meta.url);',
    },
    legalComments: "linked",
    logLevel: "warning",
  });
  const { name, version, description, license, type, engines, bin, sideEffects } = JSON.parse(
    await readFile(join(home, "package.json"), "utf8"),
  ) as Record<string, unknown>;
  const exports = { ".": "./dist/index.js", "./commands": "./dist/command.js" };
  const published = { name, version, description, license, type, engines, bin, exports, files: ["dist"], sideEffects };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
  await cp(join(home, "README.md"), join(folder, "README.md"));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", target], { cwd: folder, stdio: "inherit" });
} finally {
  await rm(folder, { recursive: true, force: true });
}
