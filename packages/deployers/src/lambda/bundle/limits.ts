/**
 * Lambda's limits of code, so that a person hears of them before anything is packed or sent.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */

import type { Where } from "@bulkhead/core";
import { bundleNeedsBucket, tooLarge } from "./errors.ts";
import type { SizedFile } from "./model.ts";

/** Bytes of a zip in the call itself: 50 MB; a larger one has to lie in S3. */
const directBytes = 50 * 1024 * 1024;
/** Bytes of all files of a function and its layers: 250 MB. */
const unzippedLimit = 250 * 1024 * 1024;

/** Files in a zip; more needs ZIP64. */
export const filesLimit = 65_535;

export function totalBytes(files: readonly SizedFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * @param what the path that is bundled
 * @throws Bundle.TooLarge, naming the largest files
 */
export function checkUnzipped(what: string, files: readonly SizedFile[], where: Where | undefined): void {
  const total = totalBytes(files);
  if (total > unzippedLimit) throw tooLarge(what, total, unzippedLimit, largest(files), where);
}

/**
 * A function and its layers share a limit.
 * @throws Bundle.TooLarge, naming the parts
 */
export function checkWithLayers(what: string, parts: readonly SizedFile[], where: Where | undefined): void {
  checkUnzipped(`${what} with its layers`, parts, where);
}

/**
 * What has no artifact bucket goes in the call.
 * @throws Bundle.NeedsBucket
 */
export function checkDirect(what: string, bytes: number, where: Where | undefined): void {
  if (bytes > directBytes) throw bundleNeedsBucket(what, bytes, directBytes, where);
}

function largest(files: readonly SizedFile[]): readonly SizedFile[] {
  return [...files].sort((a, b) => b.bytes - a.bytes).slice(0, 5);
}
