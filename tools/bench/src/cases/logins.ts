/** People on a host: how long a login takes beside other ways to the same keys, and how soon a change in the directory counts. */

import { suffix } from "../../../../packages/directory/src/testing/people.ts";
import { reader } from "../../../../packages/directory/src/testing/slapd.ts";
import { dropIn } from "../../../../packages/ssh-keys/src/install/sshd.ts";
import { SSHD_DROP_IN } from "../../../../packages/ssh-keys/src/paths.ts";
import {
  bulkheadOn,
  pack,
  UNPACKED,
  unpackInto,
  writeLandingZone,
} from "../../../../packages/ssh-keys/src/testing/bulkhead.ts";
import { openHost, type Key, type TestHost } from "../../../../packages/ssh-keys/src/testing/host.ts";
import { startLdap } from "../../../../packages/ssh-keys/src/testing/host-ldap.ts";
import { dnOf, groupEntry, landingZone, personEntry } from "../../../../packages/ssh-keys/src/testing/people.ts";
import { wanted, type BenchCase, type Row } from "../bench-case.ts";
import { median } from "../measure.ts";
import { tryPeer } from "../peers/peer.ts";
import { setUpSssd, sssdName } from "../peers/sssd.ts";

const pairs = 20;
const changes = 100;
const everyday = 2_000;

export const logins: BenchCase = {
  name: "logins on a host",
  run: async ({ peers, progress }) => {
    await using host = await openHost();
    await unpackInto(host, await pack());
    const anna = await host.makeKey("anna");
    const ben = await host.makeKey("ben");
    const ldap = await startLdap(host, [
      personEntry({ uid: "anna", number: 20_001, keys: [anna.line] }),
      personEntry({ uid: "ben", number: 20_002, keys: [ben.line] }),
      groupEntry("shop", ["anna", "ben"]),
      groupEntry("ops", ["anna"]),
    ]);
    await writeLandingZone(host, landingZone());
    const bulkhead = bulkheadOn(host, [`${UNPACKED}/bulkhead-ssh`]);
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
    await useDropIn(host, dropIn);
    const daemon = bulkhead.start("watch");
    const { allowed, refused } = await timeChanges(host, ben, (disabled) =>
      ldap.modify(
        `dn: ${dnOf("ben")}\nchangetype: modify\n${disabled ? "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z" : "delete: pwdAccountLockedTime"}\n`,
      ),
    );
    daemon.kill();
    for (const [what, times] of [
      ["enabled in the directory → login allowed", allowed],
      ["disabled in the directory → login refused", refused],
    ] as const) {
      const p99 = percentile(times, 99);
      rows.push({ what: `${what}: median of ${times.length}`, unit: "ms", ours: median(times) });
      rows.push({ what: `${what}: p99`, unit: "ms", ours: p99, wanted: wanted("< 2 s", p99, (it) => it < everyday) });
    }
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

async function useDropIn(host: TestHost, text: string): Promise<void> {
  await host.sh('mkdir -p "$(dirname "$1")"', SSHD_DROP_IN);
  await host.write(SSHD_DROP_IN, text);
  await host.sh("systemctl reload ssh.service; sleep 0.5");
}

/** One login in each way after the other, so that what else the machine does meets both. */
async function pairedLogins(host: TestHost, person: Key, theirs: string): Promise<{ ours: number; peer: number }> {
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let pair = 0; pair < pairs; pair++) {
    for (const [whose, text] of [
      ["ours", dropIn],
      ["peer", theirs],
    ] as const) {
      await useDropIn(host, text);
      const started = performance.now();
      const { code, stderr } = await host.ssh("anna", person);
      if (code !== 0) throw new Error(`the login is refused: ${stderr}`);
      times[whose].push(performance.now() - started);
    }
  }
  return { ours: median(times.ours), peer: median(times.peer) };
}

/** Disables and enables somebody, and tries their key until it counts. */
async function timeChanges(
  host: TestHost,
  person: Key,
  change: (disabled: boolean) => Promise<void>,
): Promise<{ allowed: readonly number[]; refused: readonly number[] }> {
  const until = async (comesIn: boolean): Promise<number> => {
    const started = performance.now();
    while (((await host.ssh("ben", person)).code === 0) !== comesIn) continue;
    return performance.now() - started;
  };
  await until(true);
  const [allowed, refused]: [number[], number[]] = [[], []];
  for (let round = 0; round < changes; round++) {
    await change(true);
    refused.push(await until(false));
    await change(false);
    allowed.push(await until(true));
  }
  return { allowed, refused };
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}
