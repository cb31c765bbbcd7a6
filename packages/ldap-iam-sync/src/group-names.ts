/** Which IAM groups the wanted ones are, and which of them people can be put into: pure. */

import { accessPolicyName, groupOfPolicy } from "./access-policies.ts";
import { policyNames } from "./fields.ts";
import { caseless } from "./iam-rules.ts";
import type { FoundGroup, FoundIam, WantedGroup, WantedUsers } from "./model.ts";

export interface SettledGroup extends Omit<WantedGroup, "name"> {
  /** As IAM spells it, where it exists; so are the names of its policies. */
  readonly name: string;
  readonly found: FoundGroup | null;
  /** Why its access can't be as the file says. */
  readonly tooMuch: string | null;
  /** Whether its policies are left as they are, since not all is known of what it may enter. */
  readonly frozen: boolean;
}

export interface SettledGroups {
  /** Those that exist and are ours, and those that can be created; by the name in the directory. */
  readonly usable: ReadonlyMap<string, SettledGroup>;
  /** Those that can't be created, since IAM has a group of that name elsewhere. */
  readonly clashing: readonly { readonly group: WantedGroup; readonly found: FoundGroup }[];
  /** Whether a group and its access policies must stay as they are, though nobody wants them as they are. */
  leavesAlone(name: string): boolean;
}

export function settleGroups(wanted: WantedUsers, iam: FoundIam): SettledGroups {
  const byName = new Map(iam.groups.map((group) => [caseless(group.name), group]));
  const policies = new Map(
    iam.policies.filter(({ path }) => path === wanted.path).map(({ name }) => [caseless(name), name]),
  );
  const usable = new Map<string, SettledGroup>();
  const clashing: SettledGroups["clashing"][number][] = [];
  for (const group of wanted.groups) {
    const found = byName.get(caseless(group.name)) ?? null;
    if (found !== null && found.path !== wanted.path) clashing.push({ group, found });
    else usable.set(group.name, settle(group, found, wanted.path, policies, iam.quotas.policiesPerGroup));
  }
  const kept = new Set([
    ...wanted.unmappedGroups.flatMap(({ name }) => (name === null ? [] : [caseless(name)])),
    ...clashing.map(({ group }) => caseless(group.name)),
  ]);
  return { usable, clashing, leavesAlone: (name) => kept.has(caseless(name)) };
}

function settle(
  group: WantedGroup,
  found: FoundGroup | null,
  path: string,
  policies: ReadonlyMap<string, string>,
  policiesPerGroup: number,
): SettledGroup {
  const others = foreignPolicies(found?.policies ?? [], path).length;
  const number = group.policies.length + others;
  const besides = others === 0 ? "" : ` with the ${others} that aren't Bulkhead's`;
  return {
    ...group,
    name: found?.name ?? group.name,
    policies: group.policies.map((policy) => ({ ...policy, name: policies.get(caseless(policy.name)) ?? policy.name })),
    found,
    tooMuch:
      number > policiesPerGroup
        ? `the access of group ${group.name} takes ${number} policies${besides}, and IAM lets a group have ${policiesPerGroup}: give it roles in all accounts (\`accounts: all\`), or split the group`
        : null,
    frozen: group.accountsWithoutId.length > 0 && policies.has(caseless(accessPolicyName(group.name, 1))),
  };
}

/** Those ARNs of a group's policies that somebody else has attached. */
export function foreignPolicies(attached: readonly string[], path: string): readonly string[] {
  return attached.filter((arn) => !policyNames([arn], path).some((name) => groupOfPolicy(name) !== undefined));
}

/** Whether an access policy is a group's. */
export function isFor(policy: string, group: string): boolean {
  const named = groupOfPolicy(policy);
  return named !== undefined && caseless(named) === caseless(group);
}
