/**
 * The layout of layers: where below /opt each runtime looks.
 * https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
 */

import type { Where } from "@bulkhead/core";
import { layerWithoutPrefix } from "./errors.ts";

/** By the language that the runtime's name begins with; others find what they want by paths of their own. */
const prefixes: Readonly<Record<string, readonly string[]>> = {
  nodejs: ["nodejs/"],
  python: ["python/"],
  java: ["java/lib/"],
  ruby: ["ruby/gems/", "ruby/lib/"],
};
/** For all runtimes: on PATH and on LD_LIBRARY_PATH. */
const common = ["bin/", "lib/"];

/** @throws Bundle.LayerLayout where a runtime would find nothing of it */
export function checkPrefixes(
  path: string,
  runtimes: readonly string[],
  files: readonly { readonly path: string }[],
  where: Where | undefined,
): void {
  for (const runtime of runtimes) {
    const own = prefixes[/^[a-z]+/.exec(runtime)?.[0] ?? ""];
    if (!own) continue;
    const all = [...own, ...common];
    if (!files.some((file) => all.some((prefix) => file.path.startsWith(prefix)))) {
      throw layerWithoutPrefix(path, runtime, all, where);
    }
  }
}
