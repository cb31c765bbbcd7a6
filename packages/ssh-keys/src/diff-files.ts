/** Files of ours that somebody else wrote, removed or added: pure; the decision table stands in diff.ts. */

import { compare, type Actual } from "@bulkhead/plan";
import type { JsonObject } from "@bulkhead/core";
import { type Difference, hostRegion, kinds, type FoundFile, type FoundHost, type Kind, type Wanted } from "./model.ts";
import { KEYS_FOLDER, REVOKED_FILE, SUDOERS_FILE } from "./paths.ts";
import { sudoers } from "./sudo.ts";

export function fileChanges(wanted: Wanted, found: FoundHost): Difference {
  const ours = new Set<string>(found.people.map(({ login }) => login));
  const { sudoRules, revokedKeys, strayKeyFiles } = found;
  const strangers = sudoRules ? [...sudoers(sudoRules.lines)].filter((login) => !ours.has(login)) : [];
  const comparisons = [
    // A missing one comes with the first who may become root: a host without sudo needs none.
    ...(sudoRules ? [wholeFile(wanted, kinds.sudoRules, SUDOERS_FILE, sudoRules, strangers.length === 0)] : []),
    wholeFile(wanted, kinds.revokedKeys, REVOKED_FILE, revokedKeys, true),
    strays(wanted, strayKeyFiles),
  ];
  return {
    changes: comparisons.flatMap(({ changes }) => changes),
    unmanaged: [],
    impossible: new Map(),
    warnings: [],
  };
}

function wholeFile({ account }: Wanted, kind: Kind, path: string, found: FoundFile | null, allOurs: boolean) {
  const actual: (readonly [string, Actual])[] = found
    ? [[path, { fields: { intact: found.intact && allOurs }, ownership: path }]]
    : [];
  return compare({
    kind,
    account,
    region: hostRegion,
    desired: new Map([[path, { intact: true }]]),
    actual: new Map(actual),
    extra: "unmanaged",
    sentence: (action) => (action === "create" ? `make ${path}` : `put ${path} right, which somebody else changed`),
  });
}

function strays({ account }: Wanted, names: readonly string[]) {
  const actual = new Map(
    names.map((name) => [name, { fields: { name } satisfies JsonObject, ownership: KEYS_FOLDER }]),
  );
  const compared = compare({
    kind: kinds.keyFile,
    account,
    region: hostRegion,
    desired: new Map(),
    actual,
    extra: "delete",
    sentence: (_, name) => `remove the key file ${JSON.stringify(name)}, which is nobody's of Bulkhead's`,
  });
  return { ...compared, changes: compared.changes.map((change) => ({ ...change, losses: 0 })) };
}
