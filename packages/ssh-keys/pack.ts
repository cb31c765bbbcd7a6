/**
 * Packs `bulkhead-ssh` so that an instance needs no Node of its own: a folder with the program in one file, Node's
 * executable and a launcher, as a tarball. For the system and processor that it is packed on.
 *
 * Usage: node pack.ts FOLDER
 */

import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { bundleOptions } from "../../tools/bundle-options.ts";

const run = promisify(execFile);
const workspace = join(import.meta.dirname, "..", "..");

const launcher = `#!/bin/sh
# Starts Bulkhead with the Node that is beside it, also through links. Made for speed, V8 lets what is short-lived pile
# up to far more than the daemon works with.
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" --max-semi-space-size=2 --optimize-for-size "$here/dist/bin.js" "$@"
`;

const notice = `The file node is Node.js ${process.version}, under its own licence:
https://github.com/nodejs/node/blob/${process.version}/LICENSE
`;

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error("Usage: node pack.ts FOLDER");
const manifest = JSON.parse(await readFile(join(import.meta.dirname, "package.json"), "utf8")) as {
  readonly version: string;
  readonly license: string;
};
const { version, license } = manifest;
const name = `bulkhead-ssh-${version}-${process.platform}-${process.arch}`;
const temporary = await mkdtemp(join(tmpdir(), "bulkhead-pack-"));
try {
  const folder = join(temporary, name);
  await mkdir(folder);
  await build({
    ...bundleOptions,
    absWorkingDir: import.meta.dirname,
    entryPoints: ["src/bin.ts"],
    outdir: join(folder, "dist"),
    splitting: true,
    legalComments: "linked",
  });
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ name: "bulkhead-ssh", version, license, type: "module" }),
  );
  await writeFile(join(folder, "bulkhead-ssh"), launcher);
  await copyFile(join(workspace, "LICENSE"), join(folder, "LICENSE"));
  await writeFile(join(folder, "NOTICE"), notice);
  await copyFile(process.execPath, join(folder, "node"));
  await Promise.all(["node", "bulkhead-ssh"].map((file) => chmod(join(folder, file), 0o755)));
  const tarball = join(resolve(target), `${name}.tar.gz`);
  await mkdir(resolve(target), { recursive: true });
  // Better compression takes three times as long, for a tenth less.
  await run("tar", [
    "-cf",
    tarball,
    "-I",
    "gzip -1",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "-C",
    temporary,
    name,
  ]);
  process.stdout.write(`${tarball}\n`);
} finally {
  await rm(temporary, { recursive: true, force: true });
}
