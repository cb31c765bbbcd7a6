/** How Bulkhead's programs are bundled by esbuild, wherever that is done. */

import type { BuildOptions } from "esbuild";

export const bundleOptions = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node22",
  conditions: ["@bulkhead/source"],
  // AWS's CommonJS builds can't be split or shaken.
  mainFields: ["module", "main"],
  // It brings a program of its own for each system; only deployers need it, and only for functions that they bundle.
  external: ["esbuild"],
  // Some CommonJS dependencies call require, which ES modules don't have.
  banner: {
    js: 'import { createRequire as bulkheadRequire } from "node:module"; const require = bulkheadRequire(import.meta.url);',
  },
  logLevel: "warning",
} satisfies BuildOptions;
