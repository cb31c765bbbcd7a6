/** A key file against the keys that it should hold, as the field of a change: pure. */

import { fingerprint, lineOf, parseKey, type PublicKey } from "./keys.ts";
import type { FoundFile } from "./model.ts";

type Flags = Readonly<Record<string, boolean>>;

/** Stands for whatever else is wrong with the file: its owner, its mode, lines that are no keys. */
const otherwise = "changed by somebody else";

/**
 * Before and after, by type and fingerprint; both empty where nothing differs, so that fingerprints are made only of
 * keys that a change speaks of.
 * @param file null where there is none
 */
export function keysField(
  file: FoundFile | null,
  wanted: readonly PublicKey[],
): { readonly before: Flags; readonly after: Flags } {
  const lines = wanted.map(lineOf);
  const found = file?.lines ?? [];
  const intact = file === null || file.intact;
  // An empty file lets nobody in, but who has no key has no file.
  const empty = file !== null && found.length === 0 && lines.length === 0;
  if (intact && !empty && found.length === lines.length && found.every((line, index) => line === lines[index])) {
    return { before: {}, after: {} };
  }
  const there = new Map(found.map((line) => [nameOf(line), true] as const));
  if (!intact || empty) there.set(otherwise, true);
  const names = wanted.map(fingerprint);
  return {
    before: Object.fromEntries(there),
    after: Object.fromEntries([
      ...names.map((name) => [name, true] as const),
      ...[...there.keys()].filter((name) => !names.includes(name)).map((name) => [name, false] as const),
    ]),
  };
}

function nameOf(line: string): string {
  const key = parseKey(line);
  return typeof key === "string" ? otherwise : fingerprint(key);
}
