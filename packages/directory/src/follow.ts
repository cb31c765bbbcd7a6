/**
 * Follows a directory: what it holds now, and again after each change.
 *
 * A server that tells of changes (syncrepl, RFC 4533) is listened to; any other, and an LDIF file, is read at intervals.
 */

import { checkSettings } from "./check-settings.ts";
import type { FollowEvent } from "./follow-events.ts";
import { Follower } from "./follower.ts";
import { Mailbox } from "./mailbox.ts";
import { usualPace, type Pace } from "./pace.ts";
import type { ReadOptions, ReadSettings } from "./settings.ts";

/** What Node's timers can wait; beyond it, they don't wait at all. */
const longestMs = 2 ** 31 - 1;

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
    pollSeconds === undefined ? usualPace : { ...usualPace, pollMs: Math.min(pollSeconds * 1_000, longestMs) },
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
