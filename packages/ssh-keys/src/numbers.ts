/**
 * Which UIDs and GIDs the new get: pure.
 *
 *   somebody new                                        | gets
 *   ----------------------------------------------------+------------------------------------------------
 *   was a user here before (the state remembers)        | that number again: the files in the home are theirs
 *   has one in the directory                            | that one
 *   neither                                             | the lowest of the range that nobody has or had
 *   … the number is another's now, or was before        | none: files would change their owner
 *   … the range is used up                              | none
 */

/** A number, or why there is none. */
export type Allotted = number | { readonly fault: string };

export class Numbers {
  readonly #range: readonly [number, number];
  readonly #inUse: ReadonlyMap<number, string>;
  readonly #given: Map<number, string>;
  #next: number;

  /**
   * @param inUse names by the numbers that the host has
   * @param given names by the numbers that Bulkhead ever gave
   */
  constructor(
    range: readonly [number, number],
    inUse: ReadonlyMap<number, string>,
    given: ReadonlyMap<number, string>,
  ) {
    this.#range = range;
    this.#inUse = inUse;
    this.#given = new Map(given);
    this.#next = range[0];
  }

  /** For somebody who had this number before. */
  again(number: number): Allotted {
    const holder = this.#inUse.get(number);
    return holder === undefined ? number : taken(number, holder);
  }

  /** For somebody new. @param wanted what the directory says, if it does */
  allot(name: string, wanted: number | null): Allotted {
    const number = wanted ?? this.#lowest();
    if (number === undefined) {
      return { fault: `all numbers of ssh.uidRange, ${this.#range.join(" to ")}, are used up` };
    }
    const holder = this.#inUse.get(number) ?? this.#given.get(number);
    if (holder !== undefined) return taken(number, holder);
    this.#given.set(number, name);
    return number;
  }

  #lowest(): number | undefined {
    while (this.#inUse.has(this.#next) || this.#given.has(this.#next)) this.#next += 1;
    return this.#next > this.#range[1] ? undefined : this.#next;
  }
}

function taken(number: number, holder: string): Allotted {
  return { fault: `the number ${number} is or was that of ${holder}, and files would change their owner` };
}
