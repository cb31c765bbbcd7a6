/** A sync that is killed at any of its writes: nobody is locked out, nobody gets in, and the next one finishes. */

import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { join } from "node:path";
import { finish } from "./testing/boot-host.ts";
import { packedBulkheadOn, useSshdPart, writeLandingZone, type Bulkhead } from "./testing/bulkhead.ts";
import { MACHINE_USER, openHost, type Key, type TestHost } from "./testing/host.ts";
import { startLdap, type HostLdap } from "./testing/host-ldap.ts";
import { listing } from "./testing/listing.ts";
import { groupEntry, landingZone, personEntry } from "./testing/people.ts";
import { faultsOf } from "./testing/sound.ts";

const PRELOAD = join(import.meta.dirname, "testing", "kill-at-write.mjs");
/** What a sync writes; times and the copies that the user tools keep aside. */
const OURS = ["/etc/passwd", "/etc/shadow", "/etc/ssh/bulkhead", "/etc/sudoers.d", "/var/lib/bulkhead"];
const TIMES = [/\/last-read$/];

let host: TestHost;
let ldap: HostLdap;
let bulkhead: Bulkhead;
let [anna, ben, carla] = [] as unknown as [Key, Key, Key];
beforeAll(async () => {
  host = await openHost();
  bulkhead = await packedBulkheadOn(host);
  [anna, ben, carla] = [await host.makeKey("anna"), await host.makeKey("ben"), await host.makeKey("carla")];
  ldap = await startLdap(host, [
    personEntry({ uid: "anna", number: 20_001, keys: [anna.line] }),
    personEntry({ uid: "ben", number: 20_002, keys: [ben.line] }),
    personEntry({ uid: "carla", number: 20_003, keys: [carla.line] }),
    groupEntry("shop", ["anna", "ben"]),
    groupEntry("ops", ["anna"]),
  ]);
  await writeLandingZone(host, landingZone());
  await bulkhead.succeed("sync");
  await useSshdPart(host);
  await host.sh("cp -a /etc /srv/etc; cp -a /var/lib/bulkhead /srv/state");
  // Ben leaves, Carla comes, and Anna's rights go from the one to the other.
  await ldap.setMembers("shop", ["anna", "carla"]);
  await ldap.setMembers("ops", ["carla"]);
  await ldap.disable("ben");
});
afterAll(async () => host[Symbol.asyncDispose]());

/** Makes the host as it was before the changes. */
async function restore(): Promise<void> {
  await host.sh(`
    for file in passwd shadow group gshadow subuid subgid; do cp -a /srv/etc/$file /etc/$file; done
    rm -rf /etc/ssh/bulkhead /etc/sudoers.d /var/lib/bulkhead /home/carla /etc/.pwd.lock /etc/*.lock
    cp -a /srv/etc/ssh/bulkhead /etc/ssh/bulkhead
    cp -a /srv/etc/sudoers.d /etc/sudoers.d
    cp -a /srv/state /var/lib/bulkhead`);
}

/** @returns how many writes there were; undefined where the command was killed */
async function writesKilledAt(write: number): Promise<number | undefined> {
  const env = { NODE_OPTIONS: `--import=${PRELOAD}`, KILL_AT: String(write) };
  const { signal, stderr } = await finish(bulkhead.start("sync", [], { env }));
  const [, writes] = /^writes: (\d+)$/m.exec(stderr) ?? [];
  return signal === "SIGKILL" || writes === undefined ? undefined : Number(writes);
}

async function result(): Promise<readonly string[]> {
  return [...(await listing(host, OURS, TIMES)), ...membersOf(await host.read("/etc/group"))];
}

/** The lines, as their members' order means nothing. */
const membersOf = (groups: string): readonly string[] =>
  groups.split("\n").map((line) => line.replace(/[^:]*$/, (members) => members.split(",").sort().join()));

const comesIn = async (login: string, key: Key): Promise<boolean> => (await host.ssh(login, key)).code === 0;

it("leaves whole files at any write that it is killed at, and the next sync comes to the same end", async () => {
  const writes = (await writesKilledAt(0)) ?? 0;
  expect(writes).toBeGreaterThan(20);
  const wanted = await result();
  expect(await comesIn("carla", carla)).toBe(true);
  expect(await comesIn("ben", ben)).toBe(false);

  for (let write = 1; write <= writes; write++) {
    await restore();
    expect({ write, writes: await writesKilledAt(write) }).toEqual({ write, writes: undefined });
    expect({ write, faults: await faultsOf(host) }).toEqual({ write, faults: "" });
    await bulkhead.succeed("sync");
    expect({ write, result: await result() }).toEqual({ write, result: wanted });
  }
  expect(await comesIn("root", host.root)).toBe(true);
  expect(await comesIn(MACHINE_USER, host.machineUser)).toBe(true);
});
