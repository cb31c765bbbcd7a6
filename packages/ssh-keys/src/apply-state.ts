/** Bulkhead's record of a sync: what is to be ours, written ahead of making it; and who has left, once all is closed. */

import { lossesOf, nameOf, type Change } from "@bulkhead/plan";
import type { Login } from "./login.ts";
import type { FoundHost, PersonRecord, State, UserChange } from "./model.ts";
import { PEOPLE_GROUP } from "./paths.ts";
import { writeState, readState } from "./state-file.ts";

/** @throws Ssh.UnsafePath, Ssh.FileUnusable */
export async function claim(
  users: readonly UserChange[],
  groups: readonly Change[],
  { state }: FoundHost,
): Promise<void> {
  const people = users.flatMap(({ key, user, after }) => {
    const { login, uid } = after ?? {};
    if (user !== undefined || login === undefined || uid === undefined) return [];
    return [[key, { login: login as Login, uid, left: null }] as const];
  });
  const gids = groups.flatMap((change) => {
    const gid = change.after?.["gid"];
    return typeof gid === "number" && nameOf(change) !== PEOPLE_GROUP ? [[nameOf(change), gid] as const] : [];
  });
  await update(state, people, gids);
}

/** @param today as 2026-11-22 @throws Ssh.UnsafePath, Ssh.FileUnusable */
export async function settle(users: readonly UserChange[], today: string): Promise<void> {
  const state = readState() ?? { people: {}, groups: {} };
  const people = users.flatMap(({ change, key, after }) => {
    const record = state.people[key];
    if (record === undefined || after === null) return [];
    const { login = record.login, left = record.left } = after;
    const lostKeys = lossesOf(change) > 0 && left === null ? { keysLost: today } : {};
    return [[key, { ...record, ...lostKeys, login: login as Login, left }] as const];
  });
  await update(state, people, []);
}

async function update(
  state: State,
  people: readonly (readonly [string, PersonRecord])[],
  groups: readonly (readonly [string, number])[],
): Promise<void> {
  const next: State = {
    people: { ...state.people, ...Object.fromEntries(people) },
    groups: { ...state.groups, ...Object.fromEntries(groups) },
  };
  if (JSON.stringify(next) !== JSON.stringify(state)) await writeState(next);
}
