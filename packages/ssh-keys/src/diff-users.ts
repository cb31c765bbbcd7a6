/** The Linux users that are to come, change and go: pure; the decision table stands in diff.ts. */

import type { JsonObject } from "@bulkhead/core";
import { compare, nameOf, type Actual, type Change } from "@bulkhead/plan";
import { groupId, type SettledGroups } from "./diff-groups.ts";
import { keysField } from "./keys-field.ts";
import {
  hostRegion,
  idOf,
  kinds,
  type Difference,
  type FoundHost,
  type FoundPerson,
  type UserFields,
  type Wanted,
  type WantedPerson,
} from "./model.ts";
import { Numbers } from "./numbers.ts";
import { settleLogins } from "./settle-logins.ts";
import { settledShell } from "./shell.ts";
import { sudoers } from "./sudo.ts";
import { userSentence } from "./user-sentence.ts";

export function userChanges(wanted: Wanted, found: FoundHost, groups: SettledGroups, today: string): Difference {
  const wantedBy = new Map(wanted.people.map((person) => [person.key, person]));
  const leftAlone = new Set(wanted.unmapped.map(({ key }) => key));
  const mayBecomeRoot = sudoers(found.sudoRules?.lines ?? []);
  const removed = found.people.filter(
    (user) => !wantedBy.has(user.key) && !leftAlone.has(user.key) && isOver(user, wanted.graceDays, today),
  );
  const { logins, kept, taken } = settleLogins(wanted.people, found, new Set(removed.map(({ login }) => login)));
  const usable = (person: WantedPerson): readonly string[] => person.groups.filter((name) => groups.usable.has(name));

  const desired = new Map<string, JsonObject>();
  const actual = new Map<string, Actual>();
  const warnings: string[] = [...kept];
  for (const user of found.people) {
    if (leftAlone.has(user.key)) continue;
    const person = wantedBy.get(user.key);
    const keys = keysField(user.keyFile, person?.keys ?? []);
    actual.set(user.key, {
      fields: fieldsOf(user, mayBecomeRoot.has(user.login), keys.before),
      ownership: "Bulkhead's state and the marker group",
    });
    if (person) {
      desired.set(user.key, {
        login: logins.get(user.key) ?? user.login,
        shell: settledShell(person.shell, found.shells),
        groups: flags(usable(person), user.groups),
        sudo: person.sudo,
        keys: keys.after,
        locked: false,
        left: null,
      });
      if (person.uid !== null && person.uid !== user.uid) {
        warnings.push(
          `${user.login} keeps the UID ${user.uid}, although the directory says ${person.uid}: files would lose their owner`,
        );
      }
    } else if (!removed.includes(user)) {
      const left = user.left ?? today;
      if (user.keyFile?.lines.some((line) => found.rootKeys.has(line))) {
        warnings.push(`${user.login} leaves with a key that is root's too: take it out of root's authorized_keys`);
      }
      const { login } = user;
      desired.set(user.key, {
        login,
        groups: flags([], user.groups),
        sudo: false,
        keys: keys.after,
        locked: true,
        left,
      });
    }
  }
  const created = newUsers(wanted, found, taken, usable);
  for (const [key, { fields }] of created) desired.set(key, fields);

  const because = whyOutside(wanted);
  const { changes, unmanaged } = compare({
    kind: kinds.user,
    account: wanted.account,
    region: hostRegion,
    desired,
    actual,
    extra: "delete",
    sentence: (_, __, before, after) => userSentence(before, after),
    because: (key) => (wantedBy.has(key) ? undefined : because(key)),
    dependsOn: (_, after) =>
      Object.entries((after?.["groups"] ?? {}) as JsonObject).flatMap(([name, joins]) =>
        joins === true && !found.groups.has(name) ? [groupId(wanted, name)] : [],
      ),
  });
  return {
    changes: inOrder(changes, [...logins.keys()]).map((change) => withLosses(change, wanted)),
    unmanaged,
    impossible: new Map(
      [...created].flatMap(([key, { fault }]) =>
        fault === undefined ? [] : [[idOf(wanted.account, kinds.user, key), fault] as const],
      ),
    ),
    warnings,
  };
}

