/** The file of revoked keys: whose keys go in, and whose come out. */

import { fileModes } from "./actual.ts";
import { linesAfter } from "./apply-key-files.ts";
import { revokedKeysBinary } from "./errors.ts";
import { REVOKED_FILE } from "./paths.ts";
import type { FoundHost, UserChange, Wanted } from "./model.ts";
import { isKrl, revokedKeysText } from "./revoked.ts";
import { makeRootFolder, readRootFile, writeRootFile } from "./root-file.ts";
import { dirname } from "node:path";

/** @throws Ssh.RevokedKeysBinary, Ssh.UnsafePath, Ssh.FileUnusable */
export async function writeRevokedKeys(
  users: readonly UserChange[],
  { found, wanted }: { readonly found: FoundHost; readonly wanted: Pick<Wanted, "people"> },
): Promise<void> {
  const changed = new Map(users.map((it) => [it.key, it]));
  const people = new Map(wanted.people.map((person) => [person.key, person]));
  const leaving = users.filter(({ after }) => after === null || after.locked === true);
  const taken = leaving.flatMap(({ user }) => user?.keyFile?.lines ?? []);
  // Users without a change keep theirs, and root's are root's.
  const inUse = new Set([
    ...found.rootKeys,
    ...found.people.filter(({ key }) => !changed.has(key)).flatMap(({ keyFile }) => keyFile?.lines ?? []),
    ...users
      .filter((it) => !leaving.includes(it))
      .flatMap(({ key, user, after }) => linesAfter(user?.keyFile?.lines ?? [], after?.keys ?? {}, people.get(key))),
  ]);
  const before = found.revokedKeys;
  if (before && isKrl(before.lines)) throw revokedKeysBinary(REVOKED_FILE);
  const text = revokedKeysText(before?.lines ?? [], taken, inUse);
  if (before?.intact === true && text === revokedKeysText(before.lines, [], new Set())) return;
  makeRootFolder(dirname(REVOKED_FILE), 0o755);
  await writeRootFile(REVOKED_FILE, text, fileModes.revokedKeys);
}

/**
 * Makes the file where it is missing: without it sshd refuses everybody, root too, so it can't wait for the directory.
 * @throws Ssh.UnsafePath, Ssh.FileUnusable
 */
export async function restoreRevokedKeys(): Promise<void> {
  if (readRootFile(REVOKED_FILE, fileModes.revokedKeys) !== null) return;
  makeRootFolder(dirname(REVOKED_FILE), 0o755);
  await writeRootFile(REVOKED_FILE, "", fileModes.revokedKeys);
}
