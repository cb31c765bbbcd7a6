/**
 * Has the AWS SDK bundled from its ECMAScript modules, of which esbuild leaves out what isn't used.
 *
 * For Node.js, esbuild takes a package's `main`, as Node.js would; the SDK's is CommonJS and comes whole. To prefer
 * `module` everywhere would break packages that are written for `require`, so it is done for the SDK alone.
 */

import type { Plugin } from "esbuild";
import { existsSync } from "node:fs";

const asked = Symbol("asked");

export const sdkModules: Plugin = {
  name: "sdk-modules",
  setup(build) {
    // What lies deeper in a package is found by its `exports`, which know modules. Each question to us takes time.
    build.onResolve({ filter: /^@(aws-sdk|smithy)\/[^/]+$/ }, async ({ path, ...how }) => {
      if (how.pluginData === asked || !/^(import-statement|dynamic-import)$/.test(how.kind)) return undefined;
      const found = await build.resolve(path, { ...how, pluginData: asked });
      const module = found.path.replace(/([\\/])dist-cjs([\\/])/, "$1dist-es$2");
      if (found.external || module === found.path || !existsSync(module)) return undefined;
      return { path: module, sideEffects: found.sideEffects };
    });
  },
};
