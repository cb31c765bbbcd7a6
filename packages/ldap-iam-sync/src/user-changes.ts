/** The users' part of the difference: pure; the decision table stands in diff.ts. */

import { compare, type Actual, type Change, type Unmanaged } from "@bulkhead/plan";
import { userFields, type UserFields } from "./fields.ts";
import type { SettledGroups } from "./group-names.ts";
import { caseless } from "./iam-rules.ts";
import type { Matches } from "./match.ts";
import {
  idOf,
  kinds,
  leaverPolicy,
  leftTag,
  personTag,
  selfServicePolicy,
  type FoundIam,
  type FoundUser,
  type Part,
  type WantedUser,
  type WantedUsers,
} from "./model.ts";
import { takenNames } from "./taken-names.ts";
import { overQuota } from "./user-quotas.ts";
import { userSentence } from "./user-sentence.ts";

/** The fields of a change that shuts a leaver out. */
type LeaverFields = Pick<UserFields, "name" | "path" | "tags" | "denied" | "left">;

export function userChanges(
  wanted: WantedUsers,
  iam: FoundIam,
  matches: Matches,
  groups: SettledGroups,
  today: string,
): Part {
  const { account, path } = wanted;
  const { ours, adopted, undecided, doubled } = matches;
  const desired = new Map<string, UserFields | LeaverFields>();
  const actual = new Map<string, Actual>();
  const because = new Map<string, string>();
  const compared = new Map<string, FoundUser>();
  const adoptions = new Map(wanted.users.map(({ key, adopt }) => [key, adopt]));
  const manageable = new Set([...groups.usable.values()].map(({ name }) => name));

  for (const person of wanted.users.filter(({ key }) => !doubled.has(key))) {
    const found = ours.get(person.key) ?? adopted.get(person.key);
    const after = activeFields(person, found, wanted, groups, manageable);
    desired.set(person.key, after);
    because.set(person.key, person.dn);
    if (found === undefined) continue;
    compared.set(person.key, found);
    const fields = userFields(found, { path, groups: Object.keys(after.groups) });
    actual.set(person.key, { fields, ownership: ownershipOf(path) });
  }

  const stays = new Set([...wanted.users, ...wanted.unmapped].map(({ key }) => key));
  const leavers = new Map(wanted.leavers.map((leaver) => [leaver.key, leaver]));
  const evidence = new Map<string, string>();
  for (const [key, found] of ours) {
    if (stays.has(key)) continue;
    const leaver = leavers.get(key);
    evidence.set(key, leaver?.status.evidence ?? "no longer in the directory");
    because.set(
      key,
      leaver ? `${leaver.dn}: ${leaver.status.evidence}` : `the directory has nobody with the key ${key}`,
    );
    const fields = leaverFields(found, path);
    const over = graceIsOver(found.tags[leftTag], wanted.graceDays, today);
    if (!over) desired.set(key, { ...fields, denied: true, left: isDay(found.tags[leftTag]) ? fields.left : today });
    const { denied, ...lasting } = fields;
    actual.set(key, { fields: over ? lasting : { ...lasting, denied }, ownership: ownershipOf(path) });
  }

  const part = compare({
    kind: kinds.user,
    account,
    region: "global",
    desired,
    actual,
    extra: "delete",
    sentence: (_, key, before, after) =>
      userSentence(before as UserFields | null, after as UserFields | null, {
        evidence: evidence.get(key),
        adoption: adopted.has(key) ? (adoptions.get(key) ?? null) : null,
      }),
    because: (key) => because.get(key),
    dependsOn: (_, after) => (after === null ? [] : needs(account, after as Partial<UserFields>)),
  });

  const taken = takenNames(part.changes, iam.users, wanted, matches);
  const impossible = new Map([
    ...taken.impossible,
    ...overQuota(part.changes, iam, compared),
    ...[...undecided].map(([key, reason]) => [idOf(account, kinds.user, key), reason] as const),
  ]);
  return { changes: taken.changes, unmanaged: unmanagedUsers(matches, wanted), impossible };
}

export function isShuttingOut(change: Change): boolean {
  return change.action === "update" && change.after["denied"] === true;
}

export function isLettingIn({ action, before, after }: Change): boolean {
  return action === "update" && after["denied"] === false && (before["denied"] === true || before["left"] !== null);
}

function ownershipOf(path: string): string {
  return `path ${path} and tag ${personTag}`;
}

/** @param manageable names in IAM of the groups that people are put into and taken out of */
function activeFields(
  { key, name, tags, groups: wantedGroups }: WantedUser,
  found: FoundUser | undefined,
  { path, incomplete }: WantedUsers,
  { usable }: SettledGroups,
  manageable: ReadonlySet<string>,
): UserFields {
  const joined = wantedGroups.flatMap((group) => usable.get(group)?.name ?? []);
  const now = (found?.groups ?? []).filter((group) => manageable.has(group));
  // Who isn't seen in a group may only be hidden.
  const left = incomplete === null ? now.filter((group) => !joined.includes(group)) : [];
  return {
    // IAM doesn't tell capital letters from small ones: another spelling is no other name.
    name: found !== undefined && caseless(found.name) === caseless(name) ? found.name : name,
    path,
    tags: { ...tags, [personTag]: key },
    groups: Object.fromEntries([
      ...left.map((group) => [group, false] as const),
      ...joined.map((group) => [group, true] as const),
    ]),
    selfService: true,
    denied: false,
    left: null,
  };
}

function leaverFields(found: FoundUser, path: string): LeaverFields {
  const { name, tags, denied, left } = userFields(found, { path, groups: [] });
  return { name, path, tags: { [personTag]: tags[personTag] ?? "" }, denied, left };
}

function isDay(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

function graceIsOver(left: string | undefined, graceDays: number, today: string): boolean {
  if (!isDay(left)) return false;
  const days = (Date.parse(today) - Date.parse(left)) / 86_400_000;
  return days >= graceDays;
}

function needs(account: string, { groups = {}, selfService, denied }: Partial<UserFields>): readonly string[] {
  return [
    ...Object.entries(groups).flatMap(([group, joined]) => (joined ? [idOf(account, kinds.group, group)] : [])),
    ...(selfService ? [idOf(account, kinds.policy, selfServicePolicy)] : []),
    ...(denied ? [idOf(account, kinds.policy, leaverPolicy)] : []),
  ];
}

function unmanagedUsers({ foreign, doubled }: Matches, { account, path }: WantedUsers): readonly Unmanaged[] {
  const entry = (user: FoundUser, why: string): Unmanaged => ({
    kind: kinds.user,
    id: idOf(account, kinds.user, user.name),
    sentence: `user ${user.name} ${why}`,
  });
  return [
    ...foreign
      .filter((user) => user.path === path)
      .map((user) => entry(user, `in ${path}, without the tag ${personTag}`)),
    ...foreign
      .filter((user) => user.path !== path && user.tags[personTag] !== undefined)
      .map((user) => entry(user, `with the tag ${personTag}, in ${user.path} and not in ${path}`)),
    ...[...doubled.values()].flat().map((user) => entry(user, `in ${path}, with the same ${personTag} as another`)),
  ];
}
