/** What people of the directory could do to each other and to the host: with real slapd, sshd and user tools. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { once } from "node:events";
import { line } from "./testing/keys.ts";
import { dnOf } from "./testing/people.ts";
import { expectNobodyLockedOut, members, openSyncedHost, type SyncedHost } from "./testing/synced-host.ts";
import { REVOKED_FILE } from "./paths.ts";

let on: SyncedHost;
beforeEach(async () => {
  on = await openSyncedHost();
});
afterEach(async () => on[Symbol.asyncDispose]());

const modify = (uid: string, change: string): Promise<void> =>
  on.ldap.modify(`dn: ${dnOf(uid)}\nchangetype: modify\n${change}\n`);
const rename = (uid: string, to: string): Promise<void> =>
  on.ldap.modify(`dn: ${dnOf(uid)}\nchangetype: modrdn\nnewrdn: uid=${to}\ndeleteoldrdn: 1\n`);

describe("sshd refuses everybody, root too, for one line of revoked keys that it can't read:", () => {
  it("a key that is no point of its curve never gets there", async () => {
    const noPoint = line("ecdsa-sha2-nistp256", "nistp256", Buffer.from([4, ...Array<number>(64).fill(7)]));
    await modify("ben", `add: sshPublicKey\nsshPublicKey: ${noPoint}`);
    await on.bulkhead.succeed("sync");
    await on.ldap.disable("ben");
    await on.bulkhead.succeed("sync");
    expect(await on.comesIn("ben")).toBe(false);
    await expectNobodyLockedOut(on, "jan");
  });

  it("nor does what somebody wrote into a leaver's key file", async () => {
    await on.host.sh(
      `echo 'from="10.0.0.0/8" ${on.keyOf("kim").line}' >>/etc/ssh/bulkhead/keys/ben; echo nonsense >>/etc/ssh/bulkhead/keys/ben`,
    );
    await on.ldap.disable("ben");
    await on.bulkhead.succeed("sync");
    expect(await on.comesIn("ben")).toBe(false);
    await expectNobodyLockedOut(on, "jan");
  });

  it("a KRL of an administrator's in its place isn't broken", async () => {
    await on.host.sh('ssh-keygen -q -k -f "$1" "$2.pub"; cp "$1" /srv/krl', REVOKED_FILE, on.keyOf("max").file);
    await on.ldap.disable("ben");
    expect(await on.bulkhead.run("sync")).toMatchObject({ code: 1, stderr: expect.stringContaining("is a KRL") });
    expect(await on.comesIn("ben")).toBe(false);
    expect(await on.comesIn("root", on.host.root)).toBe(true);
    await on.host.sh('cmp "$1" /srv/krl', REVOKED_FILE);
  });
});

describe("root's key is never revoked", () => {
  it.each([
    [
      "behind an option that looks like a key",
      `{ printf 'command="ssh-add it" '; cat "$1.pub"; } >/root/.ssh/authorized_keys`,
    ],
    ["in a file that a link leads to", `cp "$1.pub" /root/keys; ln -sf /root/keys /root/.ssh/authorized_keys`],
  ])("%s", async (_, script) => {
    await on.host.sh(script, on.host.root.file);
    await modify("ben", `add: sshPublicKey\nsshPublicKey: ${on.host.root.line}`);
    await on.bulkhead.succeed("sync");
    await on.ldap.disable("ben");
    await on.bulkhead.succeed("sync");
    expect(await on.host.read(REVOKED_FILE)).not.toContain(on.host.root.line);
  });
});

describe("a login that passes from one to another", () => {
  it("is never open to the keys of who had it", async () => {
    // What the key file holds at the moment when the new user is made.
    await on.host.sh(`
      mv /usr/sbin/useradd /usr/sbin/useradd.real
      printf '#!/bin/sh\\nls /etc/ssh/bulkhead/keys >/srv/seen\\nexec useradd.real "$@"\\n' >/usr/sbin/useradd
      chmod 755 /usr/sbin/useradd
      mv /home/ben /home/former`);
    await rename("ben", "benno");
    await rename("kim", "ben");
    await on.ldap.setMembers("shop", [...members, "benno"]);
    await on.bulkhead.succeed("sync");
    expect((await on.host.read("/srv/seen")).split("\n")).not.toContain("ben");
    expect(await on.comesIn("ben", on.keyOf("ben"))).toBe(false);
    expect(await on.comesIn("ben", on.keyOf("kim"))).toBe(true);
    expect(await on.comesIn("benno", on.keyOf("ben"))).toBe(true);
    await expectNobodyLockedOut(on, "jan");
  });

  it("gives nobody another's home: what stands there could run as them", async () => {
    await on.host.sh("install -d -o ben -m 755 /home/kim; echo 'touch /tmp/trap' >/home/kim/.profile");
    await on.ldap.setMembers("shop", [...members, "kim"]);
    expect(await on.bulkhead.run("sync")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("belongs to UID 20002"),
    });
    expect(await on.host.run(["id", "kim"])).toMatchObject({ code: 1 });
    await on.host.sh("mv /home/kim /home/another");
    await on.bulkhead.succeed("sync");
    expect(await on.comesIn("kim")).toBe(true);
  });
});

describe("somebody who can't be renamed, as something of theirs runs,", () => {
  it("loses all the same what they are to lose", async () => {
    const running = on.host.start(["setpriv", "--reuid=20001", "--regid=20001", "--clear-groups", "sleep", "600"]);
    await once(running, "spawn");
    await rename("anna", "annika");
    const another = await on.host.makeKey("another");
    await modify("annika", `replace: sshPublicKey\nsshPublicKey: ${another.line}`);
    await on.ldap.setMembers("ops", ["jan"]);
    await on.ldap.setMembers("shop", ["annika", ...members.slice(1)]);
    expect(await on.bulkhead.run("sync")).toMatchObject({ code: 1, stderr: expect.stringContaining("usermod") });
    expect(await on.host.sh("id -nG anna")).toBe("bulkhead-people shop\n");
    expect(await on.host.sh("cat /etc/sudoers.d/bulkhead")).not.toContain("anna");
    expect(await on.comesIn("anna")).toBe(false);
    expect(await on.comesIn("anna", another)).toBe(true);
    await on.host.sh("pkill -KILL -U 20001");
    await on.bulkhead.succeed("sync");
    expect(await on.comesIn("annika", another)).toBe(true);
    await expectNobodyLockedOut(on, "jan");
  });
});

it("people don't read each other's homes, though they share a group", async () => {
  await on.ldap.setMembers("shop", [...members, "kim"]);
  await on.bulkhead.succeed("sync");
  expect(await on.host.sh("stat -c '%a %U %G' /home/kim")).toBe("700 kim bulkhead-people\n");
});

it("people lose their keys one by one: the ceiling counts those of the whole day", async () => {
  await modify("ben", "delete: sshPublicKey");
  await on.bulkhead.succeed("sync");
  await modify("carla", "delete: sshPublicKey");
  expect(await on.bulkhead.run("sync")).toMatchObject({ code: 1 });
  expect(await on.comesIn("carla")).toBe(true);
});
