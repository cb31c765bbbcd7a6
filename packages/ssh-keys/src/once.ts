/** What the commands do that look at directory and host once: plan, sync, explain. */

import type { CommandContext } from "@bulkhead/core";
import { attributesToFindBy, readDirectory } from "@bulkhead/directory";
import type { Outcome, Plan } from "@bulkhead/plan";
import { readConfiguration, readOptions } from "./configuration.ts";
import { explain, type Explanation } from "./explain.ts";
import { asPlan } from "./plan.ts";
import { requireRoot } from "./require-root.ts";
import { readSshdStop } from "./sshd-stops.ts";
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

export interface ExplainedOnce {
  readonly explanation: Explanation;
  /** What in sshd's configuration keeps somebody out who should come in. */
  readonly sshd: string | null;
}

/** @throws Ssh.SshdMissing, Ssh.SshdRefuses, and what reading directory and host throws */
export async function explainOnce(
  context: Context,
  account: string | undefined,
  asked: string,
): Promise<ExplainedOnce> {
  const { configuration, read } = await open(context, account, attributesToFindBy);
  const { landingZone } = configuration;
  const planned = planSync(configuration, read, new Date());
  const explanation = explain(asked, { landingZone, read, ...planned });
  const user = planned.found.people.find(({ login }) => login === explanation.user?.login);
  return { explanation, sshd: user && explanation.stops === null ? await readSshdStop(user) : null };
}

async function open(context: Context, account: string | undefined, attributes: readonly string[] = []) {
  requireRoot();
  const configuration = await readConfiguration(context, account);
  const { landingZone } = configuration;
  const read = await readDirectory(landingZone.users, readOptions(configuration, context, attributes));
  return { configuration, read, managementAccountId: landingZone.organization.managementAccountId };
}
