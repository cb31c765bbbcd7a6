/** Reads every place side by side: one that can't be read makes its own cells unknown, and the others go on. */

import { asBulkheadError, type BulkheadError, type Report } from "@bulkhead/core";
import pLimit from "p-limit";
import type { Found, Reach } from "./control.ts";
import type { WantedPlace } from "./desired.ts";
import { inEnabledRegion } from "./enabled-region.ts";
import type { Readiness } from "@bulkhead/stages";

export type ReadPlace = WantedPlace &
  (
    | { readonly status: "read"; readonly found: readonly Found[] }
    | { readonly status: "unknown"; readonly error: BulkheadError }
  );

export interface ReadOptions {
  readonly concurrency: number;
  readonly readiness: Readiness;
  readonly report: Report;
}

/** In the order of `places`. */
export function readPlaces(
  places: readonly WantedPlace[],
  reach: Reach,
  { concurrency, readiness, report }: ReadOptions,
): Promise<readonly ReadPlace[]> {
  const limit = pLimit(concurrency);
  /** An account that can't be entered isn't tried once more for each of its other places. A new one may be soon. */
  const closed = new Map<string, BulkheadError>();
  let done = 0;
  const look = async ({ control, site }: WantedPlace): Promise<readonly Found[]> => {
    const known = closed.get(site.account);
    if (known) throw known;
    try {
      return await inEnabledRegion(site, reach, () => control.read(site, reach));
    } catch (thrown) {
      const error = asBulkheadError(thrown);
      if (error.code === "Credentials.CannotEnter" && !readiness.isNew(site.account)) closed.set(site.account, error);
      throw error;
    }
  };
  const read = async (place: WantedPlace): Promise<ReadPlace> => {
    try {
      // Who waits for a new account holds up nobody else.
      const found = await readiness.patiently(place.site.account, () => limit(() => look(place)));
      return { ...place, status: "read", found };
    } catch (thrown) {
      return { ...place, status: "unknown", error: asBulkheadError(thrown) };
    } finally {
      report({ type: "progress", task: "reading the baseline", done: ++done, total: places.length });
    }
  };
  return Promise.all(places.map(read));
}
