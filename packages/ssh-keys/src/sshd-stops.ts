/**
 * What in sshd's own configuration keeps somebody out who should come in: another part of it may have the first word
 * (sshd_config(5): the first value that is found counts), or lists of users and groups leave them out.
 */

import { effectiveConfig, findSshd, type EffectiveConfig } from "./install/sshd.ts";
import { KEYS_FOLDER, PEOPLE_GROUP, SSHD_DROP_IN } from "./paths.ts";

export interface SshdUser {
  readonly login: string;
  /** Linux groups besides the marker. */
  readonly groups: readonly string[];
}

/** @returns null where nothing does; @throws Ssh.SshdMissing, Ssh.SshdRefuses */
export async function readSshdStop(user: SshdUser): Promise<string | null> {
  return sshdStop(await effectiveConfig(await findSshd(), user.login), user);
}

/** @param config as it holds for this user */
export function sshdStop(config: EffectiveConfig, { login, groups }: SshdUser): string | null {
  if (config.get("pubkeyauthentication") !== "yes") return "sshd takes no keys (PubkeyAuthentication)";
  const files = config.get("authorizedkeysfile") ?? "none";
  if (files !== `${KEYS_FOLDER}/%u`) {
    return `sshd reads their keys from ${files}: ${SSHD_DROP_IN} is missing, or another part of sshd's configuration has the first word`;
  }
  const names = { users: [login], groups: [PEOPLE_GROUP, ...groups] };
  for (const [keyword, list, theirs] of [
    ["AllowUsers", config.get("allowusers"), names.users],
    ["AllowGroups", config.get("allowgroups"), names.groups],
  ] as const) {
    if (list !== undefined && isPlain(list) && !theirs.some((name) => list.split("\n").includes(name))) {
      return `sshd's ${keyword} doesn't name ${keyword === "AllowUsers" ? "them" : "a group of theirs"}`;
    }
  }
  for (const [keyword, list, theirs] of [
    ["DenyUsers", config.get("denyusers"), names.users],
    ["DenyGroups", config.get("denygroups"), names.groups],
  ] as const) {
    const denied = theirs.find((name) => list?.split("\n").includes(name));
    if (denied !== undefined) return `sshd's ${keyword} names ${denied}`;
  }
  return null;
}

/** What patterns and hosts come to is left to sshd. */
function isPlain(list: string): boolean {
  return !/[*?!@]/.test(list);
}
