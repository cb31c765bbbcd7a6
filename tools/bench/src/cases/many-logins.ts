/** 5,000 people with three keys each on one host: the first sync, one without changes, and what the daemon keeps. */

import { generateKeyPairSync } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  bulkheadOn,
  pack,
  UNPACKED,
  unpackInto,
  writeLandingZone,
} from "../../../../packages/ssh-keys/src/testing/bulkhead.ts";
import { openHost, type TestHost } from "../../../../packages/ssh-keys/src/testing/host.ts";
import { startLdap } from "../../../../packages/ssh-keys/src/testing/host-ldap.ts";
import { groupEntry, landingZone, personEntry } from "../../../../packages/ssh-keys/src/testing/people.ts";
import { wanted, type BenchCase } from "../bench-case.ts";
import { median } from "../measure.ts";

const people = 5_000;
const keysEach = 3;

export const manyLogins: BenchCase = {
  name: "5,000 people on a host",
  run: async ({ repeat, progress }) => {
    await using host = await openHost();
    await unpackInto(host, await pack());
    const uids = Array.from({ length: people }, (_, index) => `person${index}`);
    await startLdap(host, [
      ...uids.map((uid, index) =>
        personEntry({ uid, number: 20_001 + index, keys: Array.from({ length: keysEach }, makeKey) }),
      ),
      groupEntry("shop", uids),
    ]);
    await writeLandingZone(host, landingZone());
    const bulkhead = bulkheadOn(host, [`${UNPACKED}/bulkhead-ssh`]);
    const timed = async (): Promise<number> => {
      const started = performance.now();
      await bulkhead.succeed("sync");
      return (performance.now() - started) / 1_000;
    };
    progress("first sync");
    const first = await timed();
    progress("syncs without changes");
    const times: number[] = [];
    while (times.length < repeat) times.push(await timed());
    const unchanged = median(times);
    progress("the daemon");
    bulkhead.start("watch");
    while (!(await isHealthy(host))) await sleep(200);
    const megabytes =
      Number(await host.sh(`sed -n 's/^VmHWM:\\s*\\([0-9]*\\) kB/\\1/p' "/proc/$(pgrep -f '[b]in.js watch')/status"`)) /
      1024;
    return [
      { what: `first sync: ${people} users, ${people * keysEach} keys`, unit: "s", ours: first },
      {
        what: "sync without changes",
        unit: "s",
        ours: unchanged,
        wanted: wanted("< 2 s", unchanged, (it) => it < 2),
      },
      {
        what: "the daemon: most memory until it follows",
        unit: "MB",
        ours: megabytes,
        wanted: wanted("< 150 MB", megabytes, (it) => it < 150),
      },
    ];
  },
};

async function isHealthy(host: TestHost): Promise<boolean> {
  return (await host.run(["curl", "-sf", "http://127.0.0.1:9465/healthz"])).code === 0;
}

/** A public key as ssh-keygen writes it (RFC 8709). */
function makeKey(): string {
  const { publicKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const strings = [Buffer.from("ssh-ed25519"), raw].map((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return Buffer.concat([length, part]);
  });
  return `ssh-ed25519 ${Buffer.concat(strings).toString("base64")}`;
}
