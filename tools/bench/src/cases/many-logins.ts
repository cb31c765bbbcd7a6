/** 5,000 people with three keys each on one host: the first sync, one without changes, and the daemon's memory and pace. */

import { generateKeyPairSync } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { packedBulkheadOn, writeLandingZone } from "../../../../packages/ssh-keys/src/testing/bulkhead.ts";
import { openHost, type TestHost } from "../../../../packages/ssh-keys/src/testing/host.ts";
import { startLdap } from "../../../../packages/ssh-keys/src/testing/host-ldap.ts";
import { groupEntry, landingZone, personEntry } from "../../../../packages/ssh-keys/src/testing/people.ts";
import { wanted, type BenchCase } from "../bench-case.ts";
import { changeRows } from "../login-changes.ts";
import { median } from "../measure.ts";

const people = 5_000;
const keysEach = 3;
const rounds = 50;

export const manyLogins: BenchCase = {
  name: "5,000 people on a host",
  run: async ({ repeat, progress }) => {
    await using host = await openHost();
    const bulkhead = await packedBulkheadOn(host);
    const uids = Array.from({ length: people }, (_, index) => `person${index}`);
    const ben = { uid: "ben", key: await host.makeKey("ben") };
    const ldap = await startLdap(host, [
      personEntry({ uid: ben.uid, number: 20_000, keys: [ben.key.line] }),
      ...uids.map((uid, index) =>
        personEntry({ uid, number: 20_001 + index, keys: Array.from({ length: keysEach }, makeKey) }),
      ),
      groupEntry("shop", [ben.uid, ...uids]),
    ]);
    await writeLandingZone(host, landingZone());
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
    const atRest = await megabytesOf(host);
    progress("changes");
    const changes = await changeRows(host, ldap, ben, rounds);
    const { peak, resident } = await megabytesOf(host);
    return [
      { what: `first sync: ${people} users, ${people * keysEach} keys`, unit: "s", ours: first },
      {
        what: "sync without changes",
        unit: "s",
        ours: unchanged,
        wanted: wanted("< 2 s", unchanged, (it) => it < 2),
      },
      ...changes,
      {
        what: "the daemon: most memory, with a read and a sync without changes",
        unit: "MB",
        ours: atRest.peak,
        wanted: wanted("< 150 MB", atRest.peak, (it) => it < 150),
      },
      { what: `the daemon: most memory, with ${2 * rounds} changes`, unit: "MB", ours: peak },
      {
        what: `the daemon: memory after ${2 * rounds} changes`,
        unit: "MB",
        ours: resident,
        wanted: wanted("< 150 MB", resident, (it) => it < 150),
      },
    ];
  },
};

async function isHealthy(host: TestHost): Promise<boolean> {
  return (await host.run(["curl", "-sf", "http://127.0.0.1:9465/healthz"])).code === 0;
}

/** Of the daemon: the resident set as it is, and at its largest. */
async function megabytesOf(host: TestHost): Promise<{ readonly peak: number; readonly resident: number }> {
  const status = await host.sh("cat \"/proc/$(pgrep -f '[b]in.js watch')/status\"");
  const of = (name: string): number =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, "m").exec(status)?.[1] ?? NaN) / 1024;
  return { peak: of("VmHWM"), resident: of("VmRSS") };
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
