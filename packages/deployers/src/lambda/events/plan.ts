/** Plans the wiring of one function: what is declared against what is wired to its alias. */

import type { DeployRun } from "../../run.ts";
import { readEvents } from "./actual.ts";
import { desiredEvents } from "./desired.ts";
import { diffEvents, type EventDiff } from "./diff.ts";
import type { EventPlan, Found, WiredFunction } from "./model.ts";
import type { EventInput } from "./schema.ts";
import { openSite, type Site } from "./site.ts";
import type { Declared } from "../../deploy-file/declared.ts";

export interface WholePlan {
  readonly site: Site;
  readonly diff: EventDiff;
  readonly unmanaged: readonly string[];
}

const nothing: Found = { wirings: [], permissions: [], unmanaged: [] };

/**
 * Reads only: the alias's mappings and policy (two calls), and one or two more for each source that isn't a queue or
 * stream.
 * @throws Lambda.EventInvalid, .EventTwice; what look-ups throw
 */
export async function planEvents(
  run: DeployRun,
  fn: WiredFunction,
  events: readonly Declared<EventInput>[],
): Promise<EventPlan> {
  const { diff, unmanaged } = await planWiring(run, fn, events);
  return { changes: diff.changes, unmanaged };
}

/** The plan with all that carrying it out needs. */
export async function planWiring(
  run: DeployRun,
  fn: WiredFunction,
  events: readonly Declared<EventInput>[],
): Promise<WholePlan> {
  const site = await openSite(run, fn);
  const wanted = await desiredEvents(run, site, events);
  const found = fn.exists ? await readEvents(site, wanted) : nothing;
  return { site, diff: diffEvents(wanted, found), unmanaged: found.unmanaged };
}
