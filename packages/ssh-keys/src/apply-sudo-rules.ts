/** The file of sudo rules, checked by visudo(8) before it takes its place. */

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileModes } from "./actual.ts";
import { toolMissing } from "./errors.ts";
import type { Login } from "./login.ts";
import type { FoundHost, UserChange } from "./model.ts";
import { SUDOERS_FILE } from "./paths.ts";
import { readRootFile, writeRootFile } from "./root-file.ts";
import { runTool } from "./run-tool.ts";
import { sudoers, sudoRulesText } from "./sudo.ts";

/** Takes the rules from those who lose theirs. @throws Ssh.ToolFailed, Ssh.ToolMissing, Ssh.UnsafePath, Ssh.FileUnusable */
export async function takeSudoRules(users: readonly UserChange[], found: FoundHost): Promise<void> {
  await writeSudoRules(keptBy(users, found));
}

/**
 * Gives rules to those who gain one, once `takeSudoRules` was called.
 * @param users all that change, under the logins that they have by now
 * @param given those of them who were made, or changed
 */
export async function giveSudoRules(
  users: readonly UserChange[],
  given: readonly UserChange[],
  found: FoundHost,
): Promise<void> {
  const before = sudoers(found.sudoRules?.lines ?? []);
  const gained = given.flatMap(({ user, after }) => {
    const had = user !== undefined && before.has(user.login);
    const login = after?.login ?? user?.login;
    return login !== undefined && (after?.sudo ?? had) ? [login as Login] : [];
  });
  await writeSudoRules([...new Set([...keptBy(users, found), ...gained])]);
}

function keptBy(users: readonly UserChange[], { sudoRules, people }: FoundHost): readonly Login[] {
  const changed = new Map(users.map((it) => [it.key, it]));
  const before = sudoers(sudoRules?.lines ?? []);
  return people.flatMap(({ key, login }) => {
    const change = changed.get(key);
    if (change === undefined) return before.has(login) ? [login] : [];
    const { sudo = true, login: next = login } = change.after ?? { sudo: false };
    return before.has(login) && sudo && next === login ? [login] : [];
  });
}

async function writeSudoRules(logins: readonly Login[]): Promise<void> {
  const text = sudoRulesText(logins.toSorted());
  const now = readRootFile(SUDOERS_FILE, fileModes.sudoRules);
  if (now === null ? logins.length === 0 : now.intact && now.text === text) return;
  if (!existsSync(dirname(SUDOERS_FILE))) throw toolMissing("visudo");
  await writeRootFile(SUDOERS_FILE, text, fileModes.sudoRules, async (temporary) => {
    await runTool("visudo", ["-cf", temporary]);
  });
}
