/** Follows a server that tells of changes, as long as the connection lasts: a read after each of them. */

import { EntryStore } from "./entry-store.ts";
import type { DirectoryRead } from "./model.ts";
import type { Pace } from "./pace.ts";
import { PersonMemo } from "./person-memo.ts";
import { readEntries } from "./read-entries.ts";
import { readRootDse } from "./root-dse.ts";
import type { Session } from "./session.ts";
import type { ReadOptions, ReadSettings } from "./settings.ts";
import type { Subject } from "./source.ts";
import { SyncSource } from "./sync-source.ts";

const ofPeople: readonly Subject[] = ["people", "the canary entry"];
const ofGroups: readonly Subject[] = ["groups", "nested groups"];

/** What is known of one server; it outlives the connection, whose successor goes on from the cookies. */
export class SyncMemory {
  readonly people: PersonMemo;
  readonly #stores = new Map<Subject, EntryStore>();
  #renewedAt = performance.now();

  constructor({ attributes }: Pick<ReadOptions, "attributes">) {
    this.people = new PersonMemo(attributes);
  }

  storeFor(subject: Subject): EntryStore {
    const known = this.#stores.get(subject);
    if (known) return known;
    const store = new EntryStore();
    this.#stores.set(subject, store);
    return store;
  }

  /** Has everything asked for anew; what was held stands until that is done. */
  forgetCookies(): void {
    for (const store of this.#stores.values()) store.forgetCookie();
    this.#renewedAt = performance.now();
  }

  isOlderThan(ms: number): boolean {
    return passed(this.#renewedAt, ms);
  }
}

export interface Following {
  readonly settings: ReadSettings;
  readonly options: ReadOptions;
  readonly pace: Pace;
  /** Resolves when somebody waits for a read. */
  readonly asked: () => Promise<void>;
  readonly onRead: (read: DirectoryRead) => void;
  /** The server was asked, and nothing has changed. */
  readonly onCurrent: () => void;
}

/**
 * Returns when everything is to be asked for anew, on another connection.
 * @throws SearchRefused, Directory.Unreachable, Directory.Unavailable
 */
export async function followChanges(session: Session, memory: SyncMemory, following: Following): Promise<void> {
  const { settings, options, pace, asked, onRead, onCurrent } = following;
  const computed = asksForComputed(settings, options);
  if (computed) for (const subject of ofPeople) memory.storeFor(subject).forgetCookie();
  if (memory.isOlderThan(pace.renewMs)) memory.forgetCookies();
  const source = new SyncSource(session, (subject) => memory.storeFor(subject));
  const beganAt = performance.now();

  for (;;) {
    await asked();
    onRead(await readEntries(source, settings, options, memory.people));
    const readAt = performance.now();
    let changed = await source.changes(pace);
    while (changed.size === 0 && !passed(readAt, pace.recheckMs)) {
      await readRootDse(session.connection);
      onCurrent();
      changed = await source.changes(pace);
    }
    if (memory.isOlderThan(pace.renewMs)) return;
    if (computed && (ofGroups.some((subject) => changed.has(subject)) || passed(beganAt, pace.recheckMs))) return;
  }
}

/**
 * Whether people are asked for by something that the server works out from groups: that a person matches since a moment
 * ago is no change of the person, so it isn't told (OpenLDAP's memberof overlay leaves entryCSN as it is).
 */
function asksForComputed({ people }: ReadSettings, { attributes, canary = "" }: ReadOptions): boolean {
  return [people.filter, canary, ...attributes].some((text) => /memberOf/i.test(text));
}

function passed(since: number, ms: number): boolean {
  return performance.now() - since > ms;
}
