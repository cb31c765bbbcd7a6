/** Asks systemd: systemctl(1). */

import { access } from "node:fs/promises";
import { noSystemd } from "./errors.ts";
import { runTool } from "../run-tool.ts";

const SYSTEMCTL = "systemctl";

/** @throws BulkheadError Ssh.NoSystemd, where systemd doesn't run this host: sd_booted(3) */
export async function requireSystemd(): Promise<void> {
  await access("/run/systemd/system").catch(() => {
    throw noSystemd();
  });
}

/** @throws BulkheadError Ssh.ToolFailed */
export async function systemctl(...args: readonly string[]): Promise<void> {
  await runTool(SYSTEMCTL, args);
}

async function isActive(unit: string): Promise<boolean> {
  return systemctl("is-active", "--quiet", unit).then(
    () => true,
    () => false,
  );
}

/** Debian's name for sshd's unit and that of the others. */
const sshdUnits = ["ssh.service", "sshd.service"];

/**
 * Makes sshd read its configuration again; sessions go on. Where none runs, the next that starts reads it.
 * @throws BulkheadError Ssh.ToolFailed
 */
export async function reloadSshd(): Promise<void> {
  for (const unit of sshdUnits) {
    if (await isActive(unit)) return systemctl("reload", unit);
  }
}
