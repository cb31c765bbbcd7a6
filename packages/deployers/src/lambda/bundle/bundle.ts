/** Bundles: from what a function or layer is declared to be made of, to the zip that is deployed. */

import type { Report } from "@bulkhead/core";
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { FunctionDeclaration } from "../model.ts";
import { digestOf } from "./digest.ts";
import { bundleEntry } from "./entry.ts";
import { wrongKind } from "./errors.ts";
import { checkHandler } from "./handler.ts";
import { readFolder } from "./folder.ts";
import { inspectZip } from "./inspect.ts";
import { checkPrefixes } from "./layer.ts";
import { checkUnzipped, totalBytes } from "./limits.ts";
import { byCodePoint } from "./names.ts";
import { insideRoot, isInside, projectRoot } from "./root.ts";
import { writeZip, type ZipFile } from "./zip.ts";
import type { SizedFile, CodeDeclaration, LayerCode, CodeBundle, BundleOptions } from "./model.ts";

/**
 * The zip of a function: the same bytes from the same files, on every machine.
 * @throws BulkheadError `Bundle.*` with what can't be bundled, and where it is
 */
export async function bundleFunction(code: CodeDeclaration, options: BundleOptions): Promise<CodeBundle> {
  const { path, where } = code;
  const real = insideRoot(path, options.root, where);
  if (code.kind === "folder") return pack(readFolder(real, path, where));
  const stats = statSync(real);
  if (!stats.isFile()) throw wrongKind(path, "a file", where);
  if (code.kind === "entry") {
    const files = await bundleEntry(code, real, options);
    checkUnzipped(path, files.map(sized), where);
    return pack(files);
  }
  // No zip is larger than what is in it: this one isn't read to find out.
  checkUnzipped(path, [{ path, bytes: stats.size }], where);
  const zip = readFileSync(real);
  return bundleOf(zip, inspectZip(zip, path, where));
}

/**
 * The zip of a function as it is declared. Paths of the deploy file must lie in its project; one of the command line is
 * taken at its word.
 * @param folder that of the deploy file; the working folder where there is none
 * @throws BulkheadError `Bundle.*`
 */
export async function bundleDeclared(
  { code, runtime, handler, layers }: Pick<FunctionDeclaration, "code" | "runtime" | "handler" | "layers">,
  folder: string,
  report: Report,
): Promise<CodeBundle> {
  const { path, where } = code;
  const project = projectRoot(folder);
  const elsewhere = where === undefined && !isInside(resolve(path), project);
  const root = elsewhere ? projectRoot(dirname(path)) : project;
  const bundle = await bundleFunction(code, { root, runtime, handler, report });
  // A layer can bring the handler.
  if (layers.length === 0) checkHandler({ runtime, handler, path }, bundle.files, where);
  return bundle;
}

/**
 * The zip of a layer.
 * @throws BulkheadError `Bundle.*`
 */
export async function bundleLayer({ path, runtimes, where }: LayerCode, root: string): Promise<CodeBundle> {
  const files = readFolder(insideRoot(path, root, where), path, where);
  checkPrefixes(path, runtimes, files, where);
  return pack(files);
}

/** A bundle from what was brought from elsewhere; its content was checked by its digest. */
export function bundleOfZip(zip: Uint8Array, name: string): CodeBundle {
  return bundleOf(zip, inspectZip(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength), name, undefined));
}

async function pack(files: readonly ZipFile[]): Promise<CodeBundle> {
  const inOrder = files.map(sized).sort((a, b) => byCodePoint(a.path, b.path));
  return bundleOf(await writeZip(files), inOrder);
}

function sized({ path, content }: ZipFile): SizedFile {
  return { path, bytes: content.length };
}

function bundleOf(zip: Uint8Array, files: readonly SizedFile[]): CodeBundle {
  return { zip, ...digestOf(zip), bytes: zip.length, unzippedBytes: totalBytes(files), files };
}
