/** Reads people and groups from a source of entries, whichever it is, and proves that it saw all of them. */

import { AndFilter, type Filter } from "ldapts";
import { relativeId } from "./active-directory.ts";
import { isAtOrBelow, namingValue, normalizeDn } from "./dn.ts";
import { bytesOf, textsOf, type Entry } from "./entry.ts";
import { parseFilter } from "./filter.ts";
import { keyAttributes, keyOf } from "./identity.ts";
import { PeopleIndex, resolveMembers, unknownMembers, type GroupEntry } from "./members.ts";
import type { DirectoryRead, Group, IncompleteReason, Person } from "./model.ts";
import { PersonMemo } from "./person-memo.ts";
import type { ReadOptions, ReadSettings, Selection } from "./settings.ts";
import type { EntrySource, Query, Subject } from "./source.ts";
import { statusAttributes } from "./status.ts";

const GROUP_ATTRIBUTES = [...keyAttributes, "cn", "member", "uniqueMember", "memberUid", "objectSid"];
const ANY_GROUP = parseFilter(
  "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)(objectClass=posixGroup)(objectClass=group))",
);

/** What a read yields that wasn't done: nobody, and why. */
export function emptyRead(
  server: string,
  boundAs: string,
  canary: string | undefined,
  reasons: readonly IncompleteReason[],
): DirectoryRead {
  return {
    people: [],
    groups: [],
    proof: {
      complete: false,
      boundAs,
      server,
      reasons,
      counts: { people: 0, groups: 0, members: 0, unresolvedMembers: 0 },
      canary: canary === undefined ? null : { wanted: canary, found: false },
    },
  };
}

/**
 * @param memo of an earlier read with the same options, for entries that are still the same
 * @throws only what the source throws
 */
export async function readEntries(
  source: EntrySource,
  settings: ReadSettings,
  options: ReadOptions,
  memo = new PersonMemo(options.attributes),
): Promise<DirectoryRead> {
  const reasons: IncompleteReason[] = [];
  const { people, index } = await readPeople(source, settings.people, options, memo, reasons);
  const canary = await findCanary(source, settings.people, options.canary, people, index, reasons);
  const groups = await readGroups(source, settings.groups, index, reasons);
  reasons.push(...(await source.finish()));

  const { expectedAtLeast = 0 } = options;
  if (people.size === 0) {
    const message = `Nobody below ${settings.people.base} matches ${settings.people.filter}: check base and filter.`;
    reasons.push({ code: "nobody", message });
  } else if (people.size < expectedAtLeast) {
    const message = `${people.size} people were found, and at least ${expectedAtLeast} are expected.`;
    reasons.push({ code: "tooFew", message });
  }
  if (groups.length === 0) {
    const message = `No group below ${settings.groups.base} matches ${settings.groups.filter}: check base and filter.`;
    reasons.push({ code: "noGroups", message });
  }
  return {
    people: [...people.values()],
    groups,
    proof: {
      complete: reasons.length === 0,
      boundAs: source.boundAs,
      server: source.server,
      reasons,
      counts: {
        people: people.size,
        groups: groups.length,
        members: groups.reduce((sum, { members }) => sum + members.length, 0),
        unresolvedMembers: groups.reduce((sum, { unresolved }) => sum + unresolved.length, 0),
      },
      canary,
    },
  };
}

async function readPeople(
  source: EntrySource,
  { base, filter }: Selection,
  { attributes, now = new Date() }: ReadOptions,
  memo: PersonMemo,
  reasons: IncompleteReason[],
): Promise<{ readonly people: ReadonlyMap<string, Person>; readonly index: PeopleIndex }> {
  const people = new Map<string, Person>();
  const index = new PeopleIndex();
  const query: Query = {
    subject: "people",
    base,
    filter: parseFilter(filter),
    attributes: [...new Set([...keyAttributes, ...statusAttributes, "uid", "primaryGroupID", ...attributes])],
  };
  const found = await source.search(query, (entry) => {
    const read = memo.read(entry, now);
    const key = takeKey(entry, read?.person.key, people, reasons);
    if (!read || key === undefined) return;
    people.set(key, read.person);
    index.add(key, read.normalDn, read.names, read.primaryGroupId);
  });
  reasons.push(...found);
  return { people, index };
}

