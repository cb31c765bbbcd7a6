/** Following a real OpenLDAP server: by syncrepl where it has it, by polling where it hasn't. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Attribute, Change, Client } from "ldapts";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DirectoryRead, Person } from "./model.ts";
import { readEntries } from "./read-entries.ts";
import { readEntrance, withSession } from "./servers.ts";
import type { ReadSettings } from "./settings.ts";
import { SyncSource } from "./sync-source.ts";
import { SyncMemory } from "./syncrepl.ts";
import { describeContract, type Started } from "./testing/contract.ts";
import { fixture, groupsSelection, peopleSelection, readOptions, suffix, toLdif, uuid } from "./testing/people.ts";
import { admin, reader, startSlapd, type Slapd, type SlapdOptions } from "./testing/slapd.ts";
import { readByFollowing, watch } from "./testing/watch.ts";

const login = { bindDn: reader.dn, bindPassword: { env: "LDAP_PASSWORD" } };
/** Anna and the others, some of the crowd, and their groups. */
const few = [...fixture.slice(0, 40), ...fixture.slice(-6, -1)];

const startWith = (options: Partial<SlapdOptions>) => async (): Promise<Started> => {
  const slapd = await startSlapd({ entries: fixture, ...options });
  return {
    directory: { url: slapd.ldaps, caFile: slapd.caFile, ...login },
    boundAs: `dn:${reader.dn}`,
    [Symbol.asyncDispose]: () => slapd[Symbol.asyncDispose]() as Promise<void>,
  };
};

describeContract("slapd that tells of changes, followed", startWith({ syncprov: true }), readByFollowing);
describeContract("slapd that doesn't, followed", startWith({}), readByFollowing);

function settingsOf(slapd: Slapd, people = peopleSelection): ReadSettings {
  return { directory: { url: slapd.ldaps, caFile: slapd.caFile, ...login }, people, groups: groupsSelection };
}

async function asAdmin<T>(slapd: Slapd, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ url: slapd.ldap });
  await client.bind(admin.dn, admin.password);
  try {
    return await work(client);
  } finally {
    await client.unbind();
  }
}

const replace = (type: string, ...values: string[]): Change =>
  new Change({ operation: "replace", modification: new Attribute({ type, values }) });
const person = (uid: string): Record<string, string> => ({ objectClass: "inetOrgPerson", uid, cn: uid, sn: uid });
const dnOf = (uid: string): string => `uid=${uid},ou=people,${suffix}`;
const withKey = (read: DirectoryRead, key: string): Person | undefined => read.people.find((it) => it.key === key);
const withUid = (read: DirectoryRead, uid: string): Person | undefined =>
  read.people.find(({ attributes }) => attributes["uid"]?.includes(uid));
const membersOf = (read: DirectoryRead, name: string): readonly (string | undefined)[] =>
  (read.groups.find((group) => group.name === name)?.members ?? []).map(
    ({ person: key }) => withKey(read, key)?.attributes["uid"]?.[0],
  );

