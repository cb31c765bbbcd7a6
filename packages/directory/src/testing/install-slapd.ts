/** Finds OpenLDAP's server, or installs Debian's package of it, without a directory of the system's own being started. */

import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const SLAPD = "/usr/sbin/slapd";
const INSTALL = "apt-get update && apt-get install -y --no-install-recommends slapd";
/** Debian starts no service in runlevel 1 (invoke-rc.d). */
const ENVIRONMENT = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
/** Under a lock, since several test files may need it at once: who had to wait finds it there. */
const ONCE = `[ -x ${SLAPD} ] || {
  apt-get update -qq &&
  apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends slapd
}`;

/** @throws Error with the command that installs it, where this process can't */
export async function findSlapd(): Promise<string> {
  if (await isExecutable(SLAPD)) return SLAPD;
  try {
    const env = { ...process.env, ...ENVIRONMENT };
    await run("flock", [join(tmpdir(), "bulkhead-apt.lock"), "sh", "-c", ONCE], { env });
  } catch (cause) {
    throw new Error(`These tests need OpenLDAP's slapd. Install it as root: ${INSTALL}`, { cause });
  }
  return SLAPD;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
