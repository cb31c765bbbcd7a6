/** Bundles `bulkhead` with all that it needs: it starts faster, and installs as one package. */

import { build } from "esbuild";
import { rm } from "node:fs/promises";
import { join } from "node:path";

// Names of chunks change with their content; old ones would stay behind.
await rm(join(import.meta.dirname, "dist"), { recursive: true, force: true });

await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
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
