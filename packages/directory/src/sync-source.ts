/** Entries from stores that a server keeps in step: what is searched for once is followed from then on. */

import type { EntryStore } from "./entry-store.ts";
import { referral } from "./ldap-source.ts";
import type { IncompleteReason } from "./model.ts";
import type { Pace } from "./pace.ts";
import type { Session } from "./session.ts";
import type { EntrySource, Query, Subject } from "./source.ts";
import { openSyncSearch, type SyncSearch } from "./sync-search.ts";

export class SyncSource implements EntrySource {
  readonly server: string;
  readonly boundAs: string;
  readonly finish: () => Promise<readonly IncompleteReason[]>;
  readonly #session: Session;
  readonly #storeFor: (subject: Subject) => EntryStore;
  readonly #searches = new Map<Subject, SyncSearch>();
  #changed = new Set<Subject>();
  #ended: { readonly reason: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(session: Session, storeFor: (subject: Subject) => EntryStore) {
    this.server = session.connection.url;
    this.boundAs = session.boundAs;
    this.finish = session.confirm;
    this.#session = session;
    this.#storeFor = storeFor;
  }

  async search(query: Query, onEntry: Parameters<EntrySource["search"]>[1]): Promise<readonly IncompleteReason[]> {
    const { subject, base } = query;
    const store = this.#storeFor(subject);
    let search = this.#searches.get(subject);
    if (!search) {
      search = openSyncSearch(this.#session.connection, query, store, () => {
        this.#changed.add(subject);
        this.#wake();
      });
      search.ended.catch((reason: unknown) => {
        this.#ended ??= { reason };
        this.#wake();
      });
      this.#searches.set(subject, search);
    }
    await search.refreshed;
    const reasons: IncompleteReason[] = [];
    for (const held of store.held) {
      if (held.entry) onEntry(held.entry);
      for (const url of held.references) reasons.push(referral(this.server, `following ${subject} below ${base}`, url));
    }
    return reasons;
  }

  /**
   * Waits for a change since the last time, and then for those that come along with it.
   * @returns the subjects that changed; none, if nothing came
   * @throws why the searches have ended
   */
  async changes({ keepAliveMs, collectMs }: Pace): Promise<ReadonlySet<Subject>> {
    await this.#news(keepAliveMs, () => this.#changed.size > 0);
    if (this.#changed.size > 0) await this.#news(collectMs, () => false);
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  /** Waits until there is what is wanted, but no longer than so many milliseconds. */
  async #news(ms: number, isThere: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      resolve(undefined);
    }, ms);
    this.#wake = () => {
      if (this.#ended) reject(this.#ended.reason);
      else if (isThere()) resolve(undefined);
    };
    this.#wake();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#wake = () => undefined;
    }
  }
}
