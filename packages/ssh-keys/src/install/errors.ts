/** The errors of installing on a host and uninstalling. */

import { BulkheadError, type BulkheadError as Cause } from "@bulkhead/core";
import { ENVIRONMENT_FILE, LANDING_ZONE_FILE, SSHD_CONFIG, SSHD_DROP_IN } from "../paths.ts";

export const noSystemd = (): BulkheadError =>
  new BulkheadError({
    code: "Ssh.NoSystemd",
    fault: "user",
    message: "This host isn't run by systemd, which is what keeps `bulkhead ssh watch` running.",
    next: "Start `bulkhead ssh watch` by the means of this host.",
  });

export const sshdMissing = (): BulkheadError =>
  new BulkheadError({
    code: "Ssh.SshdMissing",
    fault: "user",
    message: "There is no sshd on this host.",
    next: "Install OpenSSH's server first.",
  });

export const sshdRefuses = (cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Ssh.SshdRefuses",
    fault: "user",
    message: `sshd refuses its configuration: ${(cause as Cause).message}`,
    next: "Put the configuration right until `sshd -t` says nothing, then run the command again.",
    cause,
  });

export const notIncluded = (): BulkheadError =>
  new BulkheadError({
    code: "Ssh.NotIncluded",
    fault: "user",
    message: `sshd doesn't read ${SSHD_DROP_IN}, so it would know nothing of people's keys. Nothing was changed.`,
    next: `Make this the first line of ${SSHD_CONFIG} (OpenSSH 8.2 or newer): Include /etc/ssh/sshd_config.d/*.conf`,
    where: { file: SSHD_CONFIG },
  });

export const otherRevokedKeys = (file: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.OtherRevokedKeys",
    fault: "user",
    message: `sshd has a file of revoked keys already, ${file}, and reads only one. Nothing was changed.`,
    next: "Take its keys into Bulkhead's file after the installation: lines of others stay in it. Take `RevokedKeys` out of sshd's configuration first.",
    where: { file: SSHD_CONFIG },
  });

/** @param keywords of sshd_config(5) */
export const othersTouched = (keywords: readonly string[]): BulkheadError =>
  new BulkheadError({
    code: "Ssh.OthersTouched",
    fault: "internal",
    message: `With Bulkhead's part, sshd would treat root otherwise than before (${keywords.join(", ")}). The part was taken back.`,
    next: "Report the version of sshd and its configuration.",
  });

export const fileOutside = (file: string, folder: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.FileOutside",
    fault: "user",
    message: `The landing zone names ${file}, which isn't in its folder, so it can't be copied with it.`,
    next: `Put it into ${folder}, or name it by an absolute path that every host has.`,
    where: { file },
  });

export const namedFileMissing = (file: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.FileMissing",
    fault: "user",
    message: `The landing zone names ${file}, which can't be read.`,
    next: "Put it there, or take its name out of `users.directory`.",
    where: { file },
  });

export const passwordMissing = (variable: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.PasswordMissing",
    fault: "user",
    message: `The landing zone takes the bind password from ${variable}, which is set neither here nor in ${ENVIRONMENT_FILE}.`,
    next: `Set ${variable} for this command (sudo --preserve-env=${variable} …): it is kept in that file, which only root may read.`,
    where: { file: LANDING_ZONE_FILE },
  });

export const peopleUndecided = (count: number): BulkheadError =>
  new BulkheadError({
    code: "Ssh.PeopleUndecided",
    fault: "user",
    message: `This host has ${count === 1 ? "one user" : `${count} users`} of Bulkhead's making. Nothing was changed.`,
    next: "Say what becomes of them: --people remove (homes stay), lock, or keep. Those who are kept may use the keys in their own ~/.ssh again.",
  });

export const programUntrusted = (program: string, path: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.ProgramUntrusted",
    fault: "user",
    message: `The service would run ${program} as root, and ${path} can be changed by others than root.`,
    next: "Unpack Bulkhead where only root may write, in /opt say, and install from there.",
    where: { file: path },
  });
