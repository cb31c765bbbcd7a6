/** How the daemon is doing: what its health and metrics tell. */

import type { FollowMode } from "@bulkhead/directory";

export interface Status {
  readonly startedAt: Date;
  /** When everything in the directory was last known: read completely, or followed without a gap. Null before the first time. */
  readonly lastGoodRead: Date | null;
  readonly lastSync: {
    readonly at: Date;
    readonly seconds: number;
    /** Changes that were made. */
    readonly changed: number;
  } | null;
  readonly mode: "starting" | FollowMode | "stale";
  /** People of ours who may sign in. */
  readonly people: number;
  /** Their keys. */
  readonly keys: number;
  /** Shut out, and not yet removed. */
  readonly leavers: number;
  /** Changes that are held back, by the ceiling or because they can't be done. */
  readonly held: number;
  /** Whether everybody is shut out because the directory has been silent for longer than `maxStaleHours`. */
  readonly closed: boolean;
  /** How often each error has come up since the start, by its code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Why somebody should look, for a person; null where all is well. */
  readonly problem: string | null;
}
