/**
 * The process's own surroundings.
 *
 * Node's own modules are taken by `process.getBuiltinModule`, here and elsewhere in this package: an `import` of node:fs or
 * node:http makes all that they export ready at once, which takes many times longer than the rest of this package.
 */

import type { Surroundings } from "./findings.ts";

export function ownSurroundings(env: NodeJS.ProcessEnv = process.env): Surroundings {
  return { env, cwd: process.cwd(), readFile };
}

function readFile(path: string): string | undefined {
  const { existsSync, readFileSync } = process.getBuiltinModule("node:fs");
  // Most of these files aren't there, and a thrown ENOENT takes far longer than asking.
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