describe.each([
  ["tells of changes", "syncrepl", { syncprov: true }],
  ["doesn't tell of changes", "polling", {}],
  ["could tell of changes, but not of these entries", "polling", { syncprov: "module" }],
] as const)("a server that %s", (_, mode, options) => {
  let slapd: Slapd;
  beforeAll(async () => {
    slapd = await startSlapd({ entries: few, ...options });
  });
  afterAll(async () => {
    await slapd[Symbol.asyncDispose]();
  });

  it(`is followed by ${mode}: who comes, changes, is renamed, moves, leaves the filter and goes`, async () => {
    await using watched = watch(settingsOf(slapd));
    expect(await watched.next("live")).toEqual({ type: "live", mode, server: slapd.ldaps });
    const first = await watched.read();
    expect(first.proof).toMatchObject({ complete: true, counts: { people: 37 } });
    await asAdmin(slapd, async (client) => {
      await client.add(dnOf("nina"), person("nina"));
      const { key } = withUid(await watched.read((read) => !!withUid(read, "nina")), "nina")!;

      await client.modify(dnOf("nina"), replace("mail", "nina@example.com"));
      const changed = await watched.read((read) => !!withKey(read, key)?.attributes["mail"]);
      expect(withKey(changed, key)?.attributes["mail"]).toEqual(["nina@example.com"]);

      await client.modifyDN(dnOf("nina"), dnOf("nina-maria"));
      const renamed = await watched.read((read) => withKey(read, key)?.dn === dnOf("nina-maria"));
      expect(withKey(renamed, key)?.attributes["uid"]).toEqual(["nina-maria"]);

      await client.add(`ou=new,ou=people,${suffix}`, { objectClass: "organizationalUnit", ou: "new" });
      const moved = `uid=nina-maria,ou=new,ou=people,${suffix}`;
      await client.modifyDN(dnOf("nina-maria"), moved);
      expect(withKey(await watched.read((read) => withKey(read, key)?.dn === moved), key)).toBeDefined();

      // Out of the base, and back.
      await client.modifyDN(moved, `uid=nina-maria,ou=robots,${suffix}`);
      await watched.read((read) => !withKey(read, key));
      await client.modifyDN(`uid=nina-maria,ou=robots,${suffix}`, moved);
      await watched.read((read) => !!withKey(read, key));

      await client.del(moved);
      const gone = await watched.read((read) => !withKey(read, key));
      expect(gone.people.map((it) => it.key).sort()).toEqual(first.people.map((it) => it.key).sort());
      expect(gone.proof.complete).toBe(true);
    });
  });

  it("tells whose container is renamed, or moved out of the base and back", async () => {
    await using watched = watch(settingsOf(slapd));
    const container = (dn: string): string => `${dn},${suffix}`;
    const [before, renamed, away] = ["ou=a,ou=people", "ou=b,ou=people", "ou=b,ou=robots"].map(container) as [
      string,
      string,
      string,
    ];
    await asAdmin(slapd, async (client) => {
      await client.add(before, { objectClass: "organizationalUnit", ou: "a" });
      await client.add(`uid=olaf,${before}`, person("olaf"));
      await watched.read((read) => withUid(read, "olaf")?.dn === `uid=olaf,${before}`);
      await client.modifyDN(before, renamed);
      await watched.read((read) => withUid(read, "olaf")?.dn === `uid=olaf,${renamed}`);
      await client.modifyDN(renamed, away);
      await watched.read((read) => !withUid(read, "olaf"));
      await client.modifyDN(away, renamed);
      await watched.read((read) => !!withUid(read, "olaf"));
      await client.del(`uid=olaf,${renamed}`);
      await client.del(renamed);
    });
  });

  it("tells who comes into the filter and who leaves it", async () => {
    const staff = { ...peopleSelection, filter: "(&(objectClass=inetOrgPerson)(!(title=guest)))" };
    await using watched = watch(settingsOf(slapd, staff));
    await watched.read((read) => !!withUid(read, "anna"));
    await asAdmin(slapd, async (client) => {
      await client.modify(dnOf("emil"), replace("title", "guest"));
      await watched.read((read) => !withUid(read, "emil"));
      await client.modify(dnOf("emil"), replace("title"));
      await watched.read((read) => !!withUid(read, "emil"));
    });
  });

  it("tells who comes into a group and who leaves it, nested groups included", async () => {
    await using watched = watch(settingsOf(slapd));
    expect(membersOf(await watched.read(), "aws-admins")).toContain("emil");
    await asAdmin(slapd, async (client) => {
      const group = (cn: string): string => `cn=${cn},ou=groups,${suffix}`;
      await client.modify(group("aws-developers"), replace("member", dnOf("dora")));
      const changed = await watched.read((read) => membersOf(read, "aws-developers").includes("dora"));
      expect(membersOf(changed, "aws-developers")).toEqual(["dora"]);
      // A group that the filter doesn't name, within one that it does.
      await client.modify(group("seniors"), replace("member", dnOf("carla")));
      const nested = await watched.read((read) => !membersOf(read, "aws-admins").includes("emil"));
      expect(membersOf(nested, "aws-admins").toSorted()).toEqual(["anna", "carla", "dora"]);
    });
  });

  it("tells of people whom the server finds by their groups", async () => {
    const group = `cn=aws-found,ou=groups,${suffix}`;
    await asAdmin(slapd, (client) =>
      client.add(group, { objectClass: "groupOfNames", cn: "aws-found", member: [dnOf("anna")] }),
    );
    const found = { ...peopleSelection, filter: `(memberOf=${group})` };
    await using watched = watch(settingsOf(slapd, found));
    const uids = (read: DirectoryRead): string => read.people.map(({ attributes }) => attributes["uid"]).join(" ");
    await watched.read((read) => uids(read) === "anna");
    await asAdmin(slapd, async (client) => {
      await client.modify(group, replace("member", dnOf("emil")));
      await watched.read((read) => uids(read) === "emil");
    });
  });

  it("goes on after the server was away, and sees what was changed and deleted meanwhile", async () => {
    await using watched = watch(settingsOf(slapd));
    await asAdmin(slapd, (client) => client.add(dnOf("olga"), person("olga")));
    await watched.read((read) => !!withUid(read, "olga"));
    await slapd.stop();
    const stale = await watched.next("stale");
    expect(stale.reason.code).toBe("Directory.Unreachable");
    expect(stale.since).toBeInstanceOf(Date);
    await slapd.start();
    await watched.next("live");
    await asAdmin(slapd, (client) => client.del(dnOf("olga")));
    await watched.read((read) => !withUid(read, "olga"));
  });
});

