/** Hostile entries of a directory: each is refused or made harmless, and says so; and what random bytes come to. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { suffix, toLdif, type FixtureEntry } from "../../directory/src/testing/people.ts";
import { reader } from "../../directory/src/testing/slapd.ts";
import { FOLDER, writeLandingZone } from "./testing/bulkhead.ts";
import { MACHINE_USER } from "./testing/host.ts";
import { access, dnOfGroup, groupEntry, landingZone, personEntry } from "./testing/people.ts";
import { faultsOf, peopleOn } from "./testing/sound.ts";
import { members, openSyncedHost, type SyncedHost } from "./testing/synced-host.ts";

let on: SyncedHost;
let key: string;
beforeAll(async () => {
  on = await openSyncedHost();
  key = (await on.host.makeKey("evil")).line;
  await writeLandingZone(on.host, landingZone({ ssh }));
});
afterAll(async () => on[Symbol.asyncDispose]());

const evilDn = `cn=evil,ou=people,${suffix}`;
/** Reads all attributes that there are; many come and go here, which isn't what this is about. */
const ssh = `{ ${access}, uid: "{uidNumber}", shell: "{loginShell}", maxLeavers: "100%" }`;

type Attributes = Readonly<Record<string, readonly string[]>>;

let count = 0;

/** All right, but for what is given; a new person every time, as no name or number is given to another. */
function evilEntry(attributes: Attributes): { readonly login: string; readonly entry: FixtureEntry } {
  count += 1;
  const login = `evil-${count}`;
  const { attributes: plain } = personEntry({ uid: login, number: 20_500 + count, keys: [key] });
  return { login, entry: { dn: evilDn, attributes: { ...plain, cn: ["evil"], ...attributes } } };
}

/** The entry joins `shop` and `ops`, is synced, and leaves again. @returns what is seen meanwhile */
async function whileThere(attributes: Attributes, see: (login: string) => Promise<void>): Promise<void> {
  const { login, entry } = evilEntry(attributes);
  await on.ldap.add(entry);
  const groups = ["shop", "ops"].map((group) => dnOfGroup(group));
  await on.ldap.modify(
    groups.map((dn) => `dn: ${dn}\nchangetype: modify\nadd: member\nmember: ${evilDn}\n`).join("\n"),
  );
  try {
    await on.bulkhead.run("sync");
    await see(login);
  } finally {
    const leave = groups.map((dn) => `dn: ${dn}\nchangetype: modify\ndelete: member\nmember: ${evilDn}\n`);
    await on.ldap.modify([...leave, `dn: ${evilDn}\nchangetype: delete\n`].join("\n"));
    await on.bulkhead.run("sync");
  }
}

async function expectAllAsBefore(): Promise<void> {
  expect(await faultsOf(on.host)).toBe("");
  expect(await on.comesIn("root", on.host.root)).toBe(true);
  expect(await on.comesIn(MACHINE_USER, on.host.machineUser)).toBe(true);
  expect(await on.comesIn("anna")).toBe(true);
}

describe("nobody is made of a person", () => {
  it.each<[string, Attributes]>([
    ["named root", { uid: ["root"] }],
    ["named Root", { uid: ["Root"] }],
    ["named as the machine's user", { uid: [MACHINE_USER] }],
    ["named as a daemon", { uid: ["sshd"] }],
    ["with a slash in the name", { uid: ["../../../root/.ssh/authorized_keys"] }],
    ["with a line feed in the name", { uid: ["eve\nroot2 ALL=(ALL) NOPASSWD: ALL"] }],
    ["with a colon in the name", { uid: ["eve:x:0:0::/root:/bin/sh"] }],
    ["with a comma in the name", { uid: ["eve,anna"] }],
    ["with a dash first", { uid: ["-rf"] }],
    ["named as an option", { uid: ["--root=/"] }],
    ["with a percent sign, which sudo takes for a group", { uid: ["%sudo"] }],
    ["named ALL, which sudo takes for everybody", { uid: ["ALL eve"] }],
    ["named as the folder above", { uid: [".."] }],
    ["with letters beyond ASCII", { uid: ["müller"] }],
    ["with a zero byte", { uid: ["eve\0root"] }],
    ["with a long name", { uid: ["e".repeat(33)] }],
    ["with a name of 1 MB", { uid: ["e".repeat(1_000_000)] }],
    ["with UID 0", { uidNumber: ["0"] }],
    ["with a UID below the floor", { uidNumber: ["999"] }],
    ["with a negative UID", { uidNumber: ["-1"] }],
    ["with a UID that comes round to 0", { uidNumber: ["4294967296"] }],
    ["with the UID that means nobody", { uidNumber: ["4294967295"] }],
    ["with the UID of somebody else here", { uidNumber: ["20001"] }],
  ])("%s", async (_, attributes) => {
    await whileThere(attributes, async () => {
      expect(await peopleOn(on.host)).toEqual(members);
      await expectAllAsBefore();
    });
  });
});

