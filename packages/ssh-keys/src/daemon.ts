/**
 * Follows the directory and keeps the host in step, until it is told to stop.
 *
 *   what happens                                    | what the daemon does
 *   ------------------------------------------------+----------------------------------------------------------------
 *   something changed in the directory              | sync
 *   ten minutes passed                              | sync with the last read: what was changed by hand is put right
 *   a sync failed, wholly or in part                | the same again within a minute
 *   the directory is silent, or was read in part    | nothing; what stands stands, and health says so
 *   … for longer than ssh.maxStaleHours             | takes all keys away, and gives them back after the next read
 *   the file of revoked keys is missing             | makes it within a minute, also in silence: sshd refuses everybody
 *   sshd wouldn't let somebody of ours in           | nothing; health says so, within ten minutes
 *   SIGTERM                                         | ends the sync in hand, then itself
 */

import { asBulkheadError, type BulkheadError, type Report } from "@bulkhead/core";
import { followDirectory, type DirectoryRead, type FollowEvent, type FollowOptions } from "@bulkhead/directory";
import { summariseOutcomes, type Outcome } from "@bulkhead/plan";
import { setTimeout as sleep } from "node:timers/promises";
import { readHost } from "./actual.ts";
import type { Configuration } from "./configuration.ts";
import { startHealth } from "./health/server.ts";
import { readLastRead, writeLastRead } from "./last-read.ts";
import { removeLeftovers } from "./leftovers.ts";
import { underLock } from "./lock.ts";
import type { FoundHost } from "./model.ts";
import { LAST_READ_FILE, WATCH_LOCK } from "./paths.ts";
import { countPeople } from "./people-count.ts";
import type { HostPlan } from "./plan.ts";
import { requireRoot } from "./require-root.ts";
import { readSshdStop } from "./sshd-stops.ts";
import type { Status } from "./status.ts";
import { close, keepRevokedKeys, sync, type SyncContext } from "./sync.ts";

/** Milliseconds between two looks at the clock, and between two syncs without a reason. */
const tickMs = 60_000;
const selfCheckMs = 600_000;

export interface WatchOptions {
  readonly follow: FollowOptions;
  /** Where health is served, `ADDRESS:PORT`; on this host's own address without it. */
  readonly listen: string | undefined;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** @throws Ssh.NotRoot, Ssh.Locked, Ssh.ListenFailed, Directory.* where it can't even start */
export async function watch(configuration: Configuration, options: WatchOptions): Promise<void> {
  requireRoot();
  await underLock(WATCH_LOCK, { what: "`bulkhead ssh watch`", patienceMs: 0 }, async () => {
    removeLeftovers(LAST_READ_FILE);
    const daemon = new Daemon(configuration, options);
    const health = await startHealth(() => daemon.status, options.listen);
    await daemon.run().finally(() => health[Symbol.asyncDispose]());
  });
}

class Daemon {
  readonly #configuration: Configuration;
  readonly #options: WatchOptions;
  #read: DirectoryRead | undefined;
  #status: Status;
  /** Why the directory can't be followed at the moment. */
  #silence: string | null = null;
  /** What in sshd's configuration keeps our people out, and when it was looked at last, in milliseconds. */
  #sshdStop: string | null = null;
  #sshdSeenAt = 0;
  /** When the last sync ended, in milliseconds; and whether it has to be repeated. */
  #syncedAt = 0;
  #unfinished = false;
  /** Syncs stand in line. */
  #line: Promise<void> = Promise.resolve();

  constructor(configuration: Configuration, options: WatchOptions) {
    this.#configuration = configuration;
    this.#options = options;
    this.#status = {
      startedAt: new Date(),
      lastGoodRead: readLastRead(),
      lastSync: null,
      mode: "starting",
      people: 0,
      keys: 0,
      leavers: 0,
      held: 0,
      closed: false,
      errors: {},
      problem: null,
    };
  }

