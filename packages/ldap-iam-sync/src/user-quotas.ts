/** Changes of users that pass what IAM takes: pure. */

import type { Change } from "@bulkhead/plan";
import { policyNames, type UserFields } from "./fields.ts";
import { tagsFit } from "./iam-rules.ts";
import { personTag, selfServicePolicy, type FoundIam, type FoundUser } from "./model.ts";

/**
 * Why they are held, by id.
 * @param found those of IAM, by the key of the person
 */
export function overQuota(
  changes: readonly Change[],
  { users, quotas }: FoundIam,
  found: ReadonlyMap<string, FoundUser>,
): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  const creates = changes.filter(({ action }) => action === "create");
  for (const { id } of creates.slice(Math.max(0, quotas.users - users.length))) {
    reasons.set(id, `IAM takes ${quotas.users} users an account, and ${users.length} are there`);
  }
  for (const change of changes) {
    const after = change.after as UserFields | null;
    if (after?.selfService === undefined) continue;
    const before = found.get(after.tags[personTag] ?? "");
    const groups = [
      ...(before?.groups ?? []).filter((group) => !Object.hasOwn(after.groups, group)),
      ...Object.keys(after.groups).filter((group) => after.groups[group]),
    ];
    if (groups.length > quotas.groupsPerUser) {
      reasons.set(
        change.id,
        `${after.name} would be in ${groups.length} groups (${groups.sort().join(", ")}), and IAM takes ${quotas.groupsPerUser}: take the person out of some`,
      );
    }
    const others = (before?.policies ?? []).filter(
      (arn) => !policyNames([arn], after.path).includes(selfServicePolicy),
    );
    if (others.length >= quotas.policiesPerUser) {
      reasons.set(
        change.id,
        `${before?.name} has ${others.length} policies, and IAM takes ${quotas.policiesPerUser}, of which ${selfServicePolicy} has to be one: detach one`,
      );
    }
    if (!tagsFit(new Set([...Object.keys(before?.tags ?? {}), ...Object.keys(after.tags)]))) {
      reasons.set(change.id, `${after.name} would have more tags than IAM takes: take some off`);
    }
  }
  return reasons;
}
