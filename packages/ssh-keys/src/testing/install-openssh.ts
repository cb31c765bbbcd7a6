/** Fetches what a test host needs and this machine lacks (sshd, sudo, systemd) as Debian packages, and installs none of them. */

import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const CACHE = join(import.meta.dirname, "..", "..", "..", "..", ".cache", "test-host");
const PACKAGES = ["openssh-server", "openssh-client", "sudo", "systemd", "ldap-utils", "iproute2", "curl"];
const ROOT_NEEDED = "These tests need root, for a host in namespaces of its own. Run them as root: sudo npm test";

/**
 * `apt-get install --download-only` finds the missing packages that these need in turn, and starts and changes nothing.
 * Under a lock, since several test files may need them at once: who had to wait finds them there.
 */
const FETCH = `set -eu
cd "$1"; shift
[ -e complete ] && exit 0
missing=
for name; do
  [ "$(dpkg-query -W -f '\${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing="$missing $name"
done
mkdir -p partial
fetch() {
  apt-get install --download-only -y -qq --no-install-recommends -o Dir::Cache::archives="$PWD" $missing
}
[ -z "$missing" ] || fetch || { apt-get update -qq && fetch; }
: >complete
`;

/**
 * @returns the packages' files, to be unpacked over the machine's own
 * @throws Error with what is to be done, where this process may not or can't
 */
export async function findPackages(): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) throw new Error(ROOT_NEEDED);
  await mkdir(CACHE, { recursive: true });
  try {
    await run("flock", [join(CACHE, "fetch.lock"), "sh", "-c", FETCH, "sh", CACHE, ...PACKAGES]);
  } catch (cause) {
    const command = `apt-get install ${PACKAGES.join(" ")}`;
    throw new Error(`These tests need Debian's or Ubuntu's ${PACKAGES.join(", ")}. Install them: ${command}`, {
      cause,
    });
  }
  const files = await readdir(CACHE);
  return files.filter((name) => name.endsWith(".deb")).map((name) => join(CACHE, name));
}
