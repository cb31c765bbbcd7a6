/**
 * People and groups as the directory wants them against those that IAM has: pure.
 *
 *   person in the directory       | in IAM, ours     | result
 *   ------------------------------+------------------+----------------------------------------------------------------
 *   active, locked                | missing          | create; adopt, where the file asks for it and a user fits
 *   active, locked                | there            | update of what differs: name, tags, groups, self-service policy
 *   active, locked                | shut out         | the same, and let in again
 *   disabled, expired, gone       | missing          | nothing
 *   disabled, expired, gone       | there            | shut out: denied, keys and password closed
 *   disabled, expired, gone       | shut out         | nothing; after the days of grace, delete
 *   unmapped (desired.ts)         | any              | left alone, with a warning
 *   any; directory read in part   | any              | nobody shut out, let in again, deleted or taken out of a group
 *
 *   group in the directory        | missing: create with its policies | there: its policies   | gone: delete
 *   access policy                 | missing: create                   | there: its document   | not needed: delete
 *
 * Held (`impossible`): a name that another user, group or policy has; two people who exchange names; more than IAM's
 * quotas; a group to be deleted that holds what isn't ours; all that takes away, lets in again or adopts, after a read in part.
 *
 * Losses, which the ceiling counts: everybody who is shut out or deleted; of a group that is deleted, its members (one at
 * least); everybody who leaves a group that is empty now, as if that were deleted. A policy's end is nobody's.
 *
 * Fields of the changes (types and meaning in fields.ts); ids from `idOf(wanted.account, kind, name)`, region `global`:
 *
 *   kind   | name in the id | create, update                                              | delete (`before`)
 *   -------+----------------+-------------------------------------------------------------+--------------------------
 *   policy | its name       | { name, path, document }                                    | { name, path }
 *   group  | its name       | { name, path, policies: {name: true|false} }                | { name, path }
 *   user   | person's key   | { name, path, tags, groups: {name: true|false},             | { name, path, tags, left }
 *          |                | selfService: true, denied: false, left: null }              |
 *   user   | person's key   | shut out: { name, path, tags, denied: true, left: day }     |
 *
 * `before.name` is the name that IAM has, `after.name` the one to have. A change that half happened reads as `partly`:
 * for that, shutting out attaches `bulkhead-left` first (denied) and tags `bulkhead:left` last (left); letting in
 * detaches first and untags last. A create that was cut off reads as null, until the user with our path and tag is whole.
 * Deleting a group takes its members out of it: their own changes don't speak of it.
 */

import type { Change, Compared } from "@bulkhead/plan";
import { groupChanges } from "./group-changes.ts";
import { settleGroups } from "./group-names.ts";
import { withLosses } from "./losses.ts";
import { matchUsers, type Matches } from "./match.ts";
import { idOf, kinds, leftTag, personTag, type FoundIam, type WantedUsers } from "./model.ts";
import { policyChanges } from "./policy-changes.ts";
import { isLettingIn, isShuttingOut, userChanges } from "./user-changes.ts";

export interface Difference extends Compared {
  /** Reasons by the ids of changes that can't be done as things stand. */
  readonly impossible: ReadonlyMap<string, string>;
  /** How many people of ours IAM has that aren't shut out. */
  readonly active: number;
  readonly warnings: readonly string[];
}

/** @param today as 2026-11-22 */
export function diffUsers(wanted: WantedUsers, found: FoundIam, today: string): Difference {
  const matches = matchUsers(wanted, found.users);
  const groups = settleGroups(wanted, found);
  const forUsers = userChanges(wanted, found, matches, groups, today);
  const forGroups = groupChanges(wanted, found, matches, groups);
  const forPolicies = policyChanges(wanted, found, groups);
  const parts = [forPolicies, forGroups, forUsers];
  const all = parts.flatMap(({ changes }) => changes);
  const changes = withLosses(all, wanted, found, groups);
  const adoptions = new Set([...matches.adopted.keys()].map((key) => idOf(wanted.account, kinds.user, key)));
  // People may be hidden, and so may the attribute that tells of a leaver, and who fits an adoption as well.
  const needsAll = (change: Change): boolean =>
    change.action === "delete" || isShuttingOut(change) || isLettingIn(change) || adoptions.has(change.id);
  const partial = wanted.incomplete === null ? [] : changes.filter(needsAll);
  return {
    changes,
    unmanaged: parts.flatMap(({ unmanaged }) => unmanaged),
    impossible: new Map([
      ...parts.flatMap(({ impossible }) => [...impossible]),
      ...partial.map(({ id }) => [id, `the directory wasn't read completely: ${wanted.incomplete}`] as const),
    ]),
    active: [...matches.ours.values()].filter(({ tags }) => tags[leftTag] === undefined).length,
    warnings: warningsOf(wanted, matches),
  };
}

function warningsOf(wanted: WantedUsers, { doubled }: Matches): readonly string[] {
  const incomplete =
    wanted.incomplete === null
      ? []
      : [
          `The directory wasn't read completely, so nobody is disabled, deleted, taken out of a group, restored or adopted: ${wanted.incomplete}`,
        ];
  return [
    ...incomplete,
    ...wanted.warnings,
    ...[...wanted.unmappedGroups, ...wanted.unmapped].map(({ dn, reason }) => `${dn} is left alone: ${reason}`),
    ...[...doubled].map(([key, users]) => {
      const names = users.map(({ name }) => name).join(", ");
      return `${names} all carry ${personTag}=${key} and are left alone: take the tag off all but one`;
    }),
  ];
}
