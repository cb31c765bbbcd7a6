/** A host whose sshd doesn't do what Bulkhead's part asks for: `explain` and health say so, by real sshd's own words. */

import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { SSHD_CONFIG, SSHD_DROP_IN } from "./paths.ts";
import { openSyncedHost, type SyncedHost } from "./testing/synced-host.ts";

let on: SyncedHost;
beforeAll(async () => {
  on = await openSyncedHost();
  await on.host.sh('cp "$1" /root/sshd_config; cp "$2" /root/drop-in', SSHD_CONFIG, SSHD_DROP_IN);
});
afterAll(async () => on[Symbol.asyncDispose]());

const address = "http://127.0.0.1:9465";

const explain = async (): Promise<string> => (await on.bulkhead.run("explain", "anna")).stdout;

/** What health says after the first sync. */
async function problem(): Promise<string | null> {
  const daemon = on.bulkhead.start("watch");
  try {
    for (;;) {
      if (daemon.exitCode !== null) throw new Error("the daemon has ended");
      const { stdout: metrics } = await on.host.run(["curl", "-s", `${address}/metrics`]);
      if (/^bulkhead_ssh_last_sync_timestamp_seconds [1-9]/m.test(metrics)) break;
      await sleep(50);
    }
    const health = JSON.parse(await on.host.sh('curl -s "$1"', `${address}/healthz`)) as { problem: string | null };
    return health.problem;
  } finally {
    const ended = once(daemon, "exit");
    await on.host.sh("pkill -TERM -f '[b]in.js watch'");
    await ended;
  }
}

it("all is well where our part has the first word", async () => {
  expect(await on.comesIn("anna")).toBe(true);
  expect(await explain()).toContain("May sign in to shop-dev as anna.");
  expect(await problem()).toBeNull();
});

it.each([
  ["our part is gone", `rm ${SSHD_DROP_IN}`, "sshd reads their keys from .ssh/authorized_keys"],
  [
    "another part has the first word",
    "printf 'Match all\\n AuthorizedKeysFile /etc/ssh/other/%%u\\n' >/etc/ssh/sshd_config.d/05-other.conf",
    "sshd reads their keys from /etc/ssh/other/%u",
  ],
  ["only others may", `sed -i '1i AllowGroups root ec2-user' ${SSHD_CONFIG}`, "sshd's AllowGroups doesn't name"],
])("says so where %s", async (_, change, words) => {
  try {
    await on.host.sh(`${change}; systemctl reload ssh.service; sleep 0.2`);
    expect(await on.comesIn("anna")).toBe(false);
    const text = await explain();
    expect(text).toContain("Can't sign in to shop-dev: ");
    expect(text).toContain(words);
    const told = await problem();
    expect(told).toContain("can't sign in: ");
    expect(told).toContain(words);
  } finally {
    await on.host.sh(
      'cp /root/sshd_config "$1"; cp /root/drop-in "$2"; rm -f /etc/ssh/sshd_config.d/05-other.conf; systemctl reload ssh.service; sleep 0.2',
      SSHD_CONFIG,
      SSHD_DROP_IN,
    );
  }
});
