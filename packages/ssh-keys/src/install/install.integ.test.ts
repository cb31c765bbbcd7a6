/** Installing and uninstalling on a host: with real systemd and sshd, and what is left of it. */

import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  bulkheadOn,
  FOLDER,
  pack,
  UNPACKED,
  unpackInto,
  writeLandingZone,
  type Bulkhead,
} from "../testing/bulkhead.ts";
import { MACHINE_USER, openHost, type Key, type TestHost } from "../testing/host.ts";
import { listing } from "../testing/listing.ts";
import { startLdap } from "../testing/host-ldap.ts";
import { groupEntry, landingZone, personEntry } from "../testing/people.ts";
import { SSHD_CONFIG, SSHD_DROP_IN, REVOKED_FILE, UNIT_NAME } from "../paths.ts";

const FOLDERS = ["/etc", "/home", "/var"];
/** The journal, and the copies that the user tools keep of what they change. */
const COME_AND_GO = [
  / \/var\/log(\/|$)/,
  / \/etc\/(passwd|shadow|group|gshadow|subuid|subgid)-$/,
  / \/etc\/\.pwd\.lock$/,
];

let tarball: Buffer;
let host: TestHost;
let bulkhead: Bulkhead;
beforeAll(async () => {
  tarball = await pack();
});
beforeEach(async () => {
  host = await openHost();
  await unpackInto(host, tarball);
  bulkhead = bulkheadOn(host, [`${UNPACKED}/bulkhead-ssh`]);
  await writeLandingZone(host, landingZone());
});
afterEach(async () => host[Symbol.asyncDispose]());

const installed = (): Promise<readonly string[]> => listing(host, FOLDERS, COME_AND_GO);
const everybodyComesIn = async (): Promise<void> => {
  expect(await host.ssh("root", host.root, "echo in")).toMatchObject({ stdout: "in\n" });
  expect(await host.ssh(MACHINE_USER, host.machineUser, "sudo -n echo in")).toMatchObject({ stdout: "in\n" });
};

describe("install", () => {
  it("starts the service, and uninstall leaves no difference", async () => {
    const before = await installed();
    expect(await bulkhead.run("install")).toMatchObject({ code: 0 });
    expect(await host.sh(`systemctl is-active ${UNIT_NAME}; systemctl is-enabled ${UNIT_NAME}`)).toBe(
      "active\nenabled\n",
    );
    await everybodyComesIn();
    expect(await host.sh("sshd -T -C user=root,host=localhost,addr=127.0.0.1")).toContain(
      `\nrevokedkeys ${REVOKED_FILE}\n`,
    );

    await host.sh(`systemctl stop ${UNIT_NAME}`);
    expect(await host.sh(`systemctl show -P Result -P ActiveState ${UNIT_NAME}`)).toBe("success\ninactive\n");

    await bulkhead.succeed("uninstall");
    await everybodyComesIn();
    expect(await host.run(["systemctl", "cat", UNIT_NAME])).toMatchObject({ code: 1 });
    expect(await installed()).toEqual(before);
  });

  it("can be done again, and goes on where it was killed", async () => {
    const before = await installed();
    await bulkhead.succeed("install");
    const once = await installed();
    await bulkhead.succeed("install");
    expect(await installed()).toEqual(once);
    // As after a kill between the files and the service.
    await host.sh(`systemctl disable --quiet --now ${UNIT_NAME}; rm /etc/systemd/system/${UNIT_NAME}`);
    await bulkhead.succeed("install");
    expect(await installed()).toEqual(once);
    await bulkhead.succeed("uninstall");
    await bulkhead.succeed("uninstall");
    expect(await installed()).toEqual(before);
  });

  it("copies the landing zone with all that it names, secrets for root alone", async () => {
    await host.sh(`
      mkdir ${FOLDER}/teams
      echo 'teams: { news: { environments: [dev] } }' >${FOLDER}/teams/news.yaml
      echo secret >${FOLDER}/password
      touch ${FOLDER}/ca.pem
      echo '{ "version": 1, "accounts": {} }' >${FOLDER}/bulkhead.lock.json`);
    const directory =
      '{ url: "ldaps://ldap.example.com", bindDn: "cn=reader", bindPassword: { file: password }, caFile: ca.pem }';
    await writeLandingZone(host, `include: [teams/*.yaml]\n${landingZone({ directory })}`);
    await bulkhead.succeed("install");
    expect(await host.sh("cd /etc/bulkhead; find . -type f -printf '%P %m %u\n' | sort")).toBe(
      [
        "bulkhead.lock.json 644 root",
        "bulkhead.yaml 644 root",
        "ca.pem 644 root",
        "password 600 root",
        "teams/news.yaml 644 root",
        "",
      ].join("\n"),
    );
  });

  it("keeps a variable's password for the service, readable for root alone", async () => {
    await bulkhead.succeed("install");
    expect(await host.sh("cat /etc/bulkhead/environment; stat -c %a /etc/bulkhead/environment")).toBe(
      'LDAP_PASSWORD="correct horse"\n600\n',
    );
    const pid = await host.sh(`systemctl show -P MainPID ${UNIT_NAME}`);
    expect(await host.sh('tr "\\0" "\\n" <"/proc/$1/environ"', pid.trim())).toContain(
      "\nLDAP_PASSWORD=correct horse\n",
    );
  });

  it.each([
    ["sshd refuses its configuration", `echo Nonsense yes >>${SSHD_CONFIG}`, "Ssh.SshdRefuses"],
    ["sshd reads no drop-ins", `sed -i /^Include/d ${SSHD_CONFIG}`, "Ssh.NotIncluded"],
    [
      "sshd has revoked keys of others",
      `touch /etc/k; echo RevokedKeys /etc/k >>${SSHD_CONFIG}`,
      "Ssh.OtherRevokedKeys",
    ],
    ["others may change what the service would start", `chmod 777 /opt`, "Ssh.ProgramUntrusted"],
    ["the landing zone says nothing about ssh", `sed -i /^ssh:/d ${FOLDER}/bulkhead.yaml`, "Ssh.NotConfigured"],
    [
      "a file of the directory's is missing",
      `sed -i 's/, bindDn/, caFile: no.pem, bindDn/' ${FOLDER}/bulkhead.yaml`,
      "Ssh.FileMissing",
    ],
  ])("changes nothing where %s", async (_, script, code) => {
    await host.sh(script);
    const before = await installed();
    const { code: exitCode, stderr } = await bulkhead.run("install");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(code) });
    expect(await installed()).toEqual(before);
  });

  it("leaves the lines of other drop-ins what they are", async () => {
    // Read after ours: a block of ours that doesn't end would swallow it.
    await host.sh(`
      mkdir -p $(dirname ${SSHD_DROP_IN})
      echo 'PermitRootLogin no' >$(dirname ${SSHD_DROP_IN})/20-later.conf
      systemctl reload ssh.service`);
    expect(await host.ssh("root", host.root)).toMatchObject({ code: 255 });
    await bulkhead.succeed("install");
    expect(await host.ssh("root", host.root)).toMatchObject({ code: 255 });
    expect(await host.ssh(MACHINE_USER, host.machineUser)).toMatchObject({ code: 0 });
  });
});

