/** The map of accounts, cut into parts that SSM takes. */

import type { Json, JsonObject } from "@bulkhead/core";
import { compareText, refreshLockFile } from "@bulkhead/landing-zone";
import { isObject } from "@bulkhead/plan";
import type { Estate, Found, Site, Wanted } from "../../control.ts";

export const mapFolder = "/bulkhead/accounts";

export const partKind = "account-map-part";

/** Bytes of a standard parameter: https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm */
export const partSize = 4_096;

/** The accounts whose ids are known, sorted by name; each part is a map of its own, so that none needs another. */
export function wantedParts(_: Site, { landingZone, knownId }: Estate): readonly Wanted[] {
  const ids = new Map(
    landingZone.accounts.flatMap(({ name }): [string, string][] => {
      const id = knownId(name);
      return id === undefined ? [] : [[name, id]];
    }),
  );
  const { accounts } = refreshLockFile({ accounts: {}, blocks: {} }, landingZone.accounts, { ids });
  return partsOf(Object.entries(accounts as unknown as JsonObject));
}

/** An account of the file whose id isn't known here keeps its entry: a missing lock file is no reason to forget it. */
export function keepEntries(
  wanted: readonly Wanted[],
  found: readonly Found[],
  { landingZone, knownId }: Estate,
): readonly Wanted[] {
  const unknown = new Set(
    landingZone.accounts.map(({ name }) => name).filter((account) => knownId(account) === undefined),
  );
  const kept = entriesOf(found).filter(([account]) => unknown.has(account));
  return kept.length === 0 ? wanted : partsOf([...entriesOf(wanted), ...kept]);
}

function entriesOf(parts: readonly Wanted[]): [string, Json][] {
  return parts.flatMap(({ fields: { accounts } }) => (isObject(accounts) ? Object.entries(accounts) : []));
}

function partsOf(entries: readonly [string, Json][]): readonly Wanted[] {
  const sorted = [...entries].sort(([a], [b]) => compareText(a, b));
  return cut(sorted).map((part, index) => ({
    kind: partKind,
    name: `${index + 1}`,
    fields: { accounts: Object.fromEntries(part) },
  }));
}

/** The text of a part, as it is stored. */
export function partText(accounts: JsonObject): string {
  return JSON.stringify(accounts);
}

function cut(entries: readonly [string, Json][]): [string, Json][][] {
  const parts: [string, Json][][] = [];
  for (const entry of entries) {
    const last = parts.at(-1);
    const grown = [...(last ?? []), entry];
    if (last && Buffer.byteLength(partText(Object.fromEntries(grown))) <= partSize) last.push(entry);
    else parts.push([entry]);
  }
  return parts;
}
