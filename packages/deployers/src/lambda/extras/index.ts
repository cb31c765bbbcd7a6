/** Extras: what stands beside a function's versions. Each is read only where it is declared or known to be there. */

import type { FieldChange } from "../model.ts";
import type { Extra, ExtraPlace } from "./extra.ts";
import { logRetention } from "./log-retention.ts";
import { permissions } from "./permissions.ts";
import { provisionedConcurrency } from "./provisioned-concurrency.ts";
import { reservedConcurrency } from "./reserved-concurrency.ts";
import { functionUrl } from "./url.ts";

/** In the order in which they are set: who may use a URL before the URL is there. */
const extras: readonly Extra[] = [logRetention, reservedConcurrency, permissions, functionUrl, provisionedConcurrency];

/** Reads them, side by side. */
export async function planExtras(place: ExtraPlace): Promise<readonly FieldChange[]> {
  const { wanted, found } = place;
  const changes = await Promise.all(extras.map((extra) => (extra.matters(wanted, found) ? extra.plan(place) : [])));
  return changes.flat();
}

/** Sets what differs; the alias exists. */
export async function applyExtras(place: ExtraPlace): Promise<void> {
  const { wanted, found } = place;
  for (const extra of extras) if (extra.matters(wanted, found)) await extra.apply(place);
}
