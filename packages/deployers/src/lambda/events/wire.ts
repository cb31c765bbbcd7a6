/** Wires one function: plans anew, and carries out what the plan says. */

import type { DeployRun } from "../../run.ts";
import { applyEvents } from "./apply.ts";
import type { EventChange, WiredFunction } from "./model.ts";
import { planWiring } from "./plan.ts";
import type { EventInput } from "./schema.ts";
import type { Declared } from "../../deploy-file/declared.ts";

/**
 * To be called under the lease, after the alias points where it should. Killed anywhere, the next call finishes it.
 * @param events all that are declared; none unwires
 * @returns what was changed
 */
export async function wireEvents(
  run: DeployRun,
  fn: WiredFunction,
  events: readonly Declared<EventInput>[],
): Promise<readonly EventChange[]> {
  const { site, diff } = await planWiring(run, fn, events);
  if (diff.changes.length === 0) return [];
  await applyEvents(site, diff);
  return diff.changes;
}
