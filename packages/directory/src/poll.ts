/** Reads a server that can't tell of changes, unless it can tell that there were none. */

import { ldapSource } from "./ldap-source.ts";
import type { DirectoryRead } from "./model.ts";
import { readEntries } from "./read-entries.ts";
import type { RootDse } from "./root-dse.ts";
import type { Session } from "./session.ts";
import type { Following } from "./syncrepl.ts";

/** What a server was like when it was read last. */
export class PollMemory {
  #marker: string | undefined;
  #readAt = 0;

  /** Whether a server with this marker still holds what was read last, which isn't longer ago than that. */
  isCurrent(marker: string | undefined, rereadMs: number): boolean {
    return marker !== undefined && marker === this.#marker && performance.now() - this.#readAt < rereadMs;
  }

  /** @param marker as it was before the read: what is written meanwhile makes another */
  keep(marker: string | undefined, { proof }: DirectoryRead): void {
    this.#marker = proof.complete ? marker : undefined;
    this.#readAt = performance.now();
  }
}

/** @throws Directory.Unreachable, Directory.Unavailable */
export async function pollOnce(
  session: Session,
  { marker }: RootDse,
  memory: PollMemory,
  { settings, options, pace, onRead, onCurrent }: Following,
): Promise<void> {
  if (memory.isCurrent(marker, pace.rereadMs)) {
    onCurrent();
    return;
  }
  const read = await readEntries(ldapSource(session), settings, options);
  memory.keep(marker, read);
  onRead(read);
}
