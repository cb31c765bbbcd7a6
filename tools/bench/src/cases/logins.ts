/** People on a host: how long a login takes beside other ways to the same keys, and how soon a change in the directory counts. */

import { setTimeout as sleep } from "node:timers/promises";
import { suffix } from "../../../../packages/directory/src/testing/people.ts";
import { reader } from "../../../../packages/directory/src/testing/slapd.ts";
import { dropIn } from "../../../../packages/ssh-keys/src/install/sshd.ts";
import { packedBulkheadOn, useSshdPart, writeLandingZone } from "../../../../packages/ssh-keys/src/testing/bulkhead.ts";
import { openHost, type Key, type TestHost } from "../../../../packages/ssh-keys/src/testing/host.ts";
import { startLdap } from "../../../../packages/ssh-keys/src/testing/host-ldap.ts";
import { groupEntry, landingZone, personEntry } from "../../../../packages/ssh-keys/src/testing/people.ts";
import type { BenchCase, Row } from "../bench-case.ts";
import { changeRows } from "../login-changes.ts";
import { median } from "../measure.ts";
import { tryPeer } from "../peers/peer.ts";
import { setUpSssd, sssdName } from "../peers/sssd.ts";

const pairs = 20;
const rounds = 100;
/** Until sshd has read its configuration again. */
const settlingMs = 500;

export const logins: BenchCase = {
  name: "logins on a host",
  run: async ({ peers, progress }) => {
    await using host = await openHost();
    const bulkhead = await packedBulkheadOn(host);
    const anna = await host.makeKey("anna");
    const ben = await host.makeKey("ben");
    const ldap = await startLdap(host, [
      personEntry({ uid: "anna", number: 20_001, keys: [anna.line] }),
      personEntry({ uid: "ben", number: 20_002, keys: [ben.line] }),
      groupEntry("shop", ["anna", "ben"]),
      groupEntry("ops", ["anna"]),
    ]);
    await writeLandingZone(host, landingZone());
    await bulkhead.succeed("sync");

    progress("logins");
    const rows: Row[] = [];
    const ways = new Map<string, Way>([
      ["sshd with the person's own ~/.ssh/authorized_keys", ownFile],
      ["AuthorizedKeysCommand: a script with ldapsearch", script],
      ...(peers ? ([[sssdName, (it) => setUpSssd(it, ldap.url)]] as const satisfies readonly [string, Way][]) : []),
    ]);
    for (const [name, prepare] of ways) {
      const found = await tryPeer(name, async () => pairedLogins(host, anna, await prepare(host, anna)));
      const base = { what: "login, median of paired runs", unit: "ms" as const, peerName: name };
      rows.push("peer" in found ? { ...base, ...found.peer } : { ...base, ours: "see above", peer: found.missing });
    }

    progress("changes");
    const daemon = bulkhead.start("watch");
    rows.push(...(await changeRows(host, ldap, { uid: "ben", key: ben }, rounds)));
    daemon.kill();
    return rows;
  },
};

/** Makes sshd get a person's keys in another way. @returns sshd's part for it */
type Way = (host: TestHost, person: Key) => Promise<string>;

async function ownFile(host: TestHost, { file }: Key): Promise<string> {
  const folder = "/home/anna/.ssh";
  await host.sh('install -d -m 700 -o anna "$1"; install -m 600 -o anna "$2.pub" "$1/authorized_keys"', folder, file);
  return "AuthorizedKeysFile .ssh/authorized_keys\n";
}

async function script(host: TestHost): Promise<string> {
  const path = "/usr/local/bin/ldap-keys";
  const search = `ldapsearch -x -LLL -o ldif-wrap=no -H ldap://127.0.0.1 -D "${reader.dn}" -y /etc/ldap-password -b "ou=people,${suffix}" "(uid=$1)" sshPublicKey`;
  await host.write(path, `#!/bin/sh\n${search} | sed -n 's/^sshPublicKey: //p'\n`, "755");
  await host.write("/etc/ldap-password", reader.password, "600");
  return `AuthorizedKeysFile none\nAuthorizedKeysCommand ${path} %u\nAuthorizedKeysCommandUser root\n`;
}

/** One login in each way after the other, so that what else the machine does meets both. */
async function pairedLogins(host: TestHost, person: Key, theirs: string): Promise<{ ours: number; peer: number }> {
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let pair = 0; pair < pairs; pair++) {
    for (const [whose, text] of [
      ["ours", dropIn],
      ["peer", theirs],
    ] as const) {
      await useSshdPart(host, text);
      await sleep(settlingMs);
      const started = performance.now();
      const { code, stderr } = await host.ssh("anna", person);
      if (code !== 0) throw new Error(`the login is refused: ${stderr}`);
      times[whose].push(performance.now() - started);
    }
  }
  return { ours: median(times.ours), peer: median(times.peer) };
}
