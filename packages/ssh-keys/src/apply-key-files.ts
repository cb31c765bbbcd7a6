/** The files from which sshd reads the keys of our people. */

import { join } from "node:path";
import { fileModes, keyFileText } from "./actual.ts";
import { fingerprint, lineOf } from "./keys.ts";
import type { WantedPerson, UserChange } from "./model.ts";
import { KEYS_FOLDER } from "./paths.ts";
import type { Progress } from "./progress.ts";
import { makeRootFolder, moveRootFile, removeRootFile, writeRootFile } from "./root-file.ts";

/** So many at once: each waits for the disk. */
const side = 16;

/** A file that is gone lets nobody in, and needs no room on a full disk. @throws Ssh.UnsafePath, Ssh.FileUnusable */
export async function removeKeyFilesOf({ user }: UserChange): Promise<void> {
  if (user?.keyFile) await removeKeyFile(user.login);
}

/** @throws Ssh.UnsafePath, Ssh.FileUnusable */
export async function removeKeyFile(name: string): Promise<void> {
  await removeRootFile(join(KEYS_FOLDER, name));
}

/** There may be none. @throws Ssh.UnsafePath, Ssh.FileUnusable */
export async function moveKeyFile(from: string, to: string): Promise<void> {
  await moveRootFile(join(KEYS_FOLDER, from), join(KEYS_FOLDER, to));
}

export async function writeKeyFilesOf(
  users: readonly UserChange[],
  people: readonly WantedPerson[],
  progress: Progress,
): Promise<void> {
  const wanted = new Map(people.map((person) => [person.key, person]));
  const waiting = progress.without(users).toReversed();
  const work = async (): Promise<void> => {
    for (let it = waiting.pop(); it !== undefined; it = waiting.pop()) {
      const one = it;
      await progress.each(one.change, () => writeKeyFile(one, wanted.get(one.key)));
    }
  };
  await Promise.all(Array.from({ length: side }, work));
}

/** Under the login that the user has at present: users who may sign in already are renamed afterwards. */
async function writeKeyFile({ user, after }: UserChange, person: WantedPerson | undefined): Promise<void> {
  if (Object.keys(after?.keys ?? {}).length === 0) return;
  const isIn = user !== undefined && !user.locked;
  const login = isIn ? user.login : (after?.login ?? "");
  const lines = linesAfter(user?.keyFile?.lines ?? [], after?.keys ?? {}, person);
  makeRootFolder(KEYS_FOLDER, 0o755);
  if (lines.length > 0) await writeRootFile(join(KEYS_FOLDER, login), keyFileText(lines), fileModes.keys);
  else await removeKeyFile(login);
}

/** The lines of a key file after a change of its keys. */
export function linesAfter(
  found: readonly string[],
  keys: Readonly<Record<string, boolean>>,
  person: WantedPerson | undefined,
): readonly string[] {
  if (Object.keys(keys).length === 0) return found;
  return (person?.keys ?? []).filter((key) => keys[fingerprint(key)] === true).map(lineOf);
}
