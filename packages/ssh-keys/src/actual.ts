/** The host as it is: its users, groups, key files, rules and revoked keys, and which of them are ours. Starts no process. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileUnusable, stateLost } from "./errors.ts";
import { lineOf, parseKey } from "./keys.ts";
import { isLinuxName, type Login } from "./login.ts";
import type { FoundFile, FoundHost, FoundPerson, State } from "./model.ts";
import { KEYS_FOLDER, PEOPLE_GROUP, REVOKED_FILE, STATE_FILE, STATE_FOLDER, SUDOERS_FILE } from "./paths.ts";
import { revokedKeysText } from "./revoked.ts";
import { readRootFile, requireSafeFolder } from "./root-file.ts";
import { readState } from "./state-file.ts";
import { sudoers, sudoRulesText } from "./sudo.ts";
import { readUserDatabase, type LinuxUser, type UserDatabase } from "./user-database.ts";

export const fileModes = { keys: 0o644, revokedKeys: 0o644, sudoRules: 0o440 } as const;

/**
 * @param now against which accounts have expired
 * @throws Ssh.StateUnreadable, Ssh.StateLost, Ssh.UnsafePath, Ssh.FileUnusable
 */
export function readHost(now: Date): FoundHost {
  for (const folder of [KEYS_FOLDER, STATE_FOLDER]) if (existsSync(folder)) requireSafeFolder(folder);
  const database = readUserDatabase(now);
  const state = stateOf(database);
  const people = ourPeople(database, state);
  const logins = new Set<string>(people.map(({ login }) => login));
  return {
    state,
    people,
    users: new Map(database.users.map(({ login, uid }) => [login, uid])),
    groups: database.groups,
    strayKeyFiles: namesIn(KEYS_FOLDER).filter((name) => !logins.has(name)),
    sudoRules: readFound(SUDOERS_FILE, fileModes.sudoRules, (lines) =>
      sudoRulesText([...sudoers(lines)].filter(isLinuxName).sort()),
    ),
    revokedKeys: readFound(REVOKED_FILE, fileModes.revokedKeys, (lines) => revokedKeysText(lines, [], new Set())),
    rootKeys: readRootKeys(),
    shells: database.shells,
  };
}

/** Users with the marker and no record of them: the record is lost, or somebody gave them the marker. */
function stateOf({ users, groups }: UserDatabase): State {
  const state = readState();
  if (state !== null) return state;
  const marker = groups.get(PEOPLE_GROUP)?.gid;
  if (marker !== undefined && users.some(({ gid }) => gid === marker)) throw stateLost(STATE_FILE, PEOPLE_GROUP);
  return { people: {}, groups: {} };
}

function ourPeople({ users, groups, unlocked }: UserDatabase, state: State): readonly FoundPerson[] {
  const marker = groups.get(PEOPLE_GROUP)?.gid;
  const byUid = Map.groupBy(users, ({ uid }) => uid);
  const groupsOf = membership(groups, state);
  return Object.entries(state.people).flatMap(([key, { uid, left }]): readonly FoundPerson[] => {
    // Two users with one UID are somebody's work by hand.
    const [user, ...others] = byUid.get(uid) ?? [];
    if (user === undefined || others.length > 0 || user.gid !== marker || !isLinuxName(user.login)) return [];
    return [
      {
        ...personOf(user, user.login),
        key,
        left,
        locked: !unlocked.has(user.login),
        groups: groupsOf.get(user.login) ?? [],
      },
    ];
  });
}

function personOf({ uid, shell, home }: LinuxUser, login: Login) {
  return { login, uid, shell, home, keyFile: readFound(join(KEYS_FOLDER, login), fileModes.keys, keyFileText) };
}

/** The text of a key file with these lines. */
export function keyFileText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** Names of our groups by login, sorted. */
function membership(groups: UserDatabase["groups"], state: State): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const name of Object.keys(state.groups).sort()) {
    const group = groups.get(name);
    if (group?.gid !== state.groups[name]) continue;
    for (const login of group?.members ?? []) names.set(login, [...(names.get(login) ?? []), name]);
  }
  return names;
}

/** @param written what Bulkhead would write to come to these lines */
function readFound(path: string, mode: number, written: (lines: readonly string[]) => string): FoundFile | null {
  const file = readRootFile(path, mode);
  if (file === null) return null;
  const lines = file.text.split("\n").filter((line) => line !== "");
  return { lines, intact: file.intact && written(lines) === file.text };
}

/** Root's own keys, whatever options stand ahead of them. */
function readRootKeys(): ReadonlySet<string> {
  const texts = ["authorized_keys", "authorized_keys2"].map((name) => textOf(`/root/.ssh/${name}`));
  // All encodings of keys begin with the length of a short type.
  const found = texts.flatMap((text) => [...text.matchAll(/(?:ssh|ecdsa|sk)-[\w@.-]+[ \t]+AAAA[\w+/]+={0,2}/g)]);
  return new Set(
    found.flatMap(([text]) => {
      const key = parseKey(text);
      return typeof key === "string" ? [] : [lineOf(key)];
    }),
  );
}

/** Through links, as sshd reads it: nobody but root can set one there. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return "";
    throw fileUnusable(path, error);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw fileUnusable(folder, error);
  }
}
