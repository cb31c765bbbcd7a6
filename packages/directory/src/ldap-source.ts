/** Searches an LDAP server to the last page and the last value, and tells whatever stood in the way. */

import { parseRange, type ValueRange } from "./active-directory.ts";
import type { Connection, PageResult } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { unavailable } from "./errors.ts";
import { ANY_ENTRY } from "./filter.ts";
import type { IncompleteCode, IncompleteReason } from "./model.ts";
import { adviceFor, describeResult, isPassing, REFERRAL, SUCCESS } from "./result-code.ts";
import type { Session } from "./session.ts";
import type { EntrySource, Query } from "./source.ts";

/** Entries a page: Active Directory gives up to 1,000, OpenLDAP by default 500. */
const PAGE_SIZE = 500;
/** Servers that filter late send empty pages; one that sends so many in a row turns in circles. */
const EMPTY_PAGES = 1_000;

/** Its searches throw Directory.Unreachable, when the connection ends, and Directory.Unavailable. */
export function ldapSource({ connection, boundAs, confirm }: Session): EntrySource {
  return {
    server: connection.url,
    boundAs,
    search: (query, onEntry) => searchPages(connection, query, onEntry),
    finish: confirm,
  };
}

async function searchPages(
  connection: Connection,
  query: Query,
  onEntry: (entry: Entry) => void,
): Promise<readonly IncompleteReason[]> {
  const reasons: IncompleteReason[] = [];
  const { subject, base, filter, attributes } = query;
  let emptyPages = 0;
  for (let cookie: Buffer = Buffer.alloc(0); ;) {
    const paging = { size: PAGE_SIZE, cookie };
    const page = await connection.search({ base, scope: "sub", filter, attributes, paging });
    for (const entry of page.entries) onEntry(await withAllValues(connection, entry, reasons));
    const against = reasonsAgainst(page, `reading ${subject} below ${base}`, connection.url);
    reasons.push(...against);
    if (page.result.code !== SUCCESS) return reasons;

    if (page.cookie === undefined) {
      return [...reasons, broken("pagingBroken", connection, subject, "the server ignores the paging control")];
    }
    if (page.cookie.length === 0) return reasons;
    emptyPages = page.entries.length === 0 ? emptyPages + 1 : 0;
    if (emptyPages === EMPTY_PAGES) {
      return [...reasons, broken("pagingBroken", connection, subject, `${EMPTY_PAGES} empty pages came in a row`)];
    }
    cookie = Buffer.from(page.cookie);
  }
}

/** That part of what is searched for stands on another server. */
export function referral(server: string, task: string, url: string): IncompleteReason {
  const message = `${server}: while ${task}, the server refers to ${url}, which isn't followed. Search there, or narrow the base.`;
  return { code: "referral", message };
}

/**
 * What a page says against a complete read.
 * @throws Directory.Unavailable, if another server may do better
 */
function reasonsAgainst(page: PageResult, task: string, server: string): readonly IncompleteReason[] {
  const { result, references } = page;
  const reasons = references.map((url) => referral(server, task, url));
  if (result.code === SUCCESS) return reasons;
  if (isPassing(result.code)) throw unavailable(server, task, describeResult(result));
  const code: IncompleteCode = result.code === REFERRAL ? "referral" : "resultCode";
  const message = `${server}: while ${task}, the server answered ${describeResult(result)}.${adviceFor(result.code)}`;
  return [...reasons, { code, message }];
}

/** Fetches what Active Directory left out of long attributes: it gives 1,500 values at a time. */
async function withAllValues(connection: Connection, entry: Entry, reasons: IncompleteReason[]): Promise<Entry> {
  const ranges = [...entry.attributes].flatMap(([description, values]) => {
    const range = parseRange(description);
    return range ? [{ description, range, values }] : [];
  });
  if (ranges.length === 0) return entry;
  const attributes = new Map(entry.attributes);
  for (const { description, range, values } of ranges) {
    attributes.delete(description);
    const fetched = await fetchRanges(connection, entry.dn, range, values);
    attributes.set(range.attribute, fetched.values);
    reasons.push(...fetched.reasons);
  }
  return { dn: entry.dn, attributes };
}

async function fetchRanges(
  connection: Connection,
  dn: string,
  first: ValueRange,
  firstValues: readonly Buffer[],
): Promise<{ readonly values: readonly Buffer[]; readonly reasons: readonly IncompleteReason[] }> {
  const { attribute } = first;
  const values = [...firstValues];
  const stop = (problem: string): readonly IncompleteReason[] => [
    broken("rangeBroken", connection, `the values of ${attribute} of ${dn}`, problem),
  ];
  if (!isWhole(first, 0, firstValues)) return { values, reasons: stop("the first part isn't what it says") };
  for (let { to } = first; to !== null;) {
    const from = to + 1;
    const page = await connection.search({
      base: dn,
      scope: "base",
      filter: ANY_ENTRY,
      attributes: [`${attribute};range=${from}-*`],
    });
    const reasons = reasonsAgainst(page, `reading ${attribute} of ${dn}`, connection.url);
    if (reasons.length > 0) return { values, reasons };
    const [part] = [...(page.entries[0]?.attributes ?? [])].flatMap(([description, found]) => {
      const range = parseRange(description);
      return range?.attribute === attribute ? [{ range, found }] : [];
    });
    if (!part || !isWhole(part.range, from, part.found)) {
      return { values, reasons: stop(`what follows value ${from} is missing: did it change meanwhile?`) };
    }
    values.push(...part.found);
    ({ to } = part.range);
  }
  return { values, reasons: [] };
}

/** Whether a part begins where it should and holds as many values as its range says. */
function isWhole({ from, to }: ValueRange, wanted: number, values: readonly Buffer[]): boolean {
  return from === wanted && (to === null || (values.length === to - from + 1 && to >= from));
}

function broken(code: IncompleteCode, { url }: Connection, subject: string, problem: string): IncompleteReason {
  return { code, message: `${url}: while reading ${subject}: ${problem}.` };
}
