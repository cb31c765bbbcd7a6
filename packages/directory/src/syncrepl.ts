/** Follows a server that tells of changes, as long as the connection lasts: a read after each of them. */

import { EntryStore } from "./entry-store.ts";
import { parseFilter } from "./filter.ts";
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
const ofContainers: readonly Subject[] = ["containers of people", "containers of groups"];

/** nsContainer is that of 389 Directory Server and FreeIPA. */
const ANY_CONTAINER = parseFilter(
  "(|(objectClass=organizationalUnit)(objectClass=organization)(objectClass=dcObject)(objectClass=domain)(objectClass=locality)(objectClass=country)(objectClass=nsContainer))",
);

/** What is known of one server; it outlives the connection, whose successor goes on from the cookies. */
export class SyncMemory {
  readonly people: PersonMemo;
  readonly #stores = new Map<Subject, EntryStore>();
  #renewedAt = performance.now();
  #containers: string | undefined;

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
    this.forgetCookiesOf([...this.#stores.keys()]);
    this.#renewedAt = performance.now();
  }

  forgetCookiesOf(subjects: readonly Subject[]): void {
    for (const subject of subjects) this.#stores.get(subject)?.forgetCookie();
  }

  /** Whether a search has to begin anew, maybe because its cookie was of no use: then those of the others are doubtful. */
  get lacksCookie(): boolean {
    return [...this.#stores.values()].some(({ cookie }) => cookie === undefined);
  }

  /** @returns whether these are others than the last time */
  keepContainers(containers: string): boolean {
    const others = this.#containers !== undefined && this.#containers !== containers;
    this.#containers = containers;
    return others;
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
  if (memory.lacksCookie || memory.isOlderThan(pace.renewMs)) memory.forgetCookies();
  if (computed) memory.forgetCookiesOf(ofPeople);
  const source = new SyncSource(session, (subject) => memory.storeFor(subject));
  const beganAt = performance.now();
  const moved = memory.keepContainers(await readContainers(source, settings));
  if (moved) memory.forgetCookiesOf([...ofPeople, ...ofGroups]);

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
    if (memory.isOlderThan(pace.renewMs) || ofContainers.some((subject) => changed.has(subject))) return;
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

/**
 * The DNs of the containers that people and groups stand in. When one is renamed or moved, OpenLDAP tells of it alone,
 * and not of what stands below, though that has another DN now or has left the base.
 */
async function readContainers(source: SyncSource, { people, groups }: ReadSettings): Promise<string> {
  const dns: string[] = [];
  const search = (subject: Subject, base: string): Promise<unknown> =>
    source.search({ subject, base, filter: ANY_CONTAINER, attributes: ["1.1"] }, ({ dn }) => dns.push(dn));
  await search("containers of people", people.base);
  await search("containers of groups", groups.base);
  return dns.sort().join("\n");
}

function passed(since: number, ms: number): boolean {
  return performance.now() - since > ms;
}
