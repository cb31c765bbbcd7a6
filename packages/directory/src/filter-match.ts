/** Evaluates a filter over an entry of an LDIF file, as a server would (RFC 4511 §4.5.1.7). */

import {
  AndFilter,
  ApproximateFilter,
  EqualityFilter,
  ExtensibleFilter,
  GreaterThanEqualsFilter,
  LessThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
  type Filter,
} from "ldapts";
import { normalizeDn, prepare } from "./dn.ts";
import { bytesOf, textsOf, type Entry } from "./entry.ts";
import { unsupportedFilter } from "./errors.ts";

/** LDAP_MATCHING_RULE_BIT_AND and LDAP_MATCHING_RULE_BIT_OR of Active Directory. */
const BIT_AND = "1.2.840.113556.1.4.803";
const BIT_OR = "1.2.840.113556.1.4.804";

/**
 * Whether the entry matches. Without a schema, every attribute is compared by caseIgnoreMatch, DNs as DNs, and whole
 * numbers by value.
 * @throws Directory.UnsupportedFilter
 */
export function matches(filter: Filter, entry: Entry): boolean {
  if (filter instanceof AndFilter) return filter.filters.every((part) => matches(part, entry));
  if (filter instanceof OrFilter) return filter.filters.some((part) => matches(part, entry));
  if (filter instanceof NotFilter) return !matches(filter.filter, entry);
  if (filter instanceof PresenceFilter) return bytesOf(entry, filter.attribute).length > 0;
  if (filter instanceof EqualityFilter) return hasValue(entry, filter.attribute, filter.value);
  if (filter instanceof ApproximateFilter) return hasValue(entry, filter.attribute, filter.value);
  if (filter instanceof GreaterThanEqualsFilter) {
    return textsOf(entry, filter.attribute).some((value) => compare(value, filter.value) >= 0);
  }
  if (filter instanceof LessThanEqualsFilter) {
    return textsOf(entry, filter.attribute).some((value) => compare(value, filter.value) <= 0);
  }
  if (filter instanceof SubstringFilter) {
    return textsOf(entry, filter.attribute).some((value) => hasSubstrings(value, filter));
  }
  if (filter instanceof ExtensibleFilter) return matchesRule(filter, entry);
  throw unsupportedFilter(filter.toString());
}

function hasValue(entry: Entry, attribute: string, wanted: Buffer | string): boolean {
  if (typeof wanted !== "string") return bytesOf(entry, attribute).some((value) => value.equals(wanted));
  const prepared = prepare(wanted);
  const dn = wanted.includes("=") ? normalizeDn(wanted) : null;
  return textsOf(entry, attribute).some((value) => prepare(value) === prepared || normalizeDn(value) === dn);
}

function compare(value: string, limit: string): number {
  if (/^-?\d+$/.test(value) && /^-?\d+$/.test(limit)) return Number(BigInt(value) - BigInt(limit));
  const [left, right] = [prepare(value), prepare(limit)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function hasSubstrings(value: string, { initial, any, final }: SubstringFilter): boolean {
  const text = prepare(value);
  const [first, last] = [fold(initial), fold(final)];
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let position = first.length;
  for (const piece of any.map(fold)) {
    const found = text.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return position <= text.length - last.length;
}

/** As `prepare`, but a piece of a value keeps the spaces at its ends. */
function fold(piece: string): string {
  return piece.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
}

function matchesRule({ rule, matchType, value }: ExtensibleFilter, entry: Entry): boolean {
  if ((rule !== BIT_AND && rule !== BIT_OR) || !/^\d+$/.test(value)) throw unsupportedFilter(rule);
  const mask = BigInt(value);
  return textsOf(entry, matchType)
    .filter((text) => /^-?\d+$/.test(text))
    .some((text) => {
      const bits = BigInt(text) & mask;
      return rule === BIT_AND ? bits === mask : bits !== 0n;
    });
}
