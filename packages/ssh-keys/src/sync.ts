/** One sync: the host is read, compared with what is wanted, and changed, under a lock that keeps others out. */

import type { Report } from "@bulkhead/core";
import type { DirectoryRead } from "@bulkhead/directory";
import { planId, type Outcome } from "@bulkhead/plan";
import { existsSync } from "node:fs";
import { readHost } from "./actual.ts";
import { applyHost, type ApplyContext } from "./apply.ts";
import { restoreRevokedKeys } from "./apply-revoked-keys.ts";
import type { Configuration } from "./configuration.ts";
import { wantedHere } from "./desired.ts";
import { approvesNothing } from "./errors.ts";
import { removeLeftovers } from "./leftovers.ts";
import { underSyncLock } from "./lock.ts";
import type { FoundHost, Wanted } from "./model.ts";
import { REVOKED_FILE, STATE_FILE, SUDOERS_FILE } from "./paths.ts";
import { asPlan, planClosing, planHost, type HostPlan } from "./plan.ts";

export interface SyncContext {
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly now: Date;
}

export interface Synced {
  readonly plan: HostPlan;
  readonly outcomes: readonly Outcome[];
  /** As it was before. */
  readonly found: FoundHost;
  readonly wanted: Wanted;
}

/** What a sync would do. @throws Ssh.StateUnreadable, Ssh.StateLost, Ssh.FileUnusable */
export function planSync(
  { landingZone, account }: Configuration,
  read: DirectoryRead,
  now: Date,
): Omit<Synced, "outcomes"> {
  const wanted = wantedHere(landingZone, account, read);
  const found = readHost(now);
  const { maxLeavers } = landingZone.ssh;
  return { plan: planHost(wanted, found, { maxLeavers, today: dayOf(now) }), wanted, found };
}

/**
 * @param approved id of the plan whose losses are let through, whatever the ceiling
 * @throws Ssh.Locked, Ssh.ApprovesNothing, and what `planSync` throws; what fails in applying is an outcome
 */
export async function sync(
  configuration: Configuration,
  read: DirectoryRead,
  context: SyncContext,
  approved?: string,
): Promise<Synced> {
  return underSyncLock(context.signal, async () => {
    removeLeftovers(REVOKED_FILE, SUDOERS_FILE, STATE_FILE);
    const planned = planSync(configuration, read, context.now);
    const plan = approved === undefined ? planned.plan : approve(planned.plan, configuration, approved);
    const { wanted, found } = planned;
    return { plan, wanted, found, outcomes: await applyHost(plan.changes, applyContext(wanted, found, context)) };
  });
}

/** Makes the file of revoked keys where it is missing, whatever the directory says. @throws Ssh.Locked, Ssh.UnsafePath, Ssh.FileUnusable */
export async function keepRevokedKeys(signal: AbortSignal): Promise<void> {
  if (existsSync(REVOKED_FILE)) return;
  await underSyncLock(signal, restoreRevokedKeys);
}

/** Takes everybody's keys away until the directory answers again. @throws Ssh.Locked, Ssh.StateUnreadable, … */
export async function close(
  { account }: Configuration,
  reason: string,
  context: SyncContext,
): Promise<Pick<Synced, "plan" | "outcomes" | "found">> {
  return underSyncLock(context.signal, async () => {
    const found = readHost(context.now);
    const plan = planClosing(account, found, reason);
    const wanted = { people: [], endProcesses: false };
    return { plan, found, outcomes: await applyHost(plan.changes, applyContext(wanted, found, context)) };
  });
}

function applyContext(
  wanted: ApplyContext["wanted"],
  found: FoundHost,
  { report, signal, now }: SyncContext,
): ApplyContext {
  return { wanted, found, report, signal, today: dayOf(now) };
}

function approve(plan: HostPlan, { landingZone }: Configuration, approved: string): HostPlan {
  const id = planId(asPlan(plan, landingZone.organization.managementAccountId));
  if (id !== approved) throw approvesNothing(approved, id);
  const released = plan.held.filter(({ approvable }) => approvable).map(({ change }) => change);
  return { ...plan, changes: [...plan.changes, ...released], held: plan.held.filter(({ approvable }) => !approvable) };
}

/** UTC, as 2026-11-22. */
function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}
