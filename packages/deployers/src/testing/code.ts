/** Folders of code for tests, and bundling them as a test would have it. */

import { silent, type Report } from "@bulkhead/core";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundleFunction } from "../lambda/bundle/bundle.ts";
import type { CodeBundle } from "../lambda/bundle/model.ts";

export interface CodeFolder extends Disposable {
  readonly root: string;
  path(name: string): string;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  /** Bundles a folder of it. */
  folder(name: string): Promise<CodeBundle>;
  /** Bundles a ready zip of it. */
  zip(name: string): Promise<CodeBundle>;
  /** Bundles an entry of it. */
  entry(name: string, options?: EntryOptions): Promise<CodeBundle>;
}

export interface EntryOptions {
  readonly sourceMap?: boolean;
  readonly external?: readonly string[];
  readonly runtime?: string;
  readonly handler?: string;
  readonly report?: Report;
  readonly root?: string;
}

/** A folder that is its own root, deleted with the object. */
export function codeFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): CodeFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-code-")));
  const path = (name: string): string => join(root, name);
  const write: CodeFolder["write"] = (more) => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
    }
  };
  write(files);
  const options = { root, runtime: "nodejs22.x", handler: "index.handler", report: silent };
  return {
    root,
    path,
    write,
    folder: (name) => bundleFunction({ kind: "folder", path: path(name), where: undefined }, options),
    zip: (name) => bundleFunction({ kind: "zip", path: path(name), where: undefined }, options),
    entry: (name, { sourceMap = false, external = [], ...more } = {}) => {
      const code = { kind: "entry", path: path(name), sourceMap, external, where: undefined } as const;
      return bundleFunction(code, { ...options, ...more });
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
