/** The host's own users and groups: /etc/passwd, /etc/group and, of /etc/shadow, only who is locked out. */

import { readFileSync } from "node:fs";
import { fileUnusable } from "./errors.ts";
import type { FoundGroup } from "./model.ts";

export interface LinuxUser {
  readonly login: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

export interface UserDatabase {
  readonly users: readonly LinuxUser[];
  /** By name. */
  readonly groups: ReadonlyMap<string, FoundGroup>;
  /** Logins whose password isn't locked, or whose account hasn't expired. Who isn't among them can't sign in. */
  readonly unlocked: ReadonlySet<string>;
  /** From /etc/shells. */
  readonly shells: ReadonlySet<string>;
}

/** @throws Ssh.FileUnusable */
export function readUserDatabase(now: Date): UserDatabase {
  return {
    users: parsePasswd(read("/etc/passwd")),
    groups: readGroups(),
    unlocked: parseShadow(read("/etc/shadow"), now),
    shells: new Set(linesOf(read("/etc/shells", "")).filter((line) => line.startsWith("/"))),
  };
}

/** @throws Ssh.FileUnusable */
export function readGroups(): UserDatabase["groups"] {
  return parseGroup(read("/etc/group"));
}

/** passwd(5) */
export function parsePasswd(text: string): readonly LinuxUser[] {
  return linesOf(text).flatMap((line) => {
    const [login = "", , uid, gid, , home = "", shell = "", ...rest] = line.split(":");
    if (login === "" || uid === undefined || gid === undefined || rest.length > 0) return [];
    return [{ login, uid: Number(uid), gid: Number(gid), home, shell }];
  });
}

/** group(5) */
export function parseGroup(text: string): ReadonlyMap<string, FoundGroup> {
  return new Map(
    linesOf(text).flatMap((line) => {
      const [name = "", , gid, members = ""] = line.split(":");
      if (name === "" || gid === undefined) return [];
      return [[name, { gid: Number(gid), members: members.split(",").filter((login) => login !== "") }] as const];
    }),
  );
}

/** The unlocked of shadow(5). Passwords don't leave this function. */
export function parseShadow(text: string, now: Date): ReadonlySet<string> {
  const today = Math.floor(now.getTime() / 86_400_000);
  return new Set(
    linesOf(text).flatMap((line) => {
      const [login = "", password = "", , , , , , expires = ""] = line.split(":");
      return password.startsWith("!") && expires !== "" && Number(expires) <= today ? [] : [login];
    }),
  );
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

function read(path: string, missing?: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (missing !== undefined && (error as NodeJS.ErrnoException).code === "ENOENT") return missing;
    throw fileUnusable(path, error);
  }
}
