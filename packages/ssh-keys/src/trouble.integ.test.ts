/** A sync in trouble: a directory that is wrong, a disk that is full, folders and links of somebody's. Nobody is locked out, nobody comes in. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { writeLandingZone } from "./testing/bulkhead.ts";
import { dnOf, dnOfGroup, landingZone } from "./testing/people.ts";
import { expectNobodyLockedOut, members, openSyncedHost, others, type SyncedHost } from "./testing/synced-host.ts";
import { peopleOn } from "./testing/sound.ts";

let on: SyncedHost;
beforeEach(async () => {
  on = await openSyncedHost();
});
afterEach(async () => on[Symbol.asyncDispose]());

describe("a directory that is wrong shuts nobody out:", () => {
  it.each([
    [
      "emptied of people",
      async () =>
        on.ldap.modify([...members, ...others].map((uid) => `dn: ${dnOf(uid)}\nchangetype: delete\n`).join("\n")),
    ],
    [
      "emptied of groups",
      async () =>
        on.ldap.modify(`dn: ${dnOfGroup("shop")}\nchangetype: delete\n\ndn: ${dnOfGroup("ops")}\nchangetype: delete\n`),
    ],
    [
      "truncated",
      async () => {
        await on.ldap.stop();
        await on.host.sh("sed -i 's/^sizelimit .*/sizelimit 5/' /srv/ldap/slapd.conf");
        await on.ldap.start();
      },
    ],
    [
      "asked with a filter that nobody fits",
      () => writeLandingZone(on.host, landingZone({ peopleFilter: "(uid=nobody)" })),
    ],
    ["asked with a filter that few fit", () => writeLandingZone(on.host, landingZone({ peopleFilter: "(uid=anna)" }))],
    ["without a canary", () => writeLandingZone(on.host, landingZone({ canary: dnOf("gone") }))],
    ["without most members", () => on.ldap.setMembers("shop", ["anna"])],
    ["down", () => on.ldap.stop()],
  ])("%s", async (_, goWrong) => {
    await goWrong();
    const { stdout, stderr } = await on.bulkhead.run("sync");
    expect(`${stdout}${stderr}`).toMatch(/held|complete|Directory\.|ceiling/i);
    expect(await peopleOn(on.host)).toEqual(members);
    await expectNobodyLockedOut(on, "anna", "jan");
  });
});

describe("a full disk", () => {
  it("leaves what stands, and what couldn't be done is done once there is room", async () => {
    await on.host.sh(`
      cp -a /etc/ssh/bulkhead /srv/bulkhead
      mount -t tmpfs -o size=128k,mode=755 tmpfs /etc/ssh/bulkhead
      cp -a /srv/bulkhead/. /etc/ssh/bulkhead
      cat /dev/zero >/etc/ssh/bulkhead/filler 2>/dev/null || :`);
    await on.ldap.disable("ben");
    await on.ldap.setMembers("shop", [...members, "kim"]);
    expect(await on.bulkhead.run("sync")).toMatchObject({ code: 1, stderr: expect.stringContaining("ENOSPC") });
    await on.host.sh("rm /etc/ssh/bulkhead/filler");
    await expectNobodyLockedOut(on, "anna", "jan");
    expect(await on.comesIn("ben")).toBe(false);
    await on.bulkhead.succeed("sync");
    expect(await on.comesIn("ben")).toBe(false);
    expect(await on.comesIn("kim")).toBe(true);
    await expectNobodyLockedOut(on, "anna", "jan");
  });
});

describe("links, folders and files of somebody's", () => {
  it.each([
    ["a link in place of a key file", "ln -sf /etc/shadow /etc/ssh/bulkhead/keys/anna"],
    ["a link in place of the sudo rules", "ln -sf /etc/shadow /etc/sudoers.d/bulkhead"],
    ["a second name of a key file", "ln /etc/ssh/bulkhead/keys/anna /home/anna/mine"],
    ["a key file of its owner's", "chown anna /etc/ssh/bulkhead/keys/anna; chmod 666 /etc/ssh/bulkhead/keys/anna"],
    ["a key file of somebody who isn't Bulkhead's", "cp /etc/ssh/bulkhead/keys/anna /etc/ssh/bulkhead/keys/root"],
    ["a folder in place of a key file", "rm /etc/ssh/bulkhead/keys/anna; mkdir /etc/ssh/bulkhead/keys/stray"],
  ])("%s: is replaced, and nothing behind it is touched", async (_, script) => {
    const shadow = await on.host.sh("sha256sum /etc/shadow; stat -c '%a %U %G' /etc/shadow");
    await on.host.sh(script);
    const { code } = await on.bulkhead.run("sync");
    expect(await on.host.sh("sha256sum /etc/shadow; stat -c '%a %U %G' /etc/shadow")).toBe(shadow);
    if (code === 0) expect(await on.host.sh("ls /etc/ssh/bulkhead/keys")).toBe(`${members.join("\n")}\n`);
    await on.host.sh("rmdir /etc/ssh/bulkhead/keys/stray 2>/dev/null || :");
    await expectNobodyLockedOut(on, "anna", "jan");
  });

  it.each([
    ["a folder of keys that others may write to", "chmod 777 /etc/ssh/bulkhead/keys"],
    ["a folder of keys that is a link", "mv /etc/ssh/bulkhead/keys /srv/keys; ln -s /srv/keys /etc/ssh/bulkhead/keys"],
    ["a folder of somebody's above", "chown anna /etc/ssh/bulkhead"],
  ])("%s: nothing is written there", async (_, script) => {
    await on.host.sh(script);
    await on.ldap.setMembers("shop", [...members, "kim"]);
    expect(await on.bulkhead.run("sync")).toMatchObject({ code: 1, stderr: expect.stringContaining("Ssh.UnsafePath") });
    expect(await on.host.run(["ls", "/etc/ssh/bulkhead/keys/kim"])).toMatchObject({ code: 2 });
  });

  it("a home that is somebody's link already: what it points to isn't given away", async () => {
    await on.host.sh(
      "mkdir -m 700 /srv/treasure; ln -s /srv/treasure /home/kim; mkdir /home/lena; chown ben /home/lena",
    );
    await on.ldap.setMembers("shop", [...members, "kim", "lena"]);
    await on.bulkhead.run("sync");
    expect(await on.host.sh("stat -c '%U %a' /srv/treasure; ls -A /srv/treasure; stat -c %U /home/lena")).toBe(
      "root 700\nben\n",
    );
    await expectNobodyLockedOut(on, "anna", "jan");
  });

  it("a user and group of that name that aren't Bulkhead's: they stay as they are", async () => {
    await on.host.sh("useradd --create-home --shell /bin/sh kim; groupadd lena");
    const before = await on.host.sh("getent passwd kim; getent shadow kim; id kim");
    await on.ldap.setMembers("shop", [...members, "kim", "lena"]);
    await on.bulkhead.run("sync");
    expect(await on.host.sh("getent passwd kim; getent shadow kim; id kim")).toBe(before);
    expect(await on.comesIn("kim")).toBe(false);
    await expectNobodyLockedOut(on, "anna", "jan");
  });
});