describe("no key is taken that is", () => {
  it.each<[string, (line: string) => string]>([
    ["with a command", (line) => `command="sh" ${line}`],
    ["with another option", (line) => `no-pty,from="*" ${line}`],
    ["of a certificate authority", (line) => `cert-authority,principals="root" ${line}`],
    ["two, by a line feed", (line) => `ssh-rsa AAAA\n${line}`],
    ["two, by a carriage return", (line) => `ssh-rsa AAAA\r${line}`],
    ["of another type than it says", (line) => line.replace("ssh-ed25519", "ssh-rsa")],
    ["cut short", (line) => line.slice(0, -8)],
    ["followed by more bytes", (line) => line.replace(/=*$/, "AAAA")],
    ["of 1 MB", (line) => `${line}${"A".repeat(1_000_000)}`],
    ["a certificate", (line) => line.replace("ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com")],
    ["a comment", (line) => `# ${line}`],
    ["nothing", () => " "],
  ])("%s", async (_, twist) => {
    await whileThere({ sshPublicKey: [twist(key)] }, async (login) => {
      expect(await on.host.sh('cat "/etc/ssh/bulkhead/keys/$1" 2>/dev/null || :', login)).toBe("");
      expect((await on.bulkhead.run("explain", login)).stdout).toContain("refused");
      await expectAllAsBefore();
    });
  });

  it("weak", async () => {
    const weak = await on.host.makeKey("weak", "rsa-1024");
    await whileThere({ sshPublicKey: [weak.line] }, async (login) => {
      expect(await on.comesIn(login, weak)).toBe(false);
      expect((await on.bulkhead.run("explain", login)).stdout).toContain("refused");
    });
  });
});

describe("what is taken is made harmless:", () => {
  it("a comment isn't written, whatever it holds", async () => {
    await whileThere({ sshPublicKey: [`${key} root@host command="sh" ${"#".repeat(999)}`] }, async (login) => {
      expect(await on.host.read(`/etc/ssh/bulkhead/keys/${login}`)).toBe(`${key}\n`);
      expect(await peopleOn(on.host)).toContain(login);
      await expectAllAsBefore();
    });
  });

  it.each(["/bin/sh root2:x:0:0::/:/bin/sh", "/etc/shadow", "-c", "/bin/nonexistent", "relative"])(
    "the shell %j is the usual one",
    async (shell) => {
      await whileThere({ loginShell: [shell] }, async (login) => {
        expect(await on.host.sh('getent passwd "$1" | cut -d: -f7', login)).toBe("/bin/bash\n");
        await expectAllAsBefore();
      });
    },
  );
});

/** Random bytes or characters, something that is nearly right, and both together. */
const bytes = fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array));
const nearly = (...texts: readonly string[]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    bytes,
    fc.string({ unit: "binary", maxLength: 40 }).map((text) => Buffer.from(text)),
    fc.constantFrom(...texts).map((text) => Buffer.from(text)),
    fc.tuple(fc.constantFrom(...texts), bytes).map(([text, more]) => Buffer.concat([Buffer.from(text), more])),
  );
