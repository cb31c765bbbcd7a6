/**
 * Makes the host as the plan says, in the one order that is safe to be cut off in: what takes away comes first, from the
 * key to the user; what gives comes last, from the user to the key. Whatever is left, the next sync sees and finishes.
 *
 *    1  revoked keys     theirs who are shut out in, theirs who come back out
 *    2  key files        of those who are shut out or removed, those of nobody, and of users who stay as they are
 *    3  sudo rules       without those who lose theirs
 *    4  users            locked, their processes ended if asked; removed after the days of grace
 *    5  state            who and what is ours from now on, ahead of making it
 *    6  groups           made
 *    7  users            changed, renamed with their key file, and made; who can't be renamed gets the rest all the same
 *    8  groups           members; those that nobody needs removed
 *    9  sudo rules       with those who gain one
 *   10  key files        of the new, and of those who are let in again
 *   11  state            who has left, and who is back
 */

import { nameOf, type Change, type Outcome } from "@bulkhead/plan";
import type { Report } from "@bulkhead/core";
import { applyGroups, createGroups } from "./apply-groups.ts";
import { moveKeyFile, removeKeyFile, removeKeyFilesOf, writeKeyFilesOf } from "./apply-key-files.ts";
import { writeRevokedKeys } from "./apply-revoked-keys.ts";
import { claim, settle } from "./apply-state.ts";
import { giveSudoRules, takeSudoRules } from "./apply-sudo-rules.ts";
import { changeUser, createUser, removeUser, renameUser, shutOutUser } from "./apply-users.ts";
import { kinds, type FoundHost, type UserChange, type UserFields, type Wanted } from "./model.ts";
import { Progress } from "./progress.ts";

export interface ApplyContext {
  readonly wanted: Pick<Wanted, "people" | "endProcesses">;
  /** As it was when the plan was made, under the lock that is still held. */
  readonly found: FoundHost;
  readonly report: Report;
  /** As 2026-11-22. */
  readonly today: string;
  /** Once aborted, nobody new is made or changed; who is being shut out is shut out to the end. */
  readonly signal: AbortSignal;
}

export async function applyHost(changes: readonly Change[], context: ApplyContext): Promise<readonly Outcome[]> {
  const { found, wanted, signal, today } = context;
  const progress = new Progress(changes, context.report);
  const of = (kind: string): readonly Change[] => changes.filter((change) => change.kind === kind);
  const users = userChanges(of(kinds.user), found);
  const leaving = users.filter(({ after }) => after === null || after.locked === true);
  const staying = users.filter(({ after }) => after !== null && after.locked !== true);

  await progress.all([...users.map(({ change }) => change), ...of(kinds.revokedKeys)], () =>
    writeRevokedKeys(users, context),
  );
  for (const it of leaving) await progress.each(it.change, () => removeKeyFilesOf(it));
  for (const change of of(kinds.keyFile)) await progress.each(change, () => removeKeyFile(nameOf(change)));
  const settled = staying.filter(isSettled);
  await writeKeyFilesOf(settled, wanted.people, progress);
  const sudo = [
    ...users.filter(({ after }) => after === null || "sudo" in after).map(({ change }) => change),
    ...of(kinds.sudoRules),
  ];
  await progress.all(sudo, () => takeSudoRules(users, found));
  for (const it of leaving) {
    await progress.each(it.change, async () => {
      if (it.after === null) await removeUser(it);
      else await shutOutUser(it, wanted.endProcesses);
    });
  }

  const giving = signal.aborted ? [] : [...staying.map(({ change }) => change), ...of(kinds.group)];
  await progress.needed(giving, () => claim(staying, of(kinds.group), found));
  await createGroups(of(kinds.group), progress, signal);
  const given: UserChange[] = [];
  for (const it of staying) {
    if (signal.aborted) progress.skip(it.change);
    await progress.needed([it.change], () => (it.user ? changeUser(it, it.user) : createUser(it)));
    given.push(await renamed(it, progress));
  }
  await applyGroups([...leaving, ...given], of(kinds.group), progress);
  await progress.all(sudo, () => giveSudoRules([...leaving, ...given], progress.without(given), found));
  await writeKeyFilesOf(
    given.filter((it) => !isSettled(it)),
    wanted.people,
    progress,
  );
  const whole = users.filter(({ change }) => progress.goesOn(change) && !progress.hasFailed(change));
  await progress.all(
    whole.map(({ change }) => change),
    () => settle(whole, today),
  );
  return progress.outcomes();
}

/** Whether the user is there and may sign in. */
function isSettled({ user }: UserChange): boolean {
  return user !== undefined && !user.locked;
}

/**
 * The key file goes with the user at once, ahead of whoever takes the old login over.
 * @returns the change as far as it could be done: somebody who runs something keeps the old login, and loses all else
 */
async function renamed(it: UserChange, progress: Progress): Promise<UserChange> {
  const { change, user, after } = it;
  const login = after?.login;
  if (!user || login === undefined || login === user.login) return it;
  let isRenamed = false;
  await progress.each(change, async () => {
    await renameUser(user.login, login);
    isRenamed = true;
    await moveKeyFile(user.login, login);
  });
  return isRenamed ? it : { ...it, after: { ...after, login: user.login } };
}

function userChanges(changes: readonly Change[], { people }: FoundHost): readonly UserChange[] {
  const byKey = new Map(people.map((user) => [user.key, user]));
  return changes.map((change) => ({
    change,
    key: nameOf(change),
    user: byKey.get(nameOf(change)),
    after: change.after as Partial<UserFields> | null,
  }));
}
