/**
 * What takes all keys away while the directory is silent: pure. Nobody is a leaver by it: users, groups and sudo stay,
 * no key is revoked, and the next complete read gives everybody back what they had.
 */

import { compare, type Change } from "@bulkhead/plan";
import { keysField } from "./keys-field.ts";
import { hostRegion, kinds, type FoundHost } from "./model.ts";

export function closingChanges(account: string, { people }: FoundHost, reason: string): readonly Change[] {
  const open = people.filter(({ keyFile }) => keyFile !== null);
  const fields = open.map(({ key, login, keyFile }) => [key, login, keysField(keyFile, [])] as const);
  const { changes } = compare({
    kind: kinds.user,
    account,
    region: hostRegion,
    desired: new Map(fields.map(([key, login, { after }]) => [key, { login, keys: after }])),
    actual: new Map(
      fields.map(([key, login, { before }]) => [key, { fields: { login, keys: before }, ownership: null }] as const),
    ),
    extra: "unmanaged",
    sentence: (_, __, before) => `close ${String(before?.["login"])} while the directory is silent`,
    because: () => reason,
  });
  return changes;
}
