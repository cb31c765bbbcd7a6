/** Follows a directory in a test, and waits for what shall come of it. */

import { follow } from "../follow.ts";
import type { FollowEvent } from "../follow-events.ts";
import type { DirectoryRead } from "../model.ts";
import { usualPace, type Pace } from "../pace.ts";
import type { ReadOptions, ReadSettings } from "../settings.ts";
import { readOptions } from "./people.ts";

/** As usual, but without waits for which a test has no time. */
const quickPace: Pace = { ...usualPace, collectMs: 5, keepAliveMs: 200, pollMs: 50, passwordMs: 50 };

export interface Watch extends AsyncDisposable {
  /** Every event so far. */
  readonly events: readonly FollowEvent[];
  /** The next event of this type, of which `wanted` holds. */
  next<T extends FollowEvent["type"]>(
    type: T,
    wanted?: (event: Extract<FollowEvent, { type: T }>) => boolean,
  ): Promise<Extract<FollowEvent, { type: T }>>;
  /** The next read of which `wanted` holds. */
  read(wanted?: (read: DirectoryRead) => boolean): Promise<DirectoryRead>;
}

export function watch(settings: ReadSettings, options: Partial<ReadOptions> = {}, pace: Partial<Pace> = {}): Watch {
  const source = follow(settings, { ...readOptions, ...options }, { ...quickPace, ...pace });
  const iterator = source[Symbol.asyncIterator]();
  const events: FollowEvent[] = [];
  const next: Watch["next"] = async (type, wanted = () => true) => {
    for (;;) {
      const { value, done } = await iterator.next();
      if (done) throw new Error(`it ended before “${type}” came`);
      events.push(value as FollowEvent);
      const event = value as Extract<FollowEvent, { type: typeof type }>;
      if (event.type === type && wanted(event)) return event;
    }
  };
  return {
    events,
    next,
    read: async (wanted = () => true) => (await next("read", ({ read }) => wanted(read))).read,
    [Symbol.asyncDispose]: async () => {
      await iterator.return?.();
    },
  };
}

/** Reads as `readDirectory` does, by the first read of following. */
export async function readByFollowing(settings: ReadSettings, options: ReadOptions): Promise<DirectoryRead> {
  await using watched = watch(settings, options);
  return await watched.read();
}
