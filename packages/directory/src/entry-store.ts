/**
 * The entries that one search yields, kept in step with the server (RFC 4533 §3): pure.
 *
 *   the server tells            | during a refresh                          | afterwards
 *   ----------------------------+-------------------------------------------+----------------------
 *   add, modify                 | set aside, and known to be there          | set at once
 *   present                     | known to be there                         | —
 *   delete                      | taken from what was set aside             | taken away at once
 *   end of the present phase    | what isn't known to be there is taken     | —
 *   end of the refresh          | what was set aside replaces what was held | —
 *   connection lost             | what was set aside is forgotten           | what is held stands
 *
 * So a half refresh is never seen, and its cookie is not kept.
 *
 * A server that doesn't understand the cookie sends everything, and OpenLDAP then ends as if it had named all deleted
 * entries: who was deleted would stay for ever. That is told by what comes though it hasn't changed, without a present
 * phase; then everything is asked for anew.
 */

import type { Entry } from "./entry.ts";

/** What one UUID stands for. */
export interface Held {
  /** Null, if it is a reference to other servers (RFC 4511 §4.5.3). */
  readonly entry: Entry | null;
  readonly references: readonly string[];
  /** Bytes of the message that brought it. */
  readonly size: number;
}

/** Bytes, as they came, of all entries together: a quarter of a million people, or an attack on memory. */
const LARGEST = 256 * 1024 * 1024;

interface Refresh {
  readonly held: Map<string, Held>;
  /** What is known to be there. */
  readonly known: Set<string>;
  readonly resumed: boolean;
  /** Whether something came that was held already. */
  repeated: boolean;
  cookie: Buffer | undefined;
  size: number;
}

export class EntryStore {
  readonly #largest: number;
  #held = new Map<string, Held>();
  #size = 0;
  #refresh: Refresh | undefined;
  /** Where the server shall go on from; undefined, where it has to begin anew. */
  #cookie: Buffer | undefined;

  constructor(largest = LARGEST) {
    this.#largest = largest;
  }

  get cookie(): Buffer | undefined {
    return this.#cookie;
  }

  get refreshing(): boolean {
    return this.#refresh !== undefined;
  }

  get held(): Iterable<Held> {
    return this.#held.values();
  }

  /** Begins a refresh from the cookie; what an earlier one left unfinished is forgotten. */
  begin(): void {
    const resumed = this.#cookie !== undefined;
    this.#refresh = {
      held: new Map(resumed ? this.#held : []),
      known: new Set(),
      resumed,
      repeated: false,
      cookie: this.#cookie,
      size: resumed ? this.#size : 0,
    };
  }

  /** Makes the next refresh a whole one; what is held stands until it is over. */
  forgetCookie(): void {
    this.#cookie = undefined;
  }

  keepCookie(cookie: Buffer | undefined): void {
    if (cookie === undefined) return;
    if (this.#refresh) this.#refresh.cookie = cookie;
    else this.#cookie = cookie;
  }

  /**
   * @returns whether what is held has changed by it
   * @throws Error, if this is more than fits
   */
  set(uuid: string, held: Held): boolean {
    const target = this.#refresh?.held ?? this.#held;
    const replaced = target.get(uuid);
    const before = replaced ?? this.#held.get(uuid);
    const same = before !== undefined && isSame(before, held);
    // So that a whole refresh that brings nothing new is seen to bring nothing new.
    const kept = same ? before : held;
    const size = (this.#refresh?.size ?? this.#size) + kept.size - (replaced?.size ?? 0);
    if (size > this.#largest) throw new Error(`more than ${this.#largest} bytes of entries came`);
    target.set(uuid, kept);
    if (this.#refresh) {
      this.#refresh.known.add(uuid);
      this.#refresh.repeated ||= same;
      this.#refresh.size = size;
      return false;
    }
    this.#size = size;
    return !same;
  }

  /**
   * Notes that an entry is still there.
   * @throws Error, if it never came: then a refresh from this cookie can't be right
   */
  confirm(uuid: string): void {
    if (!this.#refresh) return;
    if (!this.#refresh.held.has(uuid)) {
      this.forgetCookie();
      throw new Error("the server takes an entry for known that it never sent");
    }
    this.#refresh.known.add(uuid);
  }

  /** @returns whether what is held has changed by it */
  delete(uuid: string): boolean {
    const target = this.#refresh?.held ?? this.#held;
    const size = target.get(uuid)?.size;
    if (size === undefined) return false;
    target.delete(uuid);
    if (this.#refresh) this.#refresh.size -= size;
    else this.#size -= size;
    return this.#refresh === undefined;
  }

  /** The present phase is over: who wasn't named is gone. */
  endPresent(): void {
    if (!this.#refresh) return;
    const { held, known } = this.#refresh;
    for (const uuid of held.keys()) if (!known.has(uuid)) this.delete(uuid);
    this.#refresh.repeated = false;
  }

  /**
   * The refresh is over, and what it brought counts.
   * @throws Error, if it can't be told whether it named all that are gone
   */
  complete(): void {
    if (!this.#refresh) return;
    const { held, cookie, size, resumed, repeated } = this.#refresh;
    if (resumed && repeated) {
      this.forgetCookie();
      throw new Error("the server sent again what it had sent before");
    }
    this.#held = held;
    this.#size = size;
    this.#cookie = cookie;
    this.#refresh = undefined;
  }
}

function isSame(left: Held, right: Held): boolean {
  if (left.entry && right.entry) return isSameEntry(left.entry, right.entry);
  return left.entry === right.entry && left.references.join(" ") === right.references.join(" ");
}

function isSameEntry(left: Entry, right: Entry): boolean {
  if (left.dn !== right.dn || left.attributes.size !== right.attributes.size) return false;
  return [...left.attributes].every(([name, values]) => {
    const others = right.attributes.get(name);
    return others?.length === values.length && values.every((value, index) => others[index]?.equals(value));
  });
}
