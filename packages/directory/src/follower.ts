/** Keeps a directory followed: enters a server, listens or polls, and comes back after every failure. */

import { BulkheadError, silent, type Report } from "@bulkhead/core";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { isUnreachable, retryAfter, STEADY_MS } from "./back-off.ts";
import type { Origin } from "./check-settings.ts";
import type { FollowEvent, FollowMode } from "./follow-events.ts";
import type { Mailbox } from "./mailbox.ts";
import type { DirectoryRead } from "./model.ts";
import type { Pace } from "./pace.ts";
import { PollMemory, pollOnce } from "./poll.ts";
import { readDirectory } from "./read-directory.ts";
import { RefusedBind } from "./refused-bind.ts";
import { readRootDse } from "./root-dse.ts";
import { onFirstServer, readEntrance, withSession, type Entrance } from "./servers.ts";
import type { Session } from "./session.ts";
import type { ReadOptions, ReadSettings } from "./settings.ts";
import { SearchRefused } from "./sync-search.ts";
import { followChanges, SyncMemory, type Following } from "./syncrepl.ts";

/** Half-open connections are noticed after the keep-alive interval and so many milliseconds. */
const SILENCE_MS = 20_000;
/** Who could be read once is tried again sooner. */
const FAILURES_AFTER_READ = 3;

/** What is known of the server that was read last. */
interface ServerMemory {
  readonly url: string;
  sync: SyncMemory;
  readonly poll: PollMemory;
  /** When it refused to tell of changes. */
  refusedAt: number | undefined;
}

export class Follower {
  readonly #origin: Origin;
  readonly #settings: ReadSettings;
  readonly #options: ReadOptions;
  readonly #pace: Pace;
  readonly #mailbox: Mailbox<FollowEvent>;
  readonly #report: Report;
  readonly #refusedBind = new RefusedBind();
  #entrance: Entrance | undefined;
  #memory: ServerMemory | undefined;
  #last: DirectoryRead | undefined;
  /** When the last read was known to hold. */
  #currentAt: Date | null = null;
  /** The last of `live` and `stale` that was told, as text. */
  #told = "";
  #failures = 0;

  constructor(origin: Origin, settings: ReadSettings, options: ReadOptions, pace: Pace, mailbox: Mailbox<FollowEvent>) {
    this.#origin = origin;
    this.#settings = settings;
    this.#report = onceInARow(options.report ?? silent);
    this.#options = { silenceMs: SILENCE_MS, ...options, report: this.#report };
    this.#pace = pace;
    this.#mailbox = mailbox;
  }

  /** Ends when the signal is aborted. Throws defects only. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A read that nobody has taken yet isn't replaced: it may be complete, and the next one not.
      await this.#mailbox.asked();
      try {
        await sleep(await this.#round(), undefined, { signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  /** Follows until something ends it. Returns the milliseconds until the next round. */
  async #round(): Promise<number> {
    const beganAt = performance.now();
    let entered = false;
    try {
      if ("ldif" in this.#origin) return await this.#readLdif();
      // Kept, because the password may be a secret in AWS, which needn't be asked at each try.
      this.#entrance ??= await readEntrance(this.#settings.directory, this.#options);
      const entrance = this.#entrance;
      if (this.#refusedBind.forbids(entrance.login, this.#pace.samePasswordMs)) {
        this.#entrance = undefined;
        return this.#pace.passwordMs;
      }
      const visit = (url: string): Promise<number> =>
        withSession(url, entrance, this.#options, (session) => {
          entered = true;
          return this.#visit(session);
        });
      return await onFirstServer(this.#origin.servers, visit, this.#report);
    } catch (error) {
      if (!(error instanceof BulkheadError)) throw error;
      this.#tellStale(error);
      const { login } = this.#entrance ?? {};
      if (!isUnreachable(error)) this.#entrance = undefined;
      if (login && error.code === "Directory.BindRefused") {
        this.#refusedBind.note(login);
        return this.#pace.passwordMs;
      }
      if (performance.now() - beganAt > STEADY_MS) this.#failures = 0;
      return this.#backOff(!entered && isUnreachable(error));
    }
  }

  async #readLdif(): Promise<number> {
    const read = await readDirectory(this.#settings, this.#options);
    this.#following("polling", this.#settings.directory.url).onRead(read);
    return this.#pace.pollMs;
  }

  async #visit(session: Session): Promise<number> {
    const { url } = session.connection;
    if (this.#memory?.url !== url) {
      this.#memory = { url, sync: new SyncMemory(this.#options), poll: new PollMemory(), refusedAt: undefined };
    }
    const memory = this.#memory;
    const root = await readRootDse(session.connection);
    const refused = memory.refusedAt !== undefined && performance.now() - memory.refusedAt < this.#pace.renewMs;
    if (refused || !root.mayTellOfChanges) {
      await pollOnce(session, root, memory.poll, this.#following("polling", url));
      return this.#pace.pollMs;
    }
    try {
      await followChanges(session, memory.sync, this.#following("syncrepl", url));
      return 0;
    } catch (error) {
      if (!(error instanceof SearchRefused)) throw error;
      memory.sync.forgetCookies();
      if (error.resumed) return this.#backOff(false);
      memory.refusedAt = performance.now();
      memory.sync = new SyncMemory(this.#options);
      this.#report({ type: "warning", message: `${error.message}. It is read at intervals instead.` });
      return 0;
    }
  }

  #following(mode: FollowMode, server: string): Following {
    return {
      settings: this.#settings,
      options: this.#options,
      pace: this.#pace,
      asked: () => this.#mailbox.asked(),
      onRead: (read) => {
        this.#failures = Math.min(this.#failures, FAILURES_AFTER_READ);
        this.#tellLive(mode, server);
        if (isDeepStrictEqual(read, this.#last)) {
          this.#tellCurrent();
          return;
        }
        this.#last = read;
        this.#currentAt = new Date();
        this.#mailbox.post({ type: "read", read, at: this.#currentAt });
      },
      onCurrent: () => {
        this.#tellLive(mode, server);
        this.#tellCurrent();
      },
    };
  }

  #backOff(free: boolean): number {
    this.#failures += 1;
    return retryAfter(this.#failures - 1, free, Math.random());
  }

  #tellCurrent(): void {
    this.#currentAt = new Date();
    this.#mailbox.post({ type: "current", at: this.#currentAt });
  }

  #tellLive(mode: FollowMode, server: string): void {
    const told = `${mode} ${server}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#mailbox.post({ type: "live", mode, server });
  }

  #tellStale(reason: BulkheadError): void {
    const told = [reason, ...reason.parts].map(({ message }) => message).join("\n");
    if (told === this.#told) return;
    this.#told = told;
    this.#mailbox.post({ type: "stale", since: this.#currentAt, reason });
  }
}

/** Leaves out what was just said: the same server is found wanting again and again. */
function onceInARow(report: Report): Report {
  let last = "";
  return (event) => {
    const said = JSON.stringify(event);
    if (said !== last) report(event);
    last = said;
  };
}
