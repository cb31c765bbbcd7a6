/** What whoever follows a directory is told. */

import type { BulkheadError } from "@bulkhead/core";
import type { DirectoryRead } from "./model.ts";

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