async function readGroups(
  source: EntrySource,
  { base, filter }: Selection,
  people: PeopleIndex,
  reasons: IncompleteReason[],
): Promise<readonly Group[]> {
  const selected = await searchGroups(source, "groups", base, parseFilter(filter), reasons);
  const normalBase = normalizeDn(base);
  const unknown = [...unknownMembers(selected.values(), people)];
  // Groups within groups count, whether or not the filter names them.
  const nested = unknown.some((dn) => isAtOrBelow(dn, normalBase))
    ? await searchGroups(source, "nested groups", base, ANY_GROUP, reasons)
    : new Map<string, GroupEntry>();
  return resolveMembers([...selected.values()], [...nested.values()], people, reasons);
}

async function searchGroups(
  source: EntrySource,
  subject: Subject,
  base: string,
  filter: Filter,
  reasons: IncompleteReason[],
): Promise<ReadonlyMap<string, GroupEntry>> {
  const groups = new Map<string, GroupEntry>();
  const found = await source.search({ subject, base, filter, attributes: GROUP_ATTRIBUTES }, (entry) => {
    const key = takeKey(entry, keyOf(entry), groups, reasons);
    if (key === undefined) return;
    const [sid] = bytesOf(entry, "objectSid");
    groups.set(key, {
      key,
      dn: entry.dn,
      // A cn may have several values, in no order that lasts: the one that names the entry is the group's name.
      name: namingValue(entry.dn, "cn") ?? [...textsOf(entry, "cn")].sort()[0] ?? entry.dn,
      memberDns: [...textsOf(entry, "member"), ...textsOf(entry, "uniqueMember")],
      memberNames: textsOf(entry, "memberUid"),
      relativeId: sid && relativeId(sid),
    });
  });
  reasons.push(...found);
  return groups;
}

/** The key of an entry that is new; else the reason is noted. */
function takeKey(
  entry: Entry,
  key: string | undefined,
  known: ReadonlyMap<string, { readonly dn: string }>,
  reasons: IncompleteReason[],
): string | undefined {
  if (key === undefined) {
    const message = `${entry.dn} shows neither entryUUID nor objectGUID: let the bind DN read them.`;
    reasons.push({ code: "keyMissing", message });
    return undefined;
  }
  const other = known.get(key);
  if (other) {
    const message = `${entry.dn} and ${other.dn} have the same identity ${key}: the directory changed while it was read.`;
    reasons.push({ code: "readTwice", message });
    return undefined;
  }
  return key;
}

async function findCanary(
  source: EntrySource,
  { base, filter }: Selection,
  wanted: string | undefined,
  people: ReadonlyMap<string, Person>,
  index: PeopleIndex,
  reasons: IncompleteReason[],
): Promise<DirectoryRead["proof"]["canary"]> {
  if (wanted === undefined) return null;
  let found = index.byDn(normalizeDn(wanted)) !== undefined;
  if (isFilter(wanted)) {
    const both = new AndFilter({ filters: [parseFilter(filter), parseFilter(wanted)] });
    const query: Query = { subject: "the canary entry", base, filter: both, attributes: keyAttributes };
    const why = await source.search(query, (entry) => {
      found ||= people.has(keyOf(entry) ?? "");
    });
    reasons.push(...why);
  }
  if (!found) reasons.push({ code: "canaryMissing", message: `${wanted} should be among the people, and isn't.` });
  return { wanted, found };
}

/** Whether the canary is given as a filter; otherwise it is a DN. */
export function isFilter(canary: string): boolean {
  return canary.trimStart().startsWith("(");
}
