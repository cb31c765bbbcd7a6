/** Names in a zip: those that mean the same on every system. Pure. */

import { badName, sameName } from "./errors.ts";

/**
 * @param names paths from the top of the zip
 * @param file where they come from, for errors
 * @throws Bundle.BadName, Bundle.SameName
 */
export function checkNames(names: readonly string[], file: string): void {
  const known = new Map<string, string>();
  for (const name of names) {
    const reason = reasonAgainst(name);
    if (reason !== undefined) throw badName(name, reason, file);
    // A Mac takes names that differ in their Unicode form alone for one, and which it writes depends on the disk.
    const normal = name.normalize("NFC");
    const other = known.get(normal);
    if (other !== undefined) throw sameName(other, name, file);
    known.set(normal, name);
  }
}

function reasonAgainst(name: string): string | undefined {
  if (name.includes("\uFFFD")) return "it isn't UTF-8";
  if (name.includes("\\")) return "some systems take \\ for a folder";

  if (/[\u0000-\u001f\u007f]/.test(name)) return "it holds control characters";
  if (name.startsWith("/") || /^[A-Za-z]:/.test(name)) return "it is absolute";
  if (name.split("/").includes("..")) return "it leads out";
  return undefined;
}

/** Sorts by code point, which no locale changes. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