describe("uninstall, where there are people", () => {
  const passwd = (): Promise<string> => host.sh("cat /etc/passwd /etc/group /etc/shadow");
  let key: Key;
  let before: string;
  beforeEach(async () => {
    before = await passwd();
    key = await host.makeKey("anna");
    await startLdap(host, [
      personEntry({ uid: "anna", number: 20_001, keys: [key.line] }),
      groupEntry("shop", ["anna"]),
      groupEntry("ops", ["anna"]),
    ]);
    await bulkhead.succeed("install");
    while ((await host.ssh("anna", key)).code !== 0);
    await host.sh(
      `install -d -m 700 -o anna /home/anna/.ssh
       install -m 600 -o anna "$1.pub" /home/anna/.ssh/authorized_keys`,
      key.file,
    );
  });
  const signsIn = async (): Promise<boolean> => (await host.ssh("anna", key)).code === 0;

  it("changes nothing until it is told what becomes of them", async () => {
    expect(await bulkhead.run("uninstall")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Ssh.PeopleUndecided"),
    });
    expect(await signsIn()).toBe(true);
    expect(await host.run(["systemctl", "is-active", UNIT_NAME])).toMatchObject({ code: 0 });
  });

  it("removes them and their groups, and leaves their homes", async () => {
    await bulkhead.succeed("uninstall", "--people", "remove");
    expect(await passwd()).toBe(before);
    expect(await host.sh("stat -c %u /home/anna; ls /etc/bulkhead /var/lib/bulkhead 2>/dev/null || :")).toBe("20001\n");
    await everybodyComesIn();
  });

  it("locks them, sudo and own keys included, and a later installation lets them in again", async () => {
    await bulkhead.succeed("uninstall", "--people", "lock");
    expect(await signsIn()).toBe(false);
    expect(await host.run(["ls", "/etc/sudoers.d/bulkhead"])).toMatchObject({ code: 2 });
    await everybodyComesIn();
    await bulkhead.succeed("install");
    while (!(await signsIn()));
    expect(await host.sh("id -u anna; sudo -l -U anna")).toMatch(/^20001\n.*NOPASSWD/s);
  });

  it("keeps them, with the keys of their own ~/.ssh and without sudo", async () => {
    await bulkhead.succeed("uninstall", "--people", "keep");
    expect(await signsIn()).toBe(true);
    expect(await host.sh("sudo -l -U anna")).toContain("not allowed to run sudo");
  });
});
