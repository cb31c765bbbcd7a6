/** What a plan has for somebody or something, for those who ask about it alone: pure. */

import type { Change, Held } from "./change.ts";

/** @returns a sentence each, those that are held with the reason */
export function pendingFor(
  { changes, held }: { readonly changes: readonly Change[]; readonly held: readonly Held[] },
  isAbout: (change: Change) => boolean,
): readonly string[] {
  return [
    ...changes.filter(isAbout).map(({ sentence }) => sentence),
    ...held
      .filter(({ change }) => isAbout(change))
      .map(({ change, reason }) => `${change.sentence}, which is held: ${reason}`),
  ];
}
