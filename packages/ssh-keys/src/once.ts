/** What the commands do that look at directory and host once: plan, sync, explain. */

import type { CommandContext } from "@bulkhead/core";
import { attributesToFindBy, readDirectory } from "@bulkhead/directory";
import type { Outcome, Plan } from "@bulkhead/plan";
import { readConfiguration, readOptions, requireRoot } from "./configuration.ts";
import { explain, type Explanation } from "./explain.ts";
import { asPlan } from "./plan.ts";
import { planSync, sync } from "./sync.ts";

type Context = Pick<CommandContext, "flags" | "env" | "report" | "signal">;

export interface PlannedOnce {
  readonly plan: Plan;
  /** Why nothing is changed, or null if the directory was read completely. */
  readonly incomplete: string | null;
}

export async function planOnce(context: Context, account: string | undefined): Promise<PlannedOnce> {
  const { configuration, read, managementAccountId } = await open(context, account);
  const { plan, wanted } = planSync(configuration, read, new Date());
  return { plan: asPlan(plan, managementAccountId), incomplete: wanted.incomplete };
}

export async function syncOnce(
  context: Context,
  account: string | undefined,
  approved: string | undefined,
): Promise<PlannedOnce & { readonly outcomes: readonly Outcome[] }> {
  const { configuration, read, managementAccountId } = await open(context, account);
  const { report, signal } = context;
  const { plan, wanted, outcomes } = await sync(configuration, read, { report, signal, now: new Date() }, approved);
  return { plan: asPlan(plan, managementAccountId), incomplete: wanted.incomplete, outcomes };
}

export async function explainOnce(context: Context, account: string | undefined, asked: string): Promise<Explanation> {
  const { configuration, read } = await open(context, account, attributesToFindBy);
  const { landingZone } = configuration;
  return explain(asked, { landingZone, read, ...planSync(configuration, read, new Date()) });
}

async function open(context: Context, account: string | undefined, attributes: readonly string[] = []) {
  requireRoot();
  const configuration = await readConfiguration(context, account);
  const { landingZone } = configuration;
  const read = await readDirectory(landingZone.users, readOptions(configuration, context, attributes));
  return { configuration, read, managementAccountId: landingZone.organization.managementAccountId };
}
