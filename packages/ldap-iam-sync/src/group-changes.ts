/** The groups' part of the difference: pure; the decision table stands in diff.ts. */

import type { JsonObject } from "@bulkhead/core";
import { compare, fieldChanges, type Action, type Actual } from "@bulkhead/plan";
import { groupOfPolicy } from "./access-policies.ts";
import { groupFields, policyNames, type GroupFields } from "./fields.ts";
import { foreignPolicies, type SettledGroup, type SettledGroups } from "./group-names.ts";
import type { Matches } from "./match.ts";
import { idOf, kinds, type FoundIam, type Part, type WantedUsers } from "./model.ts";

export function groupChanges(
  wanted: WantedUsers,
  iam: FoundIam,
  { adopted, foreign }: Matches,
  { usable, clashing, leavesAlone }: SettledGroups,
): Part {
  const { account, path } = wanted;
  const id = (name: string): string => idOf(account, kinds.group, name);
  const groups = [...usable.values()];
  const desired = new Map<string, GroupFields>([
    ...groups.map((group) => [group.name, wantedFields(group, path)] as const),
    ...clashing.map(({ group }) => [group.name, { name: group.name, path, policies: {} }] as const),
  ]);
  const known = new Set(groups.map(({ name }) => name));
  const extra = iam.groups.filter((it) => it.path === path && !known.has(it.name) && !leavesAlone(it.name));
  const ownership = `path ${path}`;
  const actual = new Map<string, Actual>([
    ...groups.flatMap(({ name, found }) => {
      const policies = Object.keys(desired.get(name)?.policies ?? {});
      return found ? [[name, { fields: groupFields(found, { path, policies }), ownership }] as const] : [];
    }),
    ...extra.map(({ name }) => [name, { fields: { name, path }, ownership }] as const),
  ]);
  const members = Map.groupBy(
    iam.users.flatMap((user) => user.groups.map((group) => ({ group, user }))),
    ({ group }) => group,
  );
  /** Members become ours before their group goes: if one's adoption is held, so is the group's end. */
  const adoptions = (group: string): readonly string[] =>
    [...adopted].flatMap(([key, user]) => (user.groups.includes(group) ? [idOf(account, kinds.user, key)] : []));
  const others = new Set(foreign);
  const dns = new Map(groups.map((group) => [group.name, group.dns.join(", ")]));
  const compared = compare({
    kind: kinds.group,
    account,
    region: "global",
    desired,
    actual,
    extra: "delete",
    sentence: (action, name, before, after) => sentenceOf(action, name, before, after, members.get(name)?.length ?? 0),
    because: (name) => dns.get(name) ?? "no group of the directory comes to this name",
    dependsOn: (name, after) =>
      after === null
        ? adoptions(name)
        : Object.entries((after as GroupFields).policies)
            .filter(([, attached]) => attached)
            .map(([policy]) => idOf(account, kinds.policy, policy)),
  });

  const impossible = new Map<string, string>();
  for (const { group, found } of clashing) {
    impossible.set(
      id(group.name),
      `IAM has a group ${found.name} in ${found.path} that isn't Bulkhead's: rename it, or let users.groups.name give another name`,
    );
  }
  for (const group of extra) {
    const strangers = (members.get(group.name) ?? []).filter(({ user }) => others.has(user));
    const held = [
      ...strangers.map(({ user }) => user.name),
      ...foreignPolicies(group.policies, path),
      ...group.inlinePolicies,
    ];
    if (held.length > 0) impossible.set(id(group.name), `it holds what isn't Bulkhead's: ${held.join(", ")}`);
  }
  const creates = compared.changes.filter((change) => change.action === "create" && !impossible.has(change.id));
  for (const change of creates.slice(Math.max(0, iam.quotas.groups - iam.groups.length))) {
    impossible.set(change.id, `IAM takes ${iam.quotas.groups} groups an account, and ${iam.groups.length} are there`);
  }
  return { ...compared, impossible };
}

function wantedFields({ name, found, policies, tooMuch, frozen }: SettledGroup, path: string): GroupFields {
  if (frozen || tooMuch !== null) return { name, path, policies: {} };
  const attached = policyNames(found?.policies ?? [], path).filter((policy) => groupOfPolicy(policy) !== undefined);
  return {
    name,
    path,
    policies: Object.fromEntries([
      ...attached.map((policy) => [policy, false] as const),
      ...policies.map((policy) => [policy.name, true] as const),
    ]),
  };
}

function sentenceOf(
  action: Action | "unmanaged",
  name: string,
  before: JsonObject | null,
  after: JsonObject | null,
  members: number,
): string {
  if (action === "delete")
    return `delete group ${name}${members > 0 ? `, which has ${counted(members, "member")}` : ""}`;
  if (action === "create") return `create group ${name}`;
  const policies = fieldChanges(before, after);
  const count = (attach: boolean): number => policies.filter((field) => field.after === attach).length;
  const steps = [
    count(true) > 0 && `attach ${counted(count(true), "policy", "policies")} to group ${name}`,
    count(false) > 0 && `detach ${counted(count(false), "policy", "policies")} from group ${name}`,
  ];
  return steps.filter((step) => step !== false).join(", ");
}

function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
