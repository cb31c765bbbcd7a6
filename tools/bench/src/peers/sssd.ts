/** SSSD, whose sss_ssh_authorizedkeys gives sshd the keys of a directory from its cache. */

import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { suffix } from "../../../../packages/directory/src/testing/people.ts";
import { reader } from "../../../../packages/directory/src/testing/slapd.ts";
import type { TestHost } from "../../../../packages/ssh-keys/src/testing/host.ts";
import { cache } from "../folders.ts";

export const sssdName = "AuthorizedKeysCommand: SSSD's sss_ssh_authorizedkeys, with its cache warm";

const configuration = (url: string): string => `[sssd]
services = ssh
domains = bench

[domain/bench]
id_provider = ldap
ldap_uri = ${url}
ldap_search_base = ${suffix}
ldap_default_bind_dn = ${reader.dn}
ldap_default_authtok = ${reader.password}
ldap_id_use_start_tls = false
ldap_user_ssh_public_key = sshPublicKey
ldap_schema = rfc2307bis
`;

/** Debian's packages, unpacked in the host alone: nothing is installed on this machine. @returns sshd's part for it */
export async function setUpSssd(host: TestHost, url: string): Promise<string> {
  const folder = join(cache, "bench-peers/sssd");
  await mkdir(join(folder, "partial"), { recursive: true });
  const archives = ["-o", `Dir::Cache::archives=${folder}`];
  const run = promisify(execFile);
  await run("apt-get", [
    "install",
    "--download-only",
    "-y",
    "-qq",
    "--no-install-recommends",
    ...archives,
    "sssd-ldap",
  ]);
  const packages = (await readdir(folder)).filter((name) => name.endsWith(".deb")).map((name) => join(folder, name));
  await host.sh(
    'for it; do dpkg-deb --fsys-tarfile "$it" | tar -x --keep-directory-symlink -C /; done; ldconfig',
    ...packages,
  );
  await host.sh(
    "mkdir -p /etc/sssd /var/lib/sss/db /var/lib/sss/pipes/private /var/lib/sss/mc /var/log/sssd /var/lib/sss/pubconf",
  );
  await host.write("/etc/sssd/sssd.conf", configuration(url), "600");
  host.start(["sssd", "-i", "--logger=stderr"]);
  // Until it answers; this fills its cache, too.
  await host.sh(
    "for try in $(seq 100); do sss_ssh_authorizedkeys anna | grep -q ssh- && exit 0; sleep 0.1; done; exit 1",
  );
  return "AuthorizedKeysFile none\nAuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys %u\nAuthorizedKeysCommandUser root\n";
}
