/** Finds people of a read by what somebody calls them: pure. */

import { normalizeDn } from "./dn.ts";
import type { Person } from "./model.ts";

/** Attributes to read besides those that are needed, so that people can be found by them. */
export const attributesToFindBy = ["uid", "mail"] as const;

/**
 * @param asked a key, a DN, or a value of any attribute that was read; case doesn't count
 * @param keys of those whom the caller knows by this name; they, a key and a DN go before attributes
 * @returns several where the name fits several
 */
export function findPeople(asked: string, people: readonly Person[], keys: readonly string[]): readonly Person[] {
  const text = asked.toLowerCase();
  const dn = normalizeDn(asked);
  const meant = new Set([text, ...keys]);
  const exact = people.filter((person) => meant.has(person.key) || normalizeDn(person.dn) === dn);
  if (exact.length > 0) return exact;
  return people.filter(({ attributes }) =>
    Object.values(attributes).some((values) => values.some((value) => value.toLowerCase() === text)),
  );
}
