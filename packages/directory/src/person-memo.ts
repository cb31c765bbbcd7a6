/**
 * What a person's entry says, worked out once: who follows a directory reads the same entries again and again, and most
 * haven't changed.
 */

import { normalizeDn } from "./dn.ts";
import { bytesOf, textOf, textsOf, type Entry } from "./entry.ts";
import { keyOf } from "./identity.ts";
import type { Person } from "./model.ts";
import { accountStatus, statusAttributes } from "./status.ts";

/** A person as groups name them. */
export interface PersonEntry {
  readonly person: Person;
  readonly normalDn: string;
  readonly names: readonly string[];
  readonly primaryGroupId: string | undefined;
}

interface Known extends PersonEntry {
  /** Whether the status depends on the moment. */
  readonly passing: boolean;
}

export class PersonMemo {
  readonly #attributes: readonly string[];
  readonly #known = new WeakMap<Entry, Known>();

  /** @param attributes to pick for the person */
  constructor(attributes: readonly string[]) {
    this.#attributes = attributes;
  }

  /** @returns undefined, if the entry shows no identity; the same person as before, if nothing of it has changed */
  read(entry: Entry, now: Date): PersonEntry | undefined {
    const known = this.#known.get(entry);
    if (known && !known.passing) return known;
    const key = known?.person.key ?? keyOf(entry);
    if (key === undefined) return undefined;
    const status = accountStatus(entry, now);
    if (known?.person.status.state === status.state && known.person.status.evidence === status.evidence) return known;
    const read: Known = {
      person: { key, dn: entry.dn, attributes: this.#pick(entry), status },
      normalDn: normalizeDn(entry.dn),
      names: textsOf(entry, "uid"),
      primaryGroupId: textOf(entry, "primaryGroupID"),
      passing: statusAttributes.some((name) => bytesOf(entry, name).length > 0),
    };
    this.#known.set(entry, read);
    return read;
  }

  #pick(entry: Entry): Person["attributes"] {
    const found = this.#attributes.map((name) => [name, textsOf(entry, name)] as const);
    return Object.fromEntries(found.filter(([, values]) => values.length > 0));
  }
}
