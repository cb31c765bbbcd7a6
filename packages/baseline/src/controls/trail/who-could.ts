/** The accounts of the file whose administrators could do something. */

import type { JsonObject } from "@bulkhead/core";
import type { Estate } from "../../control.ts";
import { administratorsOf, type Administrator } from "./alterable.ts";
import type { Layout } from "./model.ts";

/**
 * Names of accounts, sorted. The management account isn't asked about: the trail is its own. An account that doesn't
 * exist yet has no administrators.
 * @param policy which may name some of them
 * @param actions what an administrator could do
 */
export function whoCould(
  { landingZone, knownId }: Estate,
  layout: Layout,
  policy: JsonObject | null,
  actions: (who: Administrator) => readonly string[],
): string[] {
  return landingZone.accounts
    .map(({ name }) => name)
    .filter((name) => {
      const id = knownId(name);
      return id !== undefined && administratorsOf(id, layout, policy).some((who) => actions(who).length > 0);
    });
}
