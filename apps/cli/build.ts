/** Bundles `bulkhead` with all that it needs: it starts faster, and installs as one package. */

import { build } from "esbuild";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { bundleOptions } from "../../tools/bundle-options.ts";

// Names of chunks change with their content; old ones would stay behind.
await rm(join(import.meta.dirname, "dist"), { recursive: true, force: true });

await build({
  ...bundleOptions,
  absWorkingDir: import.meta.dirname,
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  splitting: true,
  legalComments: "linked",
});
