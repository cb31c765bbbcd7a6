/** The daemon on a host, end to end: real slapd, sshd, ssh, sudo; who comes in and who doesn't, and what it says of it. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { REPOSITORY, type Running } from "./testing/boot-host.ts";
import { packedBulkheadOn, useSshdPart, writeLandingZone, type Bulkhead } from "./testing/bulkhead.ts";
import { MACHINE_USER, openHost, type Key, type TestHost } from "./testing/host.ts";
import { startLdap, type HostLdap } from "./testing/host-ldap.ts";
import { dnOf, dnOfGroup, groupEntry, landingZone, personEntry } from "./testing/people.ts";

let host: TestHost;
let bulkhead: Bulkhead;
let ldap: HostLdap;
let daemon: Running;
let [anna, ben, carla] = [] as unknown as [Key, Key, Key];

beforeAll(async () => {
  host = await openHost();
  // An instance without a Node of its own, and without the sources.
  bulkhead = await packedBulkheadOn(host);
  await host.sh(
    'mount -t tmpfs tmpfs "$1"; for it in $(echo "$PATH" | tr : " "); do rm -f "$it/node"; done',
    REPOSITORY,
  );
  expect((await host.run(["sh", "-c", "command -v node"])).code).not.toBe(0);
  [anna, ben, carla] = [await host.makeKey("anna"), await host.makeKey("ben"), await host.makeKey("carla", "rsa-3072")];
  ldap = await startLdap(host, [
    personEntry({ uid: "anna", number: 20_001, keys: [anna.line] }),
    personEntry({ uid: "ben", number: 20_002, keys: [ben.line] }),
    groupEntry("shop", ["anna", "ben"]),
    groupEntry("ops", ["anna"]),
  ]);
  await writeLandingZone(host, landingZone());
  await host.sh("mkdir -p /etc/ssh/bulkhead/keys; touch /etc/ssh/bulkhead/revoked_keys");
  await useSshdPart(host);
  daemon = bulkhead.start("watch");
});
afterAll(async () => host[Symbol.asyncDispose]());

const comesIn = async (login: string, key: Key): Promise<boolean> => (await host.ssh(login, key)).code === 0;

/** Asks until the answer is this one. */
async function until<T>(ask: () => Promise<T>, wanted: T): Promise<void> {
  while ((await ask()) !== wanted) {
    if (daemon.exitCode !== null) throw new Error("the daemon has ended");
    await sleep(20);
  }
}

interface HealthDocument {
  readonly healthy: boolean;
  readonly problem: string | null;
  readonly mode: string;
}
const health = async (): Promise<HealthDocument> =>
  JSON.parse(await host.sh("curl -s http://127.0.0.1:9465/healthz || echo '{}'")) as HealthDocument;
const isHealthy = async (): Promise<boolean> => (await health()).healthy;
const explain = async (name: string): Promise<string> => (await bulkhead.run("explain", name)).stdout;

