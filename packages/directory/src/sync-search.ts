/** One search that goes on for good: keeps a store in step with what the server tells (RFC 4533 §3.3 and §3.4). */

import type { Connection, OpenMessage } from "./connection.ts";
import type { EntryStore, Held } from "./entry-store.ts";
import { unavailable } from "./errors.ts";
import { describeResult, isPassing, type LdapResult } from "./result-code.ts";
import type { Query } from "./source.ts";
import { readSyncInfo, readSyncState, REFRESH_REQUIRED, SYNC_STATE, SyncRequestControl } from "./sync-messages.ts";

export interface SyncSearch {
  /** Resolves when the store holds what the server has. Rejects as `ended` does. */
  readonly refreshed: Promise<void>;
  /** Rejects with SearchRefused, Directory.Unavailable, or why the connection ended. */
  readonly ended: Promise<never>;
}

/** The server won't tell of changes, or not from this cookie on. */
export class SearchRefused extends Error {
  /** Whether a search from the start may do better. */
  readonly resumed: boolean;

  constructor(problem: string, resumed: boolean) {
    super(problem);
    this.resumed = resumed;
  }
}

/** @param onChange is told when what the store holds has changed after the refresh */
export function openSyncSearch(
  connection: Connection,
  { subject, base, filter, attributes }: Query,
  store: EntryStore,
  onChange: () => void,
): SyncSearch {
  const { cookie } = store;
  const refreshed = Promise.withResolvers<undefined>();
  store.begin();

  const apply = (changed: boolean): void => {
    if (changed && !store.refreshing) onChange();
  };
  const take = (held: Omit<Held, "size">, { controls, size }: OpenMessage): void => {
    const value = controls.get(SYNC_STATE);
    if (!value) throw new Error("an entry without its sync state came");
    const { state, uuid, cookie: next } = readSyncState(value);
    if (state === "present") store.confirm(uuid);
    else if (state === "delete") apply(store.delete(uuid));
    else apply(store.set(uuid, { ...held, size }));
    store.keepCookie(next);
  };
  const search = connection.openSearch({ base, scope: "sub", filter, attributes }, new SyncRequestControl(cookie), {
    onEntry: (entry, message) => {
      take({ entry, references: [] }, message);
    },
    onReferences: (references, message) => {
      take({ entry: null, references }, message);
    },
    onIntermediate: (reader) => {
      const info = readSyncInfo(reader);
      if (info.type === "present") for (const uuid of info.uuids) store.confirm(uuid);
      if (info.type === "deleted") for (const uuid of info.uuids) apply(store.delete(uuid));
      if (info.type === "refreshPresent") store.endPresent();
      store.keepCookie(info.cookie);
      if (!store.refreshing || !("done" in info) || !info.done) return;
      store.complete();
      search.rest();
      refreshed.resolve(undefined);
    },
  });

  const ended = search.ended.then((result): never => {
    throw reasonOfEnd(result, `following ${subject} below ${base}`, connection.url, {
      resumed: cookie !== undefined || !store.refreshing,
      refreshing: store.refreshing,
    });
  });
  ended.catch(refreshed.reject);
  refreshed.promise.catch(() => undefined);
  return { refreshed: refreshed.promise, ended };
}

function reasonOfEnd(
  result: LdapResult,
  task: string,
  server: string,
  { resumed, refreshing }: { readonly resumed: boolean; readonly refreshing: boolean },
): Error {
  const answer = describeResult(result);
  const refused = refreshing ? !isPassing(result.code) : result.code === REFRESH_REQUIRED;
  return refused
    ? new SearchRefused(`${server}: while ${task}: ${answer}`, resumed)
    : unavailable(server, task, answer);
}
