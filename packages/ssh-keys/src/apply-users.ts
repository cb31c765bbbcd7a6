/** Users by the host's own tools: useradd(8), usermod(8), userdel(8). */

import { lstatSync, statSync } from "node:fs";
import { endProcesses } from "./apply-processes.ts";
import { homeTaken } from "./errors.ts";
import type { FoundPerson, UserChange } from "./model.ts";
import { PEOPLE_GROUP, USER_COMMENT } from "./paths.ts";
import { runTool } from "./run-tool.ts";

/** A password that nothing matches; unlike a locked one, sshd lets its owner in without PAM as well. */
const noPassword = "*";

/** @throws Ssh.HomeTaken, Ssh.ToolFailed, Ssh.ToolMissing */
export async function createUser({ after }: UserChange): Promise<void> {
  const { login = "", uid = 0, home = "", shell = "", groups = {} } = after ?? {};
  const owner = ownersOf(home).find((it) => it !== 0 && it !== uid);
  if (owner !== undefined) throw homeTaken(home, owner, login);
  const names = Object.keys(groups).join(",");
  await runTool("useradd", [
    ...["--uid", String(uid), "--gid", PEOPLE_GROUP],
    ...(names === "" ? [] : ["--groups", names]),
    // Our people share their primary group, so it may not read what is in there.
    ...["--home-dir", home, "--create-home", "--key", "HOME_MODE=0700", "--shell", shell],
    ...["--comment", USER_COMMENT, "--password", noPassword],
    ...["--", login],
  ]);
}

/** Owners of what stands there already, and of what it links to. */
function ownersOf(path: string): readonly number[] {
  const options = { throwIfNoEntry: false } as const;
  return [lstatSync(path, options), statSync(path, options)].flatMap((stats) => stats?.uid ?? []);
}

/** Shell and lock; the rest isn't in the user database. @throws Ssh.ToolFailed, Ssh.ToolMissing */
export async function changeUser({ after }: UserChange, user: FoundPerson): Promise<void> {
  const { shell = user.shell, locked = user.locked } = after ?? {};
  const options = [
    ...(shell === user.shell ? [] : ["--shell", shell]),
    ...(locked === user.locked ? [] : ["--password", noPassword, "--expiredate", ""]),
  ];
  if (options.length > 0) await runTool("usermod", [...options, "--", user.login]);
}

/** usermod refuses as long as something of theirs runs. @throws Ssh.ToolFailed, Ssh.ToolMissing */
export async function renameUser(from: string, to: string): Promise<void> {
  await runTool("usermod", ["--login", to, "--", from]);
}

/** @throws Ssh.ToolFailed, Ssh.ToolMissing */
export async function shutOutUser({ user }: Pick<UserChange, "user">, endingProcesses: boolean): Promise<void> {
  if (user === undefined) return;
  if (!user.locked) await runTool("usermod", ["--lock", "--expiredate", "1", "--", user.login]);
  if (endingProcesses) await endProcesses(user.uid);
}

/** The home and all other files stay. @throws Ssh.ToolFailed, Ssh.ToolMissing */
export async function removeUser({ user }: Pick<UserChange, "user">): Promise<void> {
  if (user) await runTool("userdel", ["--", user.login]);
}
