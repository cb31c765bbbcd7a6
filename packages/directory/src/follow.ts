/**
 * Follows a directory: what it holds now, and again after each change.
 *
 * A server that tells of changes (syncrepl, RFC 4533) is listened to; any other, and an LDIF file, is read at intervals.
 */

import type { BulkheadError } from "@bulkhead/core";
import { checkSettings } from "./check-settings.ts";
import { Follower } from "./follower.ts";
import { Mailbox } from "./mailbox.ts";
import type { DirectoryRead } from "./model.ts";
import { usualPace, type Pace } from "./pace.ts";
import type { ReadOptions, ReadSettings } from "./settings.ts";

/** How changes are noticed. */
export type FollowMode = "syncrepl" | "polling";

export type FollowEvent =
  /** The directory is followed from now on: for the first time, again, in another way or at another server. */
  | { readonly type: "live"; readonly mode: FollowMode; readonly server: string }
  /**
   * What the directory holds: comes first, and after each change of what was asked for. Changes that come together, or
   * while an event is being handled, come as one. As with `readDirectory`, nobody may be removed on account of a read
   * whose proof isn't complete.
   */
  | { readonly type: "read"; readonly read: DirectoryRead; readonly at: Date }
  /** The server was asked again, and the last read still holds: its age counts from `at`. */
  | { readonly type: "current"; readonly at: Date }
  /**
   * The directory can't be followed at the moment, and is tried again: the last read stands, and was known to hold at
   * `since`; null, if there never was one. Comes again when the reason changes.
   */
  | { readonly type: "stale"; readonly since: Date | null; readonly reason: BulkheadError };

export interface FollowOptions extends ReadOptions {
  /** Seconds between two reads of a server that can't tell of changes; 30 without it. */
  readonly pollSeconds?: number | undefined;
}

/**
 * Follows until `options.signal` is aborted or the loop over the events is left. A failure of the directory's doesn't
 * end it, but is told as `stale`; nor does a file or a password that is missing, since it may come.
 * @throws BulkheadError Directory.BadUrl, .Plaintext, .BadFilter, .BadDn: at once, before a server is asked
 */
export function followDirectory(settings: ReadSettings, options: FollowOptions): AsyncIterable<FollowEvent> {
  const { pollSeconds } = options;
  return follow(
    settings,
    options,
    pollSeconds === undefined ? usualPace : { ...usualPace, pollMs: pollSeconds * 1_000 },
  );
}

/** As `followDirectory`, at a pace of one's own. */
export function follow(settings: ReadSettings, options: ReadOptions, pace: Pace): AsyncIterable<FollowEvent> {
  const origin = checkSettings(settings, options);
  return {
    async *[Symbol.asyncIterator]() {
      const left = new AbortController();
      const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal;
      const mailbox = new Mailbox<FollowEvent>();
      const close = (): void => {
        mailbox.close();
      };
      signal.addEventListener("abort", close);
      const follower = new Follower(origin, settings, { ...options, signal }, pace, mailbox);
      const done = follower.run(signal).then(close, (defect: unknown) => {
        mailbox.close(defect);
      });
      try {
        for (let event = await mailbox.take(); event; event = await mailbox.take()) yield event;
      } finally {
        left.abort();
        await done;
      }
    },
  };
}
