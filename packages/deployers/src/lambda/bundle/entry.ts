/**
 * Bundles one JavaScript or TypeScript file with all that it imports, by esbuild.
 *
 * - What is installed is bundled, the AWS SDK too: what Lambda's runtime brings changes under a deployed function, and
 *   the same bytes in two environments are to do the same. `external` names what is to come from the runtime or a layer.
 * - It is minified, but names of functions and classes are kept, for stack traces and for code that asks for them.
 *   Unminified code would also hold the paths of its files, which are others on another machine.
 * - ECMAScript modules or CommonJS, as Node.js would take the entry: by its extension and the nearest package.json.
 * - The tsconfig.json beside the sources counts.
 */

import type { BulkheadError } from "@bulkhead/core";
import { throwAny, type Where } from "@bulkhead/core";
import type { BuildFailure, BuildResult, Message, Metafile } from "esbuild";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { buildFailed, bundlerMissing, entryNeedsNode, importOutOfRoot } from "./errors.ts";
import { handlerFile } from "./handler.ts";
import { checkNames } from "./names.ts";
import { isInside } from "./root.ts";
import { sdkModules } from "./sdk-modules.ts";
import type { ZipFile } from "./zip.ts";
import type { CodeDeclaration, BundleOptions } from "./model.ts";

type Entry = Extract<CodeDeclaration, { kind: "entry" }>;
type Format = "esm" | "cjs";

/** CommonJS packages in an ECMAScript module call what only CommonJS has. */
const commonJsNames = [
  'import{createRequire as bulkheadRequire}from"node:module";',
  "const require=bulkheadRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;",
].join("");

/**
 * @param file the entry, an absolute path with links followed
 * @returns the files of the zip
 * @throws Bundle.EntryNeedsNode, Bundle.BadName; Bundle.BuildFailed and Bundle.OutOfRoot with file, line and column
 */
export async function bundleEntry(
  { path, where, sourceMap, external }: Entry,
  file: string,
  { root, runtime, handler, report }: BundleOptions,
): Promise<readonly ZipFile[]> {
  const major = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
  if (major === undefined) throw entryNeedsNode(path, runtime, where);
  // Loaded here alone: it brings a program of its own, which nobody else needs.
  const { build } = await import("esbuild").catch((cause: unknown) => {
    throw bundlerMissing(cause);
  });
  const top = realpathSync(root);
  const format = formatOf(file, top);
  const name = `${handlerFile(runtime, handler) ?? ""}.${format === "esm" ? "mjs" : "js"}`;
  let result: BuildResult<{ write: false; metafile: true }>;
  try {
    result = await build({
      absWorkingDir: top,
      entryPoints: [file],
      outfile: join(top, name),
      write: false,
      metafile: true,
      bundle: true,
      platform: "node",
      target: `node${major}`,
      format,
      minify: true,
      keepNames: true,
      legalComments: "none",
      charset: "utf8",
      external: [...external],
      sourcemap: sourceMap ? "linked" : false,
      banner: format === "esm" ? { js: commonJsNames } : {},
      plugins: [sdkModules],
      logLevel: "silent",
    });
  } catch (error) {
    if (!isBuildFailure(error)) throw bundlerMissing(error);
    throwAny(error.errors.map((message) => problemOf(message, top, path)));
    throw error;
  }
  for (const { text, location } of result.warnings) {
    report({ type: "warning", message: `${location ? `${placed(location, top)}: ` : ""}${text}` });
  }
  checkInputs(result.metafile, top, path);
  const files = result.outputFiles.map(({ path: output, contents }) => ({
    path: relative(top, output).replaceAll(sep, "/"),
    content: output.endsWith(".map") ? withoutMachine(contents) : contents,
    executable: false,
  }));
  checkNames(
    files.map((file) => file.path),
    path,
  );
  return files;
}

function formatOf(file: string, top: string): Format {
  const extension = extname(file);
  if (/^\.m[jt]s$/.test(extension)) return "esm";
  if (/^\.c[jt]s$/.test(extension)) return "cjs";
  for (let folder = dirname(file); isInside(folder, top); folder = dirname(folder)) {
    const packageFile = join(folder, "package.json");
    if (existsSync(packageFile)) return typeOf(packageFile) === "module" ? "esm" : "cjs";
    if (folder === top) break;
  }
  return "cjs";
}

function typeOf(packageFile: string): unknown {
  try {
    return (JSON.parse(readFileSync(packageFile, "utf8")) as { type?: unknown } | null)?.type;
  } catch {
    // esbuild says what is wrong with it.
    return undefined;
  }
}

/** Packages may be installed above the root, as a workspace has them; sources may not. */
function checkInputs({ inputs }: Metafile, top: string, path: string): void {
  const outside = Object.keys(inputs).filter(
    (input) => !isInside(resolve(top, input), top) && !input.split("/").includes("node_modules"),
  );
  if (outside.length === 0) return;
  const importer = Object.entries(inputs).find(([, { imports }]) => imports.some((it) => it.path === outside[0]));
  throw importOutOfRoot(outside, top, { file: importer ? shown(resolve(top, importer[0])) : path });
}

/** A source map's paths, with those of packages as if they were installed at its side. */
function withoutMachine(map: Uint8Array): Uint8Array {
  const content = JSON.parse(Buffer.from(map).toString()) as { sources: string[] };
  const sources = content.sources.map((source) => source.replace(/^(\.\.\/)+.*?(?=node_modules\/)/, ""));
  return Buffer.from(JSON.stringify({ ...content, sources }));
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return Array.isArray((error as Partial<BuildFailure> | undefined)?.errors);
}

function problemOf({ text, location, notes }: Message, top: string, path: string): BulkheadError {
  const file = location?.file;
  const where: Where =
    location && file !== undefined
      ? // esbuild counts columns from 0.
        { file: shown(resolve(top, file)), line: Math.max(location.line, 1), column: location.column + 1 }
      : { file: path };
  return buildFailed(text, where, adviceFor(text) ?? notes[0]?.text);
}

function adviceFor(text: string): string | undefined {
  if (/^Could not resolve "[^./]/.test(text)) {
    return "Install the package, or name it under `external` if the runtime or a layer brings it.";
  }
  if (/No loader is configured for "\.node"/.test(text)) {
    return "Native code can't be bundled: name its package under `external` and put it into a layer.";
  }
  return undefined;
}

function placed({ file, line, column }: { file: string; line: number; column: number }, top: string): string {
  return `${shown(resolve(top, file))}:${line}:${column + 1}`;
}

/** As a person would type it. */
function shown(path: string): string {
  const way = relative(process.cwd(), path);
  return way === "" || way === ".." || way.startsWith(`..${sep}`) ? path : way;
}