describe("the daemon", () => {
  it("lets in whom the directory names, with sudo for whom it grants it, and says why", async () => {
    await until(() => comesIn("anna", anna), true);
    expect(await host.ssh("anna", anna, "sudo -n id -un")).toMatchObject({ stdout: "root\n" });
    await until(() => comesIn("ben", ben), true);
    expect(await host.ssh("ben", ben, "sudo -n id -un")).toMatchObject({ code: 1, stdout: "" });
    expect(await comesIn("ben", anna)).toBe(false);
    expect(await explain("anna")).toContain("May sign in to shop-dev");
    expect(await isHealthy()).toBe(true);
    expect((await health()).mode).toBe("syncrepl");
  });

  it("lets in who is added with a key, and not before", async () => {
    expect(await explain("carla")).toContain("Can't sign in to shop-dev");
    await ldap.add(personEntry({ uid: "carla", number: 20_003, keys: [carla.line] }));
    expect(await comesIn("carla", carla)).toBe(false);
    await ldap.modify(`dn: ${dnOfGroup("shop")}\nchangetype: modify\nadd: member\nmember: ${dnOf("carla")}\n`);
    await until(() => comesIn("carla", carla), true);
    expect(await explain("carla")).toContain("May sign in to shop-dev");
  });

  it("reads nobody's own ~/.ssh, while a key stands in the directory", async () => {
    const own = await host.makeKey("own");
    await host.sh(
      `install -d -m 700 -o ben -g bulkhead-people /home/ben/.ssh
       install -m 600 -o ben -g bulkhead-people "$1.pub" /home/ben/.ssh/authorized_keys`,
      own.file,
    );
    expect(await comesIn("ben", own)).toBe(false);
    expect(await comesIn("ben", ben)).toBe(true);
  });

  it("puts right what was changed by hand, at the next change at the latest", async () => {
    await host.sh("echo 'ben ALL=(ALL:ALL) NOPASSWD: ALL' >>/etc/sudoers.d/bulkhead; rm /etc/ssh/bulkhead/keys/anna");
    expect(await comesIn("anna", anna)).toBe(false);
    const another = await host.makeKey("another");
    await ldap.modify(`dn: ${dnOf("carla")}\nchangetype: modify\nadd: sshPublicKey\nsshPublicKey: ${another.line}\n`);
    await until(() => comesIn("anna", anna), true);
    await until(() => comesIn("carla", another), true);
    expect(await host.sh("cat /etc/sudoers.d/bulkhead")).not.toContain("ben ");
  });

  it("goes on letting people in while the directory is down, and says that it is", async () => {
    await ldap.stop();
    await until(async () => (await health()).mode, "stale");
    expect(await isHealthy()).toBe(false);
    expect(await comesIn("anna", anna)).toBe(true);
    expect(await comesIn("carla", carla)).toBe(true);
    expect(await host.sh("curl -s http://127.0.0.1:9465/metrics")).toMatch(
      /\nbulkhead_ssh_errors_total\{code="Directory\./,
    );
  });

  it("refuses after the directory's return who was disabled meanwhile, also by keys of theirs elsewhere", async () => {
    // Somebody let Ben into a user that isn't Bulkhead's.
    await host.sh(`cat "$1.pub" >>"/home/$2/.ssh/authorized_keys"`, ben.file, MACHINE_USER);
    expect(await comesIn(MACHINE_USER, ben)).toBe(true);
    await ldap.start();
    await ldap.disable("ben");
    await until(() => comesIn("ben", ben), false);
    await until(() => comesIn(MACHINE_USER, ben), false);
    expect(await explain("ben")).toContain("Can't sign in to shop-dev: the entry is disabled");
    await until(isHealthy, true);
    expect(await host.sh("id -nG ben; getent shadow ben | cut -d: -f2,8")).toBe("bulkhead-people\n!*:1\n");
    expect(await comesIn("anna", anna)).toBe(true);
    expect(await comesIn("root", host.root)).toBe(true);
    expect(await comesIn(MACHINE_USER, host.machineUser)).toBe(true);
  });

  it("lets in again who comes back", async () => {
    await ldap.enable("ben");
    await until(() => comesIn("ben", ben), true);
  });

  it("is one on a host, and lets a sync by hand work beside it", async () => {
    expect(await bulkhead.run("watch")).toMatchObject({ code: 1, stderr: expect.stringContaining("Ssh.Locked") });
    const syncs = await Promise.all([bulkhead.run("sync"), bulkhead.run("sync"), bulkhead.run("sync")]);
    expect(syncs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await isHealthy()).toBe(true);
  });

  it("takes over after one that was killed, and ends by itself when it is told to", async () => {
    const killed = once(daemon, "exit");
    await host.sh("pkill -KILL -f '[b]in.js watch'");
    await killed;
    daemon = bulkhead.start("watch");
    await until(isHealthy, true);
    const ended = once(daemon, "exit");
    await host.sh("pkill -TERM -f '[b]in.js watch'");
    expect(await ended).toEqual([130, null]);
    expect(await comesIn("anna", anna)).toBe(true);
  });
});