describe("a server that comes back", () => {
  /** Reads once over a connection of its own, as following does after each loss. */
  async function visit(slapd: Slapd, memory: SyncMemory): Promise<DirectoryRead> {
    const settings = settingsOf(slapd);
    const entrance = await readEntrance(settings.directory, readOptions);
    return withSession(slapd.ldaps, entrance, readOptions, (session) =>
      readEntries(new SyncSource(session, (subject) => memory.storeFor(subject)), settings, readOptions),
    );
  }

  it("tells by name who is left, when it doesn't know any more who went (present phase)", async () => {
    await using slapd = await startSlapd({ entries: few, syncprov: true });
    const memory = new SyncMemory(readOptions);
    const before = await visit(slapd, memory);
    const { cookie } = memory.storeFor("people");
    expect(cookie?.toString()).toContain("csn=");
    await asAdmin(slapd, (client) => client.del(dnOf("emil")));
    await slapd.stop();
    await slapd.start();
    const after = await visit(slapd, memory);
    expect(after.proof).toMatchObject({ complete: true, counts: { people: before.people.length - 1 } });
    expect(withUid(after, "emil")).toBeUndefined();
    // Entries that didn't change weren't sent again: they are the very same.
    expect(memory.storeFor("people").cookie?.toString()).not.toBe(cookie?.toString());
  });

  it.each(["garbage", "rid=000,csn=garbage", "rid=001,csn=20990101000000.000000Z#000000#000#000000"])(
    "is asked for everything when the cookie is of no use: %s",
    async (cookie) => {
      await using slapd = await startSlapd({ entries: few, syncprov: true });
      const memory = new SyncMemory(readOptions);
      await visit(slapd, memory);
      const store = memory.storeFor("people");
      const gone = { dn: dnOf("gone"), attributes: new Map([["entryuuid", [Buffer.from(uuid(99))]]]) };
      store.set("99".repeat(16), { entry: gone, references: [], size: 1 });
      store.keepCookie(Buffer.from(cookie));
      await expect(visit(slapd, memory)).rejects.toMatchObject(
        expect.objectContaining({ message: expect.stringMatching(/sent again|newer than provider/) as unknown }),
      );
      memory.forgetCookies();
      const read = await visit(slapd, memory);
      expect(read.proof).toMatchObject({ complete: true, counts: { people: 37 } });
      expect(withKey(read, uuid(99))).toBeUndefined();
    },
  );
});

