/** A small landing zone, directories of a few people, and a model of IAM that changes can be applied to: all in memory. */

import type { DirectoryRead, Group, Person } from "@bulkhead/directory";
import { loadLandingZone } from "@bulkhead/landing-zone";
import { nameOf, type Change } from "@bulkhead/plan";
import type { LandingZoneWithUsers } from "../desired.ts";
import type { GroupFields, PolicyFields, UserFields } from "../fields.ts";
import {
  kinds,
  leaverPolicy,
  leftTag,
  selfServicePolicy,
  type FoundGroup,
  type FoundIam,
  type FoundPolicy,
  type FoundUser,
} from "../model.ts";

export const path = "/people/";
export const today = "2026-11-22";
const identityAccountId = "333333333333";
export const policyArn = (name: string): string => `arn:aws:iam::${identityAccountId}:policy${path}${name}`;

/** Ids of the accounts of the landing zone below. */
const ids: ReadonlyMap<string, string> = new Map([
  ["identity", identityAccountId],
  ["player-dev", "444444444444"],
  ["player-prod", "555555555555"],
]);
export const known = { idOf: (name: string): string | undefined => ids.get(name) };

/** @param users YAML, to go on in the section `users` */
export function landingZone({ users = "", people = "", access = "" } = {}): LandingZoneWithUsers {
  const text = `version: 1
organization:
  managementAccountId: "111111111111"
  homeRegion: eu-central-1
  accountEmail: "aws+{account}@example.com"
  identityAccount: identity
environments: { dev: { organizationalUnit: Dev }, prod: { organizationalUnit: Prod } }
accounts: { identity: { organizationalUnit: Security } }
teams: { player: { environments: [dev, prod] } }
roles: { admin: {}, developer: { accounts: { environment: dev } }, readonly: {} }
access:
  - { group: players, roles: [developer, readonly], accounts: { team: player } }
  - { group: ops, roles: [admin], accounts: all }
${access}
users:
  directory: { url: "ldif:people.ldif" }
  people: { base: "ou=people,dc=x", filter: "(uid=*)", name: "{uid}", tags: { Email: "{mail}" }${people} }
  groups: { base: "ou=groups,dc=x", filter: "(cn=aws-*)", name: { match: "^aws-(.+)$", to: "$1" } }
${users}
`;
  const loaded = loadLandingZone("bulkhead.yaml", {
    size: (file) => (file === "bulkhead.yaml" ? text.length : undefined),
    read: () => text,
    list: () => [],
  });
  if (!loaded.users) throw new Error("the section users is in the text above");
  return { ...loaded, users: loaded.users };
}

export function person(uid: string, more: Partial<Person> = {}): Person {
  return {
    key: `key-${uid}`,
    dn: `uid=${uid},ou=people,dc=x`,
    attributes: { uid: [uid], mail: [`${uid}@example.com`] },
    status: { state: "active", evidence: "" },
    ...more,
  };
}

export const disabled: Person["status"] = { state: "disabled", evidence: "userAccountControl=514 (ACCOUNTDISABLE)" };

/** @param members uids */
export function group(cn: string, members: readonly string[] = [], more: Partial<Group> = {}): Group {
  return {
    key: `key-${cn}`,
    dn: `cn=${cn},ou=groups,dc=x`,
    name: cn,
    members: members.map((uid) => ({ person: `key-${uid}`, through: [] })),
    unresolved: [],
    ...more,
  };
}

/** @param why the reason why the read isn't complete */
export function readOf(people: readonly Person[], groups: readonly Group[], why?: string): DirectoryRead {
  return {
    people,
    groups,
    proof: {
      complete: why === undefined,
      boundAs: "file",
      server: "ldif:people.ldif",
      reasons: why === undefined ? [] : [{ code: "resultCode", message: why }],
      counts: { people: people.length, groups: groups.length, members: 0, unresolvedMembers: 0 },
      canary: null,
    },
  };
}