  get status(): Status {
    return { ...this.#status, problem: this.#silence ?? this.#status.problem ?? this.#sshdStop };
  }

  async run(): Promise<void> {
    const { follow, signal } = this.#options;
    await this.#inLine(() => this.#keepLogins());
    const ticking = this.#tickUntil(signal);
    for await (const event of followDirectory(this.#configuration.landingZone.users, follow)) {
      await this.#take(event);
    }
    await ticking;
    await this.#line;
  }

  async #take(event: FollowEvent): Promise<void> {
    switch (event.type) {
      case "live":
        this.#silence = null;
        this.#set({ mode: event.mode });
        break;
      case "current":
        if (this.#isComplete()) await this.#knownAt(event.at);
        if (this.#status.closed) await this.#inLine(() => this.#sync());
        break;
      case "stale":
        this.#tell(event.reason);
        this.#silence = event.reason.message;
        this.#set({ mode: "stale" });
        break;
      case "read":
        this.#read = event.read;
        if (this.#isComplete()) await this.#knownAt(event.at);
        await this.#inLine(() => this.#sync());
    }
  }

  async #tickUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(tickMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#inLine(() => this.#tick());
    }
  }

  async #tick(): Promise<void> {
    await this.#keepLogins();
    // Who listens to every change knows what there is.
    if (this.#status.mode === "syncrepl" && this.#isComplete()) await this.#knownAt(new Date());
    if (this.#isTooStale()) await this.#close();
    else if (this.#unfinished || Date.now() - this.#syncedAt >= selfCheckMs) await this.#sync();
  }

  async #keepLogins(): Promise<void> {
    await keepRevokedKeys(this.#options.signal).catch((error: unknown) => {
      this.#failed(asBulkheadError(error));
    });
  }

  async #sync(): Promise<void> {
    const read = this.#read;
    if (read === undefined || (this.#status.closed && !read.proof.complete)) return;
    await this.#change(async (context) => {
      const { plan, outcomes, found } = await sync(this.#configuration, read, context);
      const { complete, reasons } = read.proof;
      const partly = complete
        ? null
        : `The directory wasn't read completely: ${reasons.map(({ message }) => message).join(" ")}`;
      this.#set({ closed: false });
      return { plan, outcomes, found, problem: partly };
    });
  }

  async #close(): Promise<void> {
    const { lastGoodRead } = this.#status;
    const { maxStaleHours } = this.#configuration.landingZone.ssh;
    const problem = `The directory hasn't been read completely since ${lastGoodRead?.toISOString() ?? "the start"}, for more than ssh.maxStaleHours (${maxStaleHours}): nobody may sign in.`;
    await this.#change(async (context) => ({ ...(await close(this.#configuration, problem, context)), problem }));
    this.#set({ closed: true });
  }

  /** One change of the host, and what it says of the daemon's health. */
  async #change(
    work: (context: SyncContext) => Promise<{
      readonly plan: HostPlan;
      readonly outcomes: readonly Outcome[];
      readonly found: FoundHost;
      readonly problem: string | null;
    }>,
  ): Promise<void> {
    const { report, signal } = this.#options;
    const at = new Date();
    try {
      const { plan, outcomes, found, problem } = await work({ report, signal, now: at });
      const failed = outcomes.flatMap((outcome) => (outcome.status === "failed" ? [outcome.error] : []));
      for (const error of failed) this.#count(error);
      this.#unfinished = outcomes.some(({ status }) => status !== "done");
      await this.#lookAtSshd(found);
      const done = outcomes.flatMap(({ status, change }) => (status === "done" ? [change] : []));
      this.#set({
        ...(this.#unfinished ? countPeople(readHost(new Date()), []) : countPeople(found, done)),
        held: plan.held.length,
        lastSync: { at, seconds: (Date.now() - at.getTime()) / 1000, changed: done.length },
        problem: problem ?? problemOf(plan, outcomes, failed),
      });
    } catch (thrown) {
      this.#failed(asBulkheadError(thrown));
      this.#unfinished = true;
    }
    this.#syncedAt = Date.now();
  }

  /** By one of our people who should come in: others differ by their groups at most. */
  async #lookAtSshd({ people }: FoundHost): Promise<void> {
    const someone = people.find(({ left, locked, keyFile }) => left === null && !locked && keyFile !== null);
    if (someone === undefined || Date.now() - this.#sshdSeenAt < selfCheckMs) return;
    this.#sshdSeenAt = Date.now();
    const stop = await readSshdStop(someone).catch((error: unknown) => asBulkheadError(error).message);
    this.#sshdStop = stop === null ? null : `${someone.login} can't sign in: ${stop}`;
  }

  #isComplete(): boolean {
    return this.#read?.proof.complete === true;
  }

  #isTooStale(): boolean {
    const { maxStaleHours } = this.#configuration.landingZone.ssh;
    if (maxStaleHours === undefined) return false;
    const since = this.#status.lastGoodRead ?? this.#status.startedAt;
    return Date.now() - since.getTime() > maxStaleHours * 3_600_000;
  }

  async #knownAt(at: Date): Promise<void> {
    this.#set({ lastGoodRead: at });
    await writeLastRead(at).catch((error: unknown) => {
      this.#failed(asBulkheadError(error));
    });
  }

  #failed(error: BulkheadError): void {
    this.#tell(error);
    this.#set({ problem: error.message });
  }

  #tell(error: BulkheadError): void {
    this.#count(error);
    this.#options.report({ type: "warning", message: `${error.message} (${error.code})` });
  }

  #count({ code }: BulkheadError): void {
    const { errors } = this.#status;
    this.#set({ errors: { ...errors, [code]: (errors[code] ?? 0) + 1 } });
  }

  #set(changed: Partial<Status>): void {
    this.#status = { ...this.#status, ...changed };
  }

  #inLine(work: () => Promise<void>): Promise<void> {
    this.#line = this.#line.then(work);
    return this.#line;
  }
}

function problemOf({ held }: HostPlan, outcomes: readonly Outcome[], failed: readonly BulkheadError[]): string | null {
  if (failed[0]) return `${summariseOutcomes(outcomes)} ${failed[0].message}`;
  if (held[0]) return `${held.length} held back: ${held[0].change.sentence}: ${held[0].reason}`;
  return null;
}
