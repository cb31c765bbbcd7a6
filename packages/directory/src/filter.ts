/**
 * Search filters (RFC 4515) from text.
 *
 * Not by ldapts' own parser: it takes `(&(a=b)` for complete, knows neither attribute options nor numeric OIDs, and
 * turns the UTF-8 escape `\c3\bc` into two characters, so that a filter matches nobody without an error.
 */

import { isUtf8 } from "node:buffer";
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
import { badFilter } from "./errors.ts";

/** Matches every entry there is. */
export const ANY_ENTRY = new PresenceFilter({ attribute: "objectClass" });

const ATTRIBUTE = /(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)(?:;[A-Za-z0-9-]+)*/y;
const EXTENSIBLE = /(:dn)?(?::([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+))?:=/iy;
const OPERATOR = /[~<>]?=/y;
const VALUE = /[^()\0]*/y;

/** @throws Directory.BadFilter, with the position counted from 1 */
export function parseFilter(text: string): Filter {
  let position = 0;

  function fail(problem: string, at = position): never {
    throw badFilter(text, at + 1, problem);
  }

  function take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match) position += match[0].length;
    return match;
  }

  function expect(character: string): void {
    if (text[position] !== character) {
      fail(position >= text.length ? `it ends where “${character}” should follow` : `“${character}” should stand here`);
    }
    position += 1;
  }

  function filter(): Filter {
    take(/\s*/y);
    expect("(");
    const parsed = component();
    expect(")");
    take(/\s*/y);
    return parsed;
  }

  function component(): Filter {
    const operator = take(/[&|!]/y)?.[0];
    if (operator === "&") return new AndFilter({ filters: list() });
    if (operator === "|") return new OrFilter({ filters: list() });
    if (operator === "!") return new NotFilter({ filter: filter() });
    return item();
  }

  function list(): Filter[] {
    const filters: Filter[] = [];
    take(/\s*/y);
    while (text[position] === "(") filters.push(filter());
    return filters;
  }

  function item(): Filter {
    const attribute = take(ATTRIBUTE)?.[0] ?? "";
    const extensible = take(EXTENSIBLE);
    if (extensible) {
      const [, dnAttributes, rule = ""] = extensible;
      if (attribute === "" && rule === "") fail("an attribute or a matching rule should stand before “:=”");
      return new ExtensibleFilter({
        matchType: attribute,
        rule,
        dnAttributes: dnAttributes !== undefined,
        value: value(),
      });
    }
    if (attribute === "") fail("the name of an attribute should stand here");
    const operator = take(OPERATOR)?.[0];
    switch (operator) {
      case ">=":
        return new GreaterThanEqualsFilter({ attribute, value: value() });
      case "<=":
        return new LessThanEqualsFilter({ attribute, value: value() });
      case "~=":
        return new ApproximateFilter({ attribute, value: value() });
      case "=":
        return equality(attribute);
      default:
        return fail("one of = >= <= ~= := should follow the attribute");
    }
  }

  function equality(attribute: string): Filter {
    const start = position;
    const pieces = (take(VALUE)?.[0] ?? "").split("*");
    const values: Buffer[] = [];
    let at = start;
    for (const piece of pieces) {
      values.push(unescape(piece, at));
      at += piece.length + 1;
    }
    const [first = Buffer.alloc(0)] = values;
    if (pieces.length === 1) return new EqualityFilter({ attribute, value: isUtf8(first) ? first.toString() : first });
    if (pieces.length === 2 && pieces.every((piece) => piece === "")) return new PresenceFilter({ attribute });
    const [initial = "", ...rest] = values.map((piece) => textOf(piece, start));
    const final = rest.pop() ?? "";
    if (rest.includes("")) fail("two * stand side by side", start);
    return new SubstringFilter({ attribute, initial, any: rest, final });
  }

  function value(): string {
    const start = position;
    const raw = take(VALUE)?.[0] ?? "";
    const star = raw.indexOf("*");
    if (star >= 0) fail("* has a meaning after = only; as a character it is \\2a", start + star);
    return textOf(unescape(raw, start), start);
  }

  function unescape(raw: string, start: number): Buffer {
    const parts: Buffer[] = [];
    for (let at = 0; at < raw.length;) {
      const next = raw.indexOf("\\", at);
      const end = next < 0 ? raw.length : next;
      parts.push(Buffer.from(raw.slice(at, end)));
      at = end;
      if (next < 0) continue;
      const hex = raw.slice(next + 1, next + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(hex)) fail("two hexadecimal digits should follow \\", start + next);
      parts.push(Buffer.from(hex, "hex"));
      at += 3;
    }
    return Buffer.concat(parts);
  }

  function textOf(bytes: Buffer, start: number): string {
    return isUtf8(bytes) ? bytes.toString() : fail("bytes that aren't UTF-8 can only be compared with =", start);
  }

  const parsed = filter();
  if (position < text.length) fail("nothing should follow the filter");
  return parsed;
}
