/** What has to hold of a host at any moment, whatever the directory says and whoever was killed. */

import type { TestHost } from "./host.ts";

/**
 * sudo and sshd take their files; the user database is well formed, every name and number in it once and root as it was;
 * key files and revoked keys hold nothing but keys, and are root's.
 */
const CHECK = `
visudo -cq || echo 'visudo refuses'
sshd -t || echo 'sshd refuses'
awk -F: 'NF != 7 || $1 == "" || $3 !~ /^[0-9]+$/ || $4 !~ /^[0-9]+$/ { print "passwd: " $0 }' /etc/passwd
awk -F: 'NF != 9 || $1 == "" { print "shadow: " $1 }' /etc/shadow
awk -F: 'NF != 4 || $1 == "" || $3 !~ /^[0-9]+$/ { print "group: " $0 }' /etc/group
awk -F: 'seen[$1]++ || numbers[$3]++ { print "twice in passwd: " $0 }' /etc/passwd
awk -F: 'seen[$1]++ || numbers[$3]++ { print "twice in group: " $0 }' /etc/group
awk -F: '($3 == 0) != ($1 == "root") { print "root: " $0 }' /etc/passwd
grep -q '^root:x:0:0:root:/root:/bin/bash$' /etc/passwd || echo 'root changed'
bad=$(find /etc/ssh/bulkhead /etc/sudoers.d/bulkhead ! -user root -o ! -group root -o -perm /022 ! -type l -o -type l)
[ -z "$bad" ] || echo "owner, mode or link: $bad"
find /etc/ssh/bulkhead -type f -exec grep -HvE '^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh.com|sk-ecdsa-sha2-nistp256@openssh.com) [A-Za-z0-9+/]+=*( bulkhead)?$' {} +
find /etc/ssh/bulkhead/keys -type f -exec sh -c 'ssh-keygen -l -f "$1" >/dev/null || echo "no keys in $1"' sh {} \\;
[ ! -e /etc/sudoers.d/bulkhead ] || grep -vE '^(#.*|[a-z][a-z0-9_-]* ALL=\\(ALL:ALL\\) NOPASSWD: ALL)$' /etc/sudoers.d/bulkhead
`;

/** @returns what doesn't hold, a line each; nothing where all does */
export async function faultsOf(host: TestHost): Promise<string> {
  const { stdout, stderr } = await host.run(["sh", "-c", CHECK]);
  return `${stdout}${stderr}`;
}

/** Names of users whom Bulkhead made. */
export async function peopleOn(host: TestHost): Promise<readonly string[]> {
  const text = await host.sh("getent passwd | grep ':from the directory by Bulkhead:' | cut -d: -f1 | sort || :");
  return text.split("\n").filter(Boolean);
}
