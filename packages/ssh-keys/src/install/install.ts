/**
 * Installs on this host: the landing zone's files, sshd's part, the service. In this order, as each needs the one before.
 *
 * sshd has the last word: what it refuses, or what would touch root, is taken back, and no file that its configuration
 * names is ever missing. Killed anywhere, another installation or uninstallation finishes.
 */

import { dirname, isAbsolute } from "node:path";
import { readFile } from "node:fs/promises";
import type { Report } from "@bulkhead/core";
import { notConfigured } from "../errors.ts";
import { requireRoot } from "../require-root.ts";
import { CONFIGURATION, KEYS_FOLDER, REVOKED_FILE, SSH_FOLDER, SSHD_DROP_IN, UNIT_FILE, UNIT_NAME } from "../paths.ts";
import { readLandingZoneFiles } from "./landing-zone-files.ts";
import { notIncluded, otherRevokedKeys, othersTouched } from "./errors.ts";
import { openFootprint, type Footprint } from "./footprint.ts";
import { requireTrusted } from "./trusted.ts";
import { dropIn, effectiveConfig, findSshd, otherDifferences, type EffectiveConfig } from "./sshd.ts";
import { reloadSshd, requireSystemd, systemctl } from "./systemd.ts";
import { unitText } from "./unit.ts";

export interface InstallOptions {
  /** Copied to the host's own folder, with all files that it names. */
  readonly landingZoneFile: string;
  /** What starts this program, as absolute paths: the service starts it so. */
  readonly program: readonly string[];
  /** Flags of `watch`, beside the file. */
  readonly flags: readonly string[];
  /** Where the bind password may stand. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly report: Report;
}

/**
 * @throws BulkheadError Ssh.NotRoot, .NoSystemd, .SshdMissing, .SshdRefuses, .NotIncluded, .OtherRevokedKeys,
 *   .OthersTouched, .NotConfigured, .FileOutside, .FileMissing, .PasswordMissing, .UnsafePath, .ToolFailed
 */
export async function install({ landingZoneFile, program, flags, env, report }: InstallOptions): Promise<void> {
  requireRoot();
  await requireSystemd();
  const sshd = await findSshd();
  const { landingZone, files } = await readLandingZoneFiles(landingZoneFile, env);
  if (landingZone.ssh === undefined) throw notConfigured("ssh", landingZoneFile);
  for (const path of program.filter(isAbsolute)) await requireTrusted(path);
  const before = await effectiveConfig(sshd);
  const revoked = before.get("revokedkeys") ?? "none";
  if (revoked !== "none" && revoked !== REVOKED_FILE) throw otherRevokedKeys(revoked);

  const footprint = await openFootprint();
  try {
    await footprint.folder(CONFIGURATION, 0o755);
    for (const { path, text, mode } of files) {
      await foldersDownTo(footprint, dirname(path));
      await footprint.file(path, text, mode);
    }
    await addToSshd(sshd, before, footprint);
    const homes = dirname(landingZone.ssh.home);
    await footprint.file(UNIT_FILE, unitText({ program, flags, homes }), 0o644);
  } catch (error) {
    await footprint.takeBack();
    throw error;
  }
  // From here on nothing is taken back: an sshd that has read its part would miss it.
  await reloadSshd();
  report({ type: "outcome", status: "done", subject: "sshd", message: `reads people's keys in ${KEYS_FOLDER}` });
  await systemctl("daemon-reload");
  await systemctl("enable", "--quiet", UNIT_NAME);
  await systemctl("restart", UNIT_NAME);
  report({ type: "outcome", status: "done", subject: UNIT_NAME, message: "started, and will be at every boot" });
}

async function addToSshd(sshd: string, before: EffectiveConfig, footprint: Footprint): Promise<void> {
  await footprint.folder(SSH_FOLDER, 0o755);
  await footprint.folder(KEYS_FOLDER, 0o755);
  // Ahead of what names it: without the file sshd refuses everyone.
  const revoked = await readFile(REVOKED_FILE).catch(() => null);
  if (revoked === null) await footprint.file(REVOKED_FILE, "", 0o644);
  await footprint.folder(dirname(SSHD_DROP_IN), 0o755);
  await footprint.file(SSHD_DROP_IN, dropIn, 0o644);
  const after = await effectiveConfig(sshd);
  if (after.get("revokedkeys") !== REVOKED_FILE) throw notIncluded();
  const touched = otherDifferences(before, after);
  if (touched.length > 0) throw othersTouched(touched);
}

async function foldersDownTo(footprint: Footprint, folder: string): Promise<void> {
  if (folder === CONFIGURATION) return;
  await foldersDownTo(footprint, dirname(folder));
  await footprint.folder(folder, 0o755);
}
