/** Groups and their members by the host's own tools: groupadd(8), gpasswd(1), groupdel(8). */

import { nameOf, type Change } from "@bulkhead/plan";
import type { FoundHost, UserChange } from "./model.ts";
import { readGroups } from "./user-database.ts";
import { PEOPLE_GROUP } from "./paths.ts";
import type { Progress } from "./progress.ts";
import { runTool } from "./run-tool.ts";

type Groups = FoundHost["groups"];

/** A word of a command can be 128 KiB long in Linux (MAX_ARG_STRLEN). */
const longestWord = 120_000;
/** One in so many members: 100 of 5,000 take as long in either way. */
const fewOf = 50;

export async function createGroups(changes: readonly Change[], progress: Progress, signal: AbortSignal): Promise<void> {
  for (const change of changes.filter(({ action }) => action === "create")) {
    if (signal.aborted) progress.skip(change);
    const name = nameOf(change);
    const gid = change.after?.["gid"];
    const number = name === PEOPLE_GROUP ? ["--system"] : ["--gid", String(gid)];
    await progress.needed([change], async () => void (await runTool("groupadd", [...number, "--", name])));
  }
}

/** Puts existing users in and out, one command a group; the new came in when they were made. Then removes what nobody needs. */
export async function applyGroups(
  users: readonly UserChange[],
  changes: readonly Change[],
  progress: Progress,
): Promise<void> {
  const existing = progress.without(users).filter(({ user }) => user !== undefined);
  // As they are by now: users have been made, renamed and removed since the plan.
  const groups = readGroups();
  for (const [name, members] of changedMembers(existing, groups)) {
    const concerned = existing.filter(({ after }) => after !== null && Object.hasOwn(after.groups ?? {}, name));
    await progress.all(
      concerned.map(({ change }) => change),
      () => setMembers(name, members, groups),
    );
  }
  for (const change of changes.filter(({ action }) => action === "delete")) {
    await progress.each(change, async () => void (await runTool("groupdel", ["--", nameOf(change)])));
  }
}

/** The members that each group is to have, of groups in which that differs; whoever isn't ours stays. */
function changedMembers(users: readonly UserChange[], groups: Groups): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, Set<string>>();
  for (const { user, after } of users) {
    const login = after?.login ?? user?.login ?? "";
    for (const [name, joins] of Object.entries(after?.groups ?? {})) {
      const those = members.get(name) ?? new Set(groups.get(name)?.members);
      members.set(name, those);
      if (joins) those.add(login);
      else those.delete(login);
    }
  }
  return new Map(
    [...members]
      .map(([name, those]) => [name, [...those].sort()] as const)
      .filter(([name, those]) => those.join() !== (groups.get(name)?.members ?? []).toSorted().join()),
  );
}

/** gpasswd looks each member of a list up in all of the user database: with thousands, few are sooner changed one by one. */
async function setMembers(name: string, members: readonly string[], groups: Groups): Promise<void> {
  const before = new Set(groups.get(name)?.members);
  const after = new Set(members);
  const joining = members.filter((login) => !before.has(login));
  const leaving = [...before].filter((login) => !after.has(login));
  const list = members.join(",");
  const few = joining.length + leaving.length <= members.length / fewOf;
  if (!few && list.length <= longestWord) {
    await runTool("gpasswd", ["--members", list, name]);
    return;
  }
  for (const login of joining) await runTool("gpasswd", ["--add", login, name]);
  for (const login of leaving) await runTool("gpasswd", ["--delete", login, name]);
}