/** In every attribute that is read. */
const randomAttributes = () =>
  fc.record({
    uid: fc.array(nearly("root", "eve", "mallory", "trudy", "a", "_x", "anna", "sshd", "%sudo", "a b", "../x"), {
      maxLength: 2,
    }),
    uidNumber: fc.array(nearly("0", "20999", "21000", "21001", "21002", "1000", "20001", "1e9", "-5", "99999999999"), {
      maxLength: 2,
    }),
    sshPublicKey: fc.array(nearly(key, `command="x" ${key}`, "ssh-rsa AAAA"), { maxLength: 3 }),
    loginShell: fc.array(nearly("/bin/sh", "/bin/bash", "/etc/passwd"), { maxLength: 1 }),
    homeDirectory: fc.array(nearly("/root", "/home/x"), { maxLength: 1 }),
    cn: fc.array(nearly("x"), { minLength: 1, maxLength: 1 }),
  });

describe("random bytes in every attribute", () => {
  it.each([1, 2, 3])("leave the host sound (seed %i)", async (seed) => {
    const random = fc.sample(randomAttributes(), { seed, numRuns: 150 }).map((attributes, number) => ({
      dn: `cn=random-${number},ou=people,${suffix}`,
      attributes: { objectClass: ["inetOrgPerson"], entryUUID: [uuidOf(seed, number)], ...attributes },
      // Bytes that are no text at all are what this is about.
    })) as unknown as readonly FixtureEntry[];
    await on.host.write(`${FOLDER}/people.ldif`, toLdif([...(await knownEntries(random)), ...random]));
    const directory = '{ url: "ldif:people.ldif" }';
    await writeLandingZone(on.host, landingZone({ directory, ssh }));

    const { stderr, stdout } = await on.bulkhead.run("sync");
    expect(`${stdout}${stderr}`).not.toContain("Internal.Unexpected");
    await expectAllAsBefore();
    const people = await peopleOn(on.host);
    expect(people).toEqual(expect.arrayContaining([...members]));
    expect(people.length).toBeGreaterThan(members.length);
    expect(people.filter((login) => !/^[a-z_][a-z0-9_-]{0,31}$/.test(login))).toEqual([]);
    const again = await on.bulkhead.run("plan", "--detailed-exitcode");
    expect({ code: again.code, said: again.stdout }).toEqual({ code: 0, said: again.stdout });
  });
});

/** The members with the keys that the server gave their entries, so that they stay the same people; and the groups. */
async function knownEntries(more: readonly FixtureEntry[]): Promise<readonly FixtureEntry[]> {
  const found = await on.host.sh(
    'ldapsearch -LLL -x -H ldap://127.0.0.1 -D "$1" -w "$2" -b "$3" "(uid=*)" entryUUID',
    reader.dn,
    reader.password,
    suffix,
  );
  const uuids = new Map([...found.matchAll(/^dn: (.*)\nentryUUID: (.*)$/gm)].map(([, dn = "", id = ""]) => [dn, id]));
  const people = members.map((uid, index) => {
    const { dn, attributes } = personEntry({ uid, number: 20_001 + index, keys: [on.keyOf(uid).line] });
    return { dn, attributes: { ...attributes, entryUUID: [uuids.get(dn) ?? ""] } };
  });
  const everybody = [...people, ...more].map(({ dn }) => dn);
  const others: readonly FixtureEntry[] = [
    ...["people", "groups"].map((ou) => ({
      dn: `ou=${ou},${suffix}`,
      attributes: { objectClass: ["organizationalUnit"], ou: [ou] },
    })),
    ...["shop", "ops"].map((cn) => {
      const { dn, attributes } = groupEntry(cn, []);
      return { dn, attributes: { ...attributes, member: everybody } };
    }),
  ];
  return [
    ...others.map(({ dn, attributes }, number) => ({
      dn,
      attributes: { ...attributes, entryUUID: [uuidOf(99, number)] },
    })),
    ...people,
  ];
}

function uuidOf(seed: number, number: number): string {
  return `0a1b2c3d-4e5f-4677-88${String(seed).padStart(2, "0")}-${String(number).padStart(12, "0")}`;
}