export const emptyIam: FoundIam = {
  users: [],
  groups: [],
  policies: [],
  quotas: { users: 5_000, groups: 300, policies: 1_500, groupsPerUser: 10, policiesPerUser: 10, policiesPerGroup: 10 },
};

/** A user as somebody made it by hand. */
export function foreignUser(name: string, more: Partial<FoundUser> = {}): FoundUser {
  return { name, path: "/", tags: {}, groups: [], policies: [], ...more };
}

/** IAM after the changes, done one after the other in the order of their dependencies. */
export function applied(iam: FoundIam, changes: readonly Change[]): FoundIam {
  return inOrder(changes).reduce(applyOne, iam);
}

/** Each after those that it depends on. */
export function inOrder(changes: readonly Change[]): readonly Change[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const done = new Set<Change>();
  const visit = (change: Change): void => {
    for (const id of change.dependsOn) {
      const first = byId.get(id);
      if (first && !done.has(first)) visit(first);
    }
    done.add(change);
  };
  for (const change of changes) visit(change);
  return [...done];
}

function applyOne(iam: FoundIam, change: Change): FoundIam {
  if (change.kind === kinds.user) return { ...iam, users: applyUser(iam, change) };
  if (change.kind === kinds.policy) return { ...iam, policies: applyPolicy(iam.policies, change) };
  const groups = applyGroup(iam.groups, change);
  if (change.after !== null) return { ...iam, groups };
  const users = iam.users.map((user) => ({ ...user, groups: user.groups.filter((it) => it !== nameOf(change)) }));
  return { ...iam, groups, users };
}

function applyUser({ users, groups }: FoundIam, change: Change): readonly FoundUser[] {
  const name = change.before?.["name"];
  const old = users.find((user) => user.name === name);
  const rest = users.filter((user) => user !== old);
  if (change.after === null) return rest;
  const after = change.after as Partial<UserFields> & Pick<UserFields, "name" | "path" | "tags">;
  if (rest.some((user) => user.name.toLowerCase() === after.name.toLowerCase()))
    throw new Error(`${after.name} is taken`);
  const joined = Object.keys(after.groups ?? {}).filter((it) => after.groups?.[it]);
  if (joined.some((it) => !groups.some((group) => group.name === it))) throw new Error("there is no such group");
  const { [leftTag]: leftBefore, ...lasting } = { ...old?.tags, ...after.tags };
  const left = after.left === undefined ? (leftBefore ?? null) : after.left;
  const tags = left === null ? lasting : { ...lasting, [leftTag]: left };
  const policies = new Set(old?.policies);
  toggle(policies, policyArn(selfServicePolicy), after.selfService);
  toggle(policies, policyArn(leaverPolicy), after.denied);
  const kept = (old?.groups ?? []).filter((it) => after.groups?.[it] !== false && !joined.includes(it));
  return [...rest, { name: after.name, path: after.path, tags, groups: [...kept, ...joined], policies: [...policies] }];
}

function applyGroup(groups: readonly FoundGroup[], change: Change): readonly FoundGroup[] {
  const old = groups.find(({ name }) => name === nameOf(change));
  const rest = groups.filter((it) => it !== old);
  if (change.after === null) return rest;
  const { name, path: place, policies } = change.after as GroupFields;
  const attached = new Set(old?.policies);
  for (const [policy, wanted] of Object.entries(policies)) toggle(attached, policyArn(policy), wanted);
  return [...rest, { name, path: place, policies: [...attached], inlinePolicies: old?.inlinePolicies ?? [] }];
}

function applyPolicy(policies: readonly FoundPolicy[], change: Change): readonly FoundPolicy[] {
  const rest = policies.filter(({ name }) => name !== nameOf(change));
  if (change.after === null) return rest;
  const { name, path: place, document } = change.after as PolicyFields;
  return [...rest, { name, path: place, arn: policyArn(name), document }];
}

function toggle(set: Set<string>, item: string, on: boolean | undefined): void {
  if (on === true) set.add(item);
  if (on === false) set.delete(item);
}