interface NewUser {
  readonly fields: UserFields;
  readonly fault: string | undefined;
}

function newUsers(
  wanted: Wanted,
  found: FoundHost,
  taken: ReadonlySet<string>,
  usable: (person: WantedPerson) => readonly string[],
): ReadonlyMap<string, NewUser> {
  const { people: records } = found.state;
  const ours = new Set(found.people.map(({ key }) => key));
  const inUse = new Map([...found.users].map(([login, uid]) => [uid, login]));
  const given = new Map(Object.values(records).map(({ uid, login }) => [uid, login]));
  const numbers = new Numbers(wanted.uidRange, inUse, given);
  const users = new Map<string, NewUser>();
  for (const person of wanted.people.filter(({ key }) => !ours.has(key))) {
    const { key, login, home } = person;
    const record = records[key];
    const uid = record ? numbers.again(record.uid) : numbers.allot(login, person.uid);
    const whose = taken.has(login) ? `the host has a user ${login} that isn't Bulkhead's for this person` : undefined;
    users.set(key, {
      fields: {
        login,
        uid: typeof uid === "number" ? uid : (record?.uid ?? person.uid ?? 0),
        shell: settledShell(person.shell, found.shells),
        home,
        groups: flags(usable(person), []),
        sudo: person.sudo,
        keys: keysField(null, person.keys).after,
        locked: false,
        left: null,
      },
      fault: whose ?? (typeof uid === "number" ? undefined : uid.fault),
    });
  }
  return users;
}

function fieldsOf(user: FoundPerson, sudo: boolean, keys: UserFields["keys"]): UserFields {
  const { login, uid, shell, home, groups, locked, left } = user;
  return { login, uid, shell, home, groups: flags(groups, []), sudo, keys, locked, left };
}

/** What is wanted as true, and what else is there as false. */
function flags(wanted: readonly string[], found: readonly string[]): Record<string, boolean> {
  return Object.fromEntries([
    ...found.map((name) => [name, false] as const),
    ...wanted.map((name) => [name, true] as const),
  ]);
}

/** Whether the days of grace are over for somebody from whom everything has been taken. */
function isOver({ left, locked, keyFile, groups }: FoundPerson, graceDays: number, today: string): boolean {
  if (left === null || !locked || keyFile !== null || groups.length > 0) return false;
  return Date.parse(today) - Date.parse(left) >= graceDays * 86_400_000;
}

function whyOutside({ outsiders }: Wanted): (key: string) => string {
  const reasons = new Map(outsiders.map(({ key, dn, reason }) => [key, `${dn}: ${reason}`]));
  return (key) => reasons.get(key) ?? "the directory has no such entry any more";
}

/** Those who free a login ahead of those who take it: removed, renamed as it was settled, the others, the new. */
function inOrder(changes: readonly Change[], renamed: readonly string[]): readonly Change[] {
  const rank = (change: Change): number => {
    if (change.action === "delete") return -2;
    if (change.action === "create") return renamed.length + 1;
    const place = renamed.indexOf(nameOf(change));
    return place < 0 ? renamed.length : place;
  };
  return changes.toSorted((a, b) => rank(a) - rank(b));
}

/** Who is told to leave by their own entry counts for nothing: no wrong filter and no lost page can bring that about. */
function withLosses(change: Change, { outsiders }: Wanted): Change {
  if (change.action === "delete") return { ...change, losses: 0 };
  if (change.action !== "update") return change;
  const { before, after } = change as { before: Partial<UserFields>; after: Partial<UserFields> };
  const shutOut = after.locked === true && before.locked === false;
  const keys = Object.values(after.keys ?? {});
  const lastKey = after.locked === false && keys.length > 0 && !keys.includes(true);
  if (!shutOut && !lastKey) return change;
  const told = outsiders.some(({ key, toldToLeave }) => toldToLeave && key === nameOf(change));
  return told ? change : { ...change, losses: 1 };
}
