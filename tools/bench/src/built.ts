/** Builds what is measured, as users have it: bundled, and in a folder of its own that later builds leave alone. */

import { build } from "esbuild";
import { execFile } from "node:child_process";
import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundleOptions } from "../../bundle-options.ts";
import { workspace } from "./folders.ts";

const run = promisify(execFile);
const cli = join(workspace, "apps/cli");

/** Builds `bulkhead`, copies it into the folder, and gives the script to start. */
export async function buildCli(folder: string): Promise<string> {
  await run(process.execPath, ["--conditions=@bulkhead/source", join(cli, "build.ts")]);
  await cp(join(cli, "dist"), join(folder, "dist"), { recursive: true });
  await cp(join(cli, "package.json"), join(folder, "package.json"));
  // The one package that isn't bundled.
  await mkdir(join(folder, "node_modules"));
  await symlink(join(workspace, "node_modules/esbuild"), join(folder, "node_modules/esbuild"));
  return join(folder, "dist/main.js");
}

/** Bundles a script of the bench's own in the same way. */
export async function bundle(script: string, folder: string): Promise<string> {
  const outfile = join(folder, "bundle/main.mjs");
  await build({ ...bundleOptions, entryPoints: [script], outfile, legalComments: "none" });
  return outfile;
}