describe("a server that says no", () => {
  it("by its size limit makes the read incomplete", async () => {
    await using slapd = await startSlapd({ entries: few, sizeLimit: 20, syncprov: true });
    await using watched = watch(settingsOf(slapd));
    expect(await watched.next("live")).toMatchObject({ mode: "polling" });
    const { proof, people } = await watched.read();
    expect(people).toHaveLength(20);
    expect(proof.complete).toBe(false);
    expect(proof.reasons[0]?.message).toContain("sizeLimitExceeded (4)");
  });

  it("to a password that was changed isn't asked again until there is another", async () => {
    await using slapd = await startSlapd({ entries: few, syncprov: true });
    const file = join(slapd.folder, "password");
    await writeFile(file, reader.password);
    const settings = settingsOf(slapd);
    const directory = { ...settings.directory, bindPassword: { file } };
    await using watched = watch({ ...settings, directory }, {}, { passwordMs: 20 });
    await watched.read();
    await asAdmin(slapd, (client) => client.modify(reader.dn, replace("userPassword", "another")));
    await slapd.stop();
    await slapd.start();
    await watched.next("stale", ({ reason }) => reason.code === "Directory.BindRefused");
    await writeFile(file, "another");
    await watched.next("current");
    // The policy locks the account after two failures: there was one.
    const failures = await asAdmin(slapd, (client) =>
      client.search(reader.dn, { scope: "base", attributes: ["pwdFailureTime"] }),
    );
    expect(failures.searchEntries[0]).not.toHaveProperty("pwdAccountLockedTime");
  });

  it("by a certificate that can't be trusted is told, and followed as soon as it can be", async () => {
    await using slapd = await startSlapd({ entries: few, syncprov: true });
    const caFile = join(slapd.folder, "trusted.pem");
    const settings = settingsOf(slapd);
    await using watched = watch({ ...settings, directory: { ...settings.directory, caFile } });
    await watched.next("stale", ({ reason }) => reason.code === "Directory.CaFileUnreadable");
    await copyFile(slapd.caFile, caFile);
    await watched.read();
    const untrusted = { ...settings.directory, caFile: undefined };
    await using other = watch({ ...settings, directory: untrusted });
    await other.next("stale", ({ reason }) => reason.code === "Directory.TlsFailed");
  });

  it("is entered by StartTLS as well", async () => {
    await using slapd = await startSlapd({ entries: few, syncprov: true });
    const settings = settingsOf(slapd);
    const directory = { ...settings.directory, url: slapd.ldap, startTls: true };
    await using watched = watch({ ...settings, directory });
    expect(await watched.next("live")).toMatchObject({ mode: "syncrepl", server: slapd.ldap });
    expect((await watched.read()).proof.complete).toBe(true);
  });
});

describe("an LDIF file", () => {
  it("is read again when it has changed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "bulkhead-follow-"));
    const file = join(folder, "people.ldif");
    await writeFile(file, toLdif(few));
    const settings = { directory: { url: `ldif:${file}` }, people: peopleSelection, groups: groupsSelection };
    await using watched = watch(settings);
    expect((await watched.read()).people).toHaveLength(37);
    await writeFile(file, toLdif(few.filter(({ dn }) => dn !== dnOf("emil"))));
    expect((await watched.read((read) => read.people.length === 36)).proof.complete).toBe(true);
    await rm(folder, { recursive: true });
    await watched.next("stale", ({ reason }) => reason.code === "Directory.LdifUnreadable");
  });
});
