/** The errors of bundling. */

import type { BulkheadError, Where } from "@bulkhead/core";
import type { SizedFile } from "./model.ts";
import { problem } from "../../problem.ts";

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

export const codeMissing = (path: string, where: Where | undefined): BulkheadError =>
  problem("Bundle.Missing", `There is no ${path}`, { where, next: "Paths are relative to the file that names them." });

export const wrongKind = (path: string, wanted: "a file" | "a folder", where: Where | undefined): BulkheadError =>
  problem("Bundle.WrongKind", `${path} isn't ${wanted}`, {
    where,
    next: "`entry` and `zip` name a file, `folder` a folder.",
  });

export const outOfRoot = (path: string, root: string, where: Where | undefined): BulkheadError =>
  problem("Bundle.OutOfRoot", `${path} lies outside of ${root}; nothing from there gets into a bundle`, {
    where,
    next: "The root is the top of the git working tree; without one, the folder of the deploy file.",
  });

export const importOutOfRoot = (paths: readonly string[], root: string, where: Where): BulkheadError =>
  problem("Bundle.OutOfRoot", `It imports from outside of ${root}: ${paths.join(", ")}`, {
    where,
    next: "Only packages in node_modules may lie outside of the root, the top of the git working tree.",
  });

export const entryNeedsNode = (path: string, runtime: string, where: Where | undefined): BulkheadError =>
  problem("Bundle.EntryNeedsNode", `${path} is bundled for Node.js, but the runtime is ${runtime}`, {
    where,
    next: "Declare `folder` in place of `entry`, or a runtime such as nodejs22.x.",
  });

export const buildFailed = (message: string, where: Where, next: string | undefined): BulkheadError =>
  problem("Bundle.BuildFailed", message, { where, next });

export const bundlerMissing = (cause: unknown): BulkheadError =>
  problem("Bundle.NoBundler", `esbuild can't be run: ${firstLine(cause)}`, {
    next: "Install the package esbuild for this system, with its optional dependencies, or declare `folder` or `zip`.",
    cause,
  });

const firstLine = (cause: unknown): string =>
  String((cause as Partial<Error> | undefined)?.message).split("\n", 1)[0] ?? "";

export const noHandler = (path: string, handler: string, file: string, where: Where | undefined): BulkheadError =>
  problem("Bundle.NoHandler", `The handler is ${handler}, but there is no ${file} in ${path}`, {
    where,
    next: "Paths of handlers begin at the top of the zip.",
  });

export const leadsOut = (link: string, folder: string): BulkheadError =>
  problem("Bundle.LeadsOut", `The link ${link} leads out of ${folder}`, {
    where: { file: link },
    next: "Put the file itself there, or name the link in .bulkheadignore.",
  });

export const leadsNowhere = (link: string): BulkheadError =>
  problem("Bundle.LeadsNowhere", `The link ${link} leads to nothing`, {
    where: { file: link },
    next: "Mend it, or name it in .bulkheadignore.",
  });

export const leadsBack = (link: string): BulkheadError =>
  problem("Bundle.LeadsBack", `The link ${link} leads to a folder that it lies in itself`, {
    where: { file: link },
    next: "Name it in .bulkheadignore.",
  });

export const notAFile = (path: string, kind: string): BulkheadError =>
  problem("Bundle.NotAFile", `${path} is ${kind}; only files and folders can be bundled`, {
    where: { file: path },
    next: "Name it in .bulkheadignore.",
  });

export const badName = (name: string, reason: string, file: string): BulkheadError =>
  problem("Bundle.BadName", `The name ${JSON.stringify(name)} can't stand in a bundle: ${reason}`, { where: { file } });

export const sameName = (name: string, other: string, file: string): BulkheadError =>
  problem(
    "Bundle.SameName",
    `${JSON.stringify(name)} and ${JSON.stringify(other)} are the same name to some systems; only one can be bundled`,
    { where: { file } },
  );

export const unreadable = (path: string, cause: unknown): BulkheadError =>
  problem("Bundle.Unreadable", `${path} can't be read`, { where: { file: path }, cause });

export const changedMeanwhile = (path: string): BulkheadError =>
  problem("Bundle.Changed", `${path} changed while it was read`, {
    where: { file: path },
    next: "Let what writes it finish, then bundle again.",
  });

export const nothingIn = (path: string, where: Where | undefined): BulkheadError =>
  problem("Bundle.Empty", `There is nothing in ${path} to bundle`, {
    where,
    next: "Look at its .bulkheadignore, if there is one.",
  });

export const brokenZip = (path: string, reason: string): BulkheadError =>
  problem("Bundle.BrokenZip", `${path} isn't a zip that can be deployed: ${reason}`, {
    where: { file: path },
    next: "Pack it again, or declare `folder` and let Bulkhead pack it.",
  });

export const tooLarge = (
  what: string,
  found: number,
  limit: number,
  largest: readonly SizedFile[],
  where: Where | undefined,
): BulkheadError =>
  problem(
    "Bundle.TooLarge",
    `${what} has ${megabytes(found)} (${found.toLocaleString("en")} bytes); Lambda takes ${megabytes(limit)}, layers included. ` +
      `The largest: ${largest.map(({ path, bytes }) => `${path} (${megabytes(bytes)})`).join(", ")}`,
    { where, next: "Name what isn't needed in .bulkheadignore." },
  );

export const tooManyFiles = (limit: number): BulkheadError =>
  problem("Bundle.TooManyFiles", `There are more than ${limit.toLocaleString("en")} files or folders to bundle`, {
    next: "Name what isn't needed in .bulkheadignore.",
  });

export const bundleNeedsBucket = (
  what: string,
  found: number,
  limit: number,
  where: Where | undefined,
): BulkheadError =>
  problem("Bundle.NeedsBucket", `${what} has ${megabytes(found)} as a zip; a call takes ${megabytes(limit)}`, {
    where,
    next: "Declare artifactBucket (without a deploy file: --artifact-bucket).",
  });

export const layerWithoutPrefix = (
  path: string,
  runtime: string,
  prefixes: readonly string[],
  where: Where | undefined,
): BulkheadError =>
  problem("Bundle.LayerLayout", `Layer ${path} is for ${runtime}, but has nothing in ${prefixes.join(" or ")}`, {
    where,
    next: "A layer is unpacked to /opt as it is; its runtime finds packages only there.",
  });

export const outNeedsFolder = (out: string, count: number): BulkheadError =>
  problem("Bundle.OutNeedsFolder", `${out} is one file, but there are ${count} bundles`, {
    next: "Give --out a folder, or name one function.",
  });

export const outUnwritable = (path: string, cause: unknown): BulkheadError =>
  problem("Bundle.OutUnwritable", `The zip can't be written to ${path}`, {
    next: "Give --out a place that you may write to.",
    cause,
  });
