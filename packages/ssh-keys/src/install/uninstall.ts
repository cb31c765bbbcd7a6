/**
 * Takes everything of Bulkhead's off this host. sshd forgets its part before the files go that the part names; people's
 * ways in are closed before sshd reads their own ~/.ssh again. Killed anywhere, another uninstallation finishes.
 */

import { access, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Report } from "@bulkhead/core";
import { readHost } from "../actual.ts";
import {
  LAST_READ_FILE,
  RUN_FOLDER,
  SSH_FOLDER,
  SSHD_DROP_IN,
  STATE_FILE,
  SUDOERS_FILE,
  UNIT_FILE,
  UNIT_NAME,
} from "../paths.ts";
import { underSyncLock } from "../lock.ts";
import { requireRoot } from "../require-root.ts";
import { removeRootFile, readRootFile, writeRootFile } from "../root-file.ts";
import { peopleUndecided } from "./errors.ts";
import { removeFootprint, removeIfEmpty } from "./footprint.ts";
import { lockPeople, removePeople } from "./people.ts";
import { effectiveConfig, findSshd } from "./sshd.ts";
import { reloadSshd, requireSystemd, systemctl } from "./systemd.ts";

/**
 * What becomes of the users that Bulkhead made:
 * - `remove`: they are removed, and their groups; their homes stay.
 * - `lock`: nobody signs in as them; a later installation finds them again.
 * - `keep`: they stay as they are, and sshd reads the keys in their own ~/.ssh again; a later installation finds them.
 */
export type PeopleChoice = "remove" | "lock" | "keep";

export interface UninstallOptions {
  /** Needed where there are any. */
  readonly people: PeopleChoice | undefined;
  readonly report: Report;
}

/**
 * @throws BulkheadError Ssh.NotRoot, .NoSystemd, .PeopleUndecided, .Locked, .SshdRefuses, .ToolFailed, .UnsafePath, and as
 *   `readHost` does
 */
export async function uninstall({ people, report }: UninstallOptions): Promise<void> {
  requireRoot();
  await requireSystemd();
  const count = await underSyncLock(undefined, () => closeAndRemove(people));
  await removeRootFileIn(UNIT_FILE);
  await systemctl("daemon-reload");
  await rm(RUN_FOLDER, { recursive: true, force: true });
  await removeIfEmpty(dirname(RUN_FOLDER));
  for (const folder of await removeFootprint()) {
    report({ type: "warning", message: `${folder} holds something that isn't Bulkhead's, and stays` });
  }
  report({ type: "outcome", status: "done", subject: UNIT_NAME, message: sentence(people, count) });
}

/** The service, people, and all that lets them in. @returns how many people there were */
async function closeAndRemove(choice: PeopleChoice | undefined): Promise<number> {
  const host = readHost(new Date());
  if (host.people.length > 0 && choice === undefined) throw peopleUndecided(host.people.length);
  if (await exists(UNIT_FILE)) await systemctl("disable", "--quiet", "--now", UNIT_NAME);
  if (choice === "remove") await removePeople(host);
  if (choice === "lock") await lockPeople(host);
  await removeRootFileIn(SUDOERS_FILE);
  await removeFromSshd();
  const isEmpty = choice === "remove" || host.people.length === 0;
  if (isEmpty) await rm(STATE_FILE, { force: true });
  await rm(LAST_READ_FILE, { force: true });
  return host.people.length;
}

function sentence(people: PeopleChoice | undefined, count: number): string {
  const users = count === 1 ? "one user" : `${count} users`;
  if (people === undefined || count === 0) return "Bulkhead is off this host";
  if (people === "remove") return `Bulkhead is off this host, and so are ${users}; their homes stayed`;
  const what = people === "lock" ? "nobody can sign in as them" : "they may use the keys in their own ~/.ssh again";
  return `Bulkhead is off this host; ${users} stayed, and ${what}. ${STATE_FILE} tells a later installation who they are`;
}

async function removeFromSshd(): Promise<void> {
  const part = readRootFile(SSHD_DROP_IN, 0o644);
  if (part !== null) {
    await removeRootFile(SSHD_DROP_IN);
    await effectiveConfig(await findSshd()).catch(async (error: unknown) => {
      await writeRootFile(SSHD_DROP_IN, part.text, 0o644);
      throw error;
    });
  }
  // An sshd that has read the part refuses everyone once its files are gone.
  await reloadSshd();
  await rm(SSH_FOLDER, { recursive: true, force: true });
}

async function removeRootFileIn(path: string): Promise<void> {
  if (await exists(path)) await removeRootFile(path);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
