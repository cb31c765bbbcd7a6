/** `bundle`: what deploying would send, without AWS: its digest and files, and the zip itself where one is wanted. */

import { writeWhole, type CommandContext, type JsonObject, type Result, type Style } from "@bulkhead/core";
import { lockFilePath, readLockFile } from "@bulkhead/landing-zone";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { missingFlags } from "../../errors.ts";
import { loadTargets } from "../../run.ts";
import type { functionFlags } from "../../target-flags.ts";
import { bundleDeclared, bundleLayer } from "../bundle/bundle.ts";
import { outNeedsFolder, outUnwritable } from "../bundle/errors.ts";
import { projectRoot } from "../bundle/root.ts";
import { chosenFunctions } from "../chosen.ts";
import { functionFromFlags } from "../declare.ts";
import type { FunctionDeclaration, LayerDeclaration } from "../model.ts";
import type { CodeBundle } from "../bundle/model.ts";

type BundleFlags = CommandContext<typeof functionFlags>["flags"] & { readonly out: string | undefined };
export type BundleContext = Omit<CommandContext<typeof functionFlags>, "flags"> & { readonly flags: BundleFlags };

/** What is bundled, and for whom: environments mostly share it. */
interface Item {
  readonly kind: "function" | "layer";
  readonly key: string;
  readonly environments: string[];
  readonly make: () => Promise<CodeBundle>;
}

interface Made extends Item {
  readonly bundle: CodeBundle;
  /** Where the zip was written to. */
  readonly out: string | undefined;
}

const filesShown = 10;

/** @throws Bundle.*; what loading the deploy file throws */
export async function runBundle(context: BundleContext): Promise<Result> {
  const { out } = context.flags;
  const items = itemsOf(context);
  const single = out?.endsWith(".zip") === true;
  if (single && items.length !== 1) throw outNeedsFolder(out, items.length);
  const made: Made[] = [];
  for (const item of items) {
    const bundle = await item.make();
    const path = out === undefined || single ? out : join(out, nameOf(item, items));
    if (path !== undefined) await write(path, bundle.zip, single ? undefined : out);
    made.push({ ...item, bundle, out: path });
  }
  return {
    document: { kind: "bundles", version: 1, bundles: made.map(documentOf) },
    text: (style) => made.map((one) => render(one, style)).join("\n"),
  };
}

function itemsOf({ flags, args, report }: BundleContext): readonly Item[] {
  const items = new Map<string, Item>();
  const add = (declared: unknown, item: Item): void => {
    const key = JSON.stringify([item.kind, item.key, declared]);
    const known = items.get(key);
    if (known) known.environments.push(...item.environments);
    else items.set(key, item);
  };
  const addFunction = (declaration: FunctionDeclaration, environments: string[], folder: string): void => {
    const { key, code, runtime, handler } = declaration;
    const make = () => bundleDeclared(declaration, folder, report);
    add([code, runtime, handler], { kind: "function", key, environments, make });
  };
  const addLayer = ({ key, code }: LayerDeclaration, environments: string[], folder: string): void => {
    add(code, { kind: "layer", key, environments, make: () => bundleLayer(code, projectRoot(folder)) });
  };
  if (flags.code !== undefined && flags["deploy-file"] === undefined) {
    // No account is asked for: nothing goes anywhere.
    if (flags.runtime === undefined) throw missingFlags(["--runtime"]);
    const named = { ...flags, function: flags.function ?? "function" };
    for (const one of functionFromFlags(named)) addFunction(one, [], ".");
    return [...items.values()];
  }
  for (const target of loadTargets(flags, () => readLockFile(lockFilePath(flags.file)), ["function", "code"])) {
    const environments = target.environment === undefined ? [] : [target.environment];
    for (const one of chosenFunctions(target.functions, args)) addFunction(one, [...environments], target.folder);
    if (args.length > 0) continue;
    for (const one of target.layers) addLayer(one, [...environments], target.folder);
  }
  return [...items.values()];
}

/** With the environment in it where that makes a difference. */
function nameOf({ kind, key, environments }: Item, items: readonly Item[]): string {
  const alike = items.filter((other) => other.kind === kind && other.key === key);
  const parts = [...(kind === "layer" ? ["layer"] : []), key, ...(alike.length > 1 ? environments : [])];
  return `${parts.join("-")}.zip`;
}

async function write(path: string, zip: Uint8Array, folder: string | undefined): Promise<void> {
  try {
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    await writeWhole(path, zip);
  } catch (cause) {
    throw outUnwritable(path, cause);
  }
}

function documentOf({ kind, key, environments, bundle, out }: Made): JsonObject {
  const { digest, codeSha256, bytes, unzippedBytes, files } = bundle;
  const listed = files.map(({ path, bytes: size }) => ({ path, bytes: size }));
  return { kind, key, environments, digest, codeSha256, bytes, unzippedBytes, files: listed, out: out ?? null };
}

function render({ kind, key, environments, bundle, out }: Made, style: Style): string {
  const { digest, bytes, unzippedBytes, files } = bundle;
  const head = [
    `${kind === "layer" ? "layer " : ""}${key}${environments.length === 0 ? "" : ` (${environments.join(", ")})`}`,
    digest,
    `${number(bytes)} bytes, ${number(unzippedBytes)} unzipped`,
    ...(out === undefined ? [] : [`→ ${out}`]),
  ];
  const largest = [...files].sort((a, b) => b.bytes - a.bytes).slice(0, filesShown);
  const rest = files.length - largest.length;
  const lines = [
    ...largest.map(({ path, bytes: size }) => `${number(size).padStart(13)}  ${path}`),
    ...(rest === 0 ? [] : [`${" ".repeat(15)}and ${number(rest)} smaller ones`]),
  ];
  return [head.join("  "), ...lines.map((line) => style.dim(line))].join("\n");
}

function number(value: number): string {
  return value.toLocaleString("en");
}
