/** A host as a model: what applying changes should make of it, without a host. */

import type { Change } from "@bulkhead/plan";
import { nameOf } from "@bulkhead/plan";
import { fingerprint, lineOf } from "../keys.ts";
import type { Login } from "../login.ts";
import {
  kinds,
  type FoundFile,
  type FoundGroup,
  type FoundHost,
  type FoundPerson,
  type Wanted,
  type UserFields,
} from "../model.ts";
import { PEOPLE_GROUP } from "../paths.ts";
import { sudoers, sudoRulesText } from "../sudo.ts";

/** The host after these changes. */
export function applied(found: FoundHost, changes: readonly Change[], wanted: Wanted): FoundHost {
  return changes.reduce((host, change) => applyOne(host, change, wanted), found);
}

function applyOne(host: FoundHost, change: Change, wanted: Wanted): FoundHost {
  const name = nameOf(change);
  switch (change.kind) {
    case kinds.group:
      return change.action === "delete"
        ? withoutGroup(host, name)
        : withGroup(host, name, Number(change.after?.["gid"] ?? 999));
    case kinds.keyFile:
      return { ...host, strayKeyFiles: host.strayKeyFiles.filter((it) => it !== name) };
    case kinds.sudoRules: {
      const ours = new Set<string>(host.people.map(({ login }) => login));
      return withSudo(
        host,
        [...sudoers(host.sudoRules?.lines ?? [])].filter((login) => ours.has(login)),
      );
    }
    case kinds.revokedKeys:
      return { ...host, revokedKeys: { lines: host.revokedKeys?.lines ?? [], intact: true } };
    default:
      return applyUser(host, change, name, wanted);
  }
}

function applyUser(host: FoundHost, { before, after }: Change, key: string, wanted: Wanted): FoundHost {
  const old = host.people.find((it) => it.key === key);
  const users = new Map(host.users);
  if (old) users.delete(old.login);
  const others = host.people.filter((it) => it !== old);
  const rules = [...sudoers(host.sudoRules?.lines ?? [])].filter((login) => login !== old?.login);
  if (after === null) return withSudo({ ...host, users, people: others }, rules);
  const fields = { ...before, ...after } as Partial<UserFields>;
  const login = (after["login"] as Login | undefined) ?? (old?.login as Login);
  const uid = old?.uid ?? fields.uid ?? 0;
  const person: FoundPerson = {
    key,
    login,
    uid,
    shell: fields.shell ?? old?.shell ?? "",
    home: old?.home ?? fields.home ?? "",
    groups: fields.groups ? namesOf(fields.groups) : (old?.groups ?? []),
    locked: fields.locked ?? old?.locked ?? false,
    left: "left" in after ? (fields.left ?? null) : (old?.left ?? null),
    keyFile: keyFileOf(fields.keys ?? {}, old, wanted, key),
  };
  users.set(login, uid);
  const had = old !== undefined && sudoers(host.sudoRules?.lines ?? []).has(old.login);
  const sudo = fields.sudo ?? had;
  const people = [...others, person];
  const state = { ...host.state, people: { ...host.state.people, [key]: { login, uid, left: person.left } } };
  return withSudo({ ...host, users, people, state }, sudo ? [...rules, login] : rules);
}

function keyFileOf(
  flags: UserFields["keys"],
  old: FoundPerson | undefined,
  wanted: Wanted,
  key: string,
): FoundFile | null {
  if (Object.keys(flags).length === 0) return old?.keyFile ?? null;
  const keys = wanted.people.find((it) => it.key === key)?.keys ?? [];
  const lines = keys.filter((it) => flags[fingerprint(it)] === true).map(lineOf);
  return lines.length > 0 ? { lines, intact: true } : null;
}

function namesOf(flags: UserFields["groups"]): string[] {
  return Object.keys(flags)
    .filter((name) => flags[name] === true)
    .sort();
}

function withSudo(host: FoundHost, logins: readonly string[]): FoundHost {
  if (host.sudoRules === null && logins.length === 0) return host;
  const lines = sudoRulesText(logins.toSorted() as Login[]).split("\n");
  return { ...host, sudoRules: { lines, intact: true } };
}

function withGroup(host: FoundHost, name: string, gid: number): FoundHost {
  const groups = new Map<string, FoundGroup>(host.groups).set(name, { gid, members: [] });
  if (name === PEOPLE_GROUP) return { ...host, groups };
  return { ...host, groups, state: { ...host.state, groups: { ...host.state.groups, [name]: gid } } };
}

function withoutGroup(host: FoundHost, name: string): FoundHost {
  const groups = new Map(host.groups);
  groups.delete(name);
  const people = host.people.map((it) => ({ ...it, groups: it.groups.filter((group) => group !== name) }));
  return { ...host, groups, people };
}
