/**
 * People as directory and landing zone want them on this host against those that it has: pure.
 *
 *   person                                  | on the host                   | result
 *   ----------------------------------------+-------------------------------+---------------------------------------------
 *   wanted                                  | no user, login and UID free   | create
 *   wanted                                  | login or UID is another's     | create, held
 *   wanted                                  | ours                          | update of what differs; the UID stays
 *   wanted, under another login             | ours                          | … renamed, once the new login is free
 *   wanted                                  | ours, shut out                | … and let in again
 *   outsider, or gone from the directory    | ours                          | shut out: no key, no sudo, no group, locked
 *   outsider, or gone from the directory    | ours, shut out                | nothing; after the days of grace, delete
 *   unmapped (desired.ts)                   | any                           | left alone, with a warning
 *   any                                     | not ours                      | left alone
 *   any; directory read in part             | any                           | nothing at all: what stands stands
 *
 *   group: missing: create | name taken by another's: its people come without it | not wanted any more: delete
 *   file: written by somebody else, missing, or a key file of nobody: put right
 *
 * Ours is who stands in Bulkhead's state and, with the same UID, in the user database with the marker as primary group.
 *
 * Losses, which the ceiling counts: who is shut out without the entry saying so, and who stays without a key.
 *
 * Fields: user { login, uid, shell, home, groups: {name: true|false}, sudo, keys: {fingerprint: true|false}, locked, left },
 * group { gid }, key-file { name }, sudo-rules and revoked-keys { intact }. Ids by the person's key, else by the name.
 */

import { fileChanges } from "./diff-files.ts";
import { groupChanges, settleGroups } from "./diff-groups.ts";
import { userChanges } from "./diff-users.ts";
import type { Difference, FoundHost, Wanted } from "./model.ts";

/** @param today as 2026-11-22 */
export function diffHost(wanted: Wanted, found: FoundHost, today: string): Difference {
  const warnings = [...wanted.warnings, ...wanted.unmapped.map(({ dn, reason }) => `${dn} is left alone: ${reason}`)];
  if (wanted.incomplete !== null) {
    const reason = `The directory wasn't read completely, so everything stays as it is: ${wanted.incomplete}`;
    return { changes: [], unmanaged: [], impossible: new Map(), warnings: [reason, ...warnings] };
  }
  const groups = settleGroups(wanted, found);
  const parts = [
    groupChanges(wanted, found, groups),
    userChanges(wanted, found, groups, today),
    fileChanges(wanted, found),
  ];
  return {
    changes: parts.flatMap(({ changes }) => changes),
    unmanaged: parts.flatMap(({ unmanaged }) => unmanaged),
    impossible: new Map(parts.flatMap(({ impossible }) => [...impossible])),
    warnings: [...warnings, ...parts.flatMap((part) => part.warnings)],
  };
}
