/** The users, groups and policies that the directory and the landing zone file ask for: pure. */

import type { DirectoryRead } from "@bulkhead/directory";
import type { LandingZone, Users } from "@bulkhead/landing-zone";
import type { KnownIds } from "./access-policies.ts";
import type { WantedUsers } from "./model.ts";
import { leaverDeny, selfService } from "./self-service-policy.ts";
import { mapGroups } from "./wanted-groups.ts";
import { mapPeople } from "./wanted-people.ts";

/** A landing zone with a section `users`. */
export type LandingZoneWithUsers = LandingZone & { readonly users: Users };

/** @param partition `aws`, `aws-cn` or `aws-us-gov` */
export function wantedUsers(
  landingZone: LandingZoneWithUsers,
  read: DirectoryRead,
  ids: KnownIds,
  partition = "aws",
): WantedUsers {
  const { users: rules, organization } = landingZone;
  // Servers give entries in any order; a plan that is approved has to come out the same again.
  const people = read.people.toSorted(byDn);
  const found = read.groups.toSorted(byDn);
  const mapped = mapGroups(landingZone, { groups: found, proof: read.proof }, ids, partition);
  const { groups, unmapped: unmappedGroups, groupsOf, warnings } = mapped;
  return {
    account: organization.identityAccount,
    path: rules.path,
    graceDays: rules.leavers.graceDays,
    ...mapPeople(rules, people, groupsOf),
    groups,
    unmappedGroups,
    policies: [selfService(rules.path, partition), leaverDeny],
    incomplete: whyIncomplete(read, groups.length + unmappedGroups.length),
    warnings,
  };
}

function byDn(a: { readonly dn: string }, b: { readonly dn: string }): number {
  return a.dn < b.dn ? -1 : a.dn > b.dn ? 1 : 0;
}

/** A rule that no group matches is a mistake in the rule: groups that only seem to be gone mustn't be removed for it. */
function whyIncomplete({ groups, proof }: DirectoryRead, matching: number): string | null {
  if (!proof.complete) return proof.reasons.map(({ message }) => message.replace(/\.$/, "")).join("; ");
  if (groups.length > 0 && matching === 0) return "none of the directory's groups matches users.groups.name.match";
  return null;
}
