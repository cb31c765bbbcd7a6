/** Reading from a real OpenLDAP server: TLS, limits, password policy, and the ways in which people vanish. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Attribute, Change, Client } from "ldapts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DirectoryRead, Person } from "./model.ts";
import { readDirectory } from "./read-directory.ts";
import type { DirectorySettings } from "./settings.ts";
import { describeContract } from "./testing/contract.ts";
import {
  fixture,
  groupsSelection,
  peopleSelection,
  readOptions,
  suffix,
  uuid,
  type FixtureEntry,
} from "./testing/people.ts";
import { admin, MAX_FAILURES, reader, startSlapd, type Slapd } from "./testing/slapd.ts";

const login = { bindDn: reader.dn, bindPassword: { env: "LDAP_PASSWORD" } };
const few = fixture.slice(0, 40);

describeContract("slapd", async () => {
  const slapd = await startSlapd({ entries: fixture });
  return {
    directory: { url: slapd.ldaps, caFile: slapd.caFile, ...login },
    boundAs: `dn:${reader.dn}`,
    [Symbol.asyncDispose]: () => slapd[Symbol.asyncDispose]() as Promise<void>,
  };
});

function read(directory: DirectorySettings, people = peopleSelection): Promise<DirectoryRead> {
  return readDirectory({ directory, people, groups: groupsSelection }, readOptions);
}

const reasonsOf = ({ proof }: DirectoryRead): readonly string[] => proof.reasons.map(({ message }) => message);
const codesOf = ({ proof }: DirectoryRead): readonly string[] => proof.reasons.map(({ code }) => code);

describe("TLS", () => {
  const group: FixtureEntry = {
    dn: `cn=aws-x,ou=groups,${suffix}`,
    attributes: { objectClass: ["groupOfNames"], entryUUID: [uuid(5_000)], cn: ["aws-x"], member: [suffix] },
  };
  let slapd: Slapd;
  beforeAll(async () => {
    slapd = await startSlapd({ entries: [...few, group] });
  });
  afterAll(async () => {
    await slapd[Symbol.asyncDispose]();
  });

  it("begins with StartTLS before the bind", async () => {
    const { proof } = await read({ url: slapd.ldap, startTls: true, caFile: slapd.caFile, ...login });
    expect(proof).toMatchObject({ complete: true, boundAs: `dn:${reader.dn}`, server: slapd.ldap });
  });

  it("is there from the start with ldaps://, whatever is said of StartTLS", async () => {
    const { proof } = await read({ url: slapd.ldaps, startTls: true, caFile: slapd.caFile, ...login });
    expect(proof.complete).toBe(true);
  });

  it.each([
    ["a CA that isn't known", (): Partial<DirectorySettings> => ({})],
    ["a host that the certificate doesn't name", () => ({ caFile: slapd.caFile, host: "localhost" })],
  ])("refuses %s, with ldaps:// and with StartTLS", async (_, settings) => {
    const { host = "127.0.0.1", ...trust } = settings() as { host?: string };
    const url = (it: string): string => it.replace("127.0.0.1", host);
    const code = "Directory.TlsFailed";
    await expect(read({ url: url(slapd.ldaps), ...login, ...trust })).rejects.toMatchObject({ code });
    await expect(read({ url: url(slapd.ldap), startTls: true, ...login, ...trust })).rejects.toMatchObject({ code });
  });

  it("can't be left out without saying so", async () => {
    await expect(read({ url: slapd.ldap, ...login })).rejects.toMatchObject({ code: "Directory.Plaintext" });
    expect((await read({ url: slapd.ldap, allowPlaintext: true, ...login })).proof.complete).toBe(true);
  });

  it("goes on at the next server that can be trusted", async () => {
    const untrusted = slapd.ldaps.replace("127.0.0.1", "localhost");
    const { proof } = await read({ url: `${untrusted} ${slapd.ldaps}`, caFile: slapd.caFile, ...login });
    expect(proof).toMatchObject({ complete: true, server: slapd.ldaps });
  });

  it("needs certificates to trust", async () => {
    const notThere = { url: slapd.ldaps, caFile: join(slapd.folder, "no.pem"), ...login };
    await expect(read(notThere)).rejects.toMatchObject({ code: "Directory.CaFileUnreadable" });
    const notPem = { ...notThere, caFile: join(slapd.folder, "slapd.conf") };
    await expect(read(notPem)).rejects.toMatchObject({ code: "Directory.CaFileUnreadable" });
  });
});

describe("a directory that hides people", () => {
  it("because of its size limit makes the read incomplete", async () => {
    await using slapd = await startSlapd({ entries: fixture, sizeLimit: 700 });
    const half = await read({ url: slapd.ldap, allowPlaintext: true, ...login });
    expect(half.people.length).toBeGreaterThan(0);
    expect(half.proof.complete).toBe(false);
    expect(reasonsOf(half)[0]).toContain("sizeLimitExceeded (4)");
  });

  it("from nobody in particular makes the read incomplete", async () => {
    await using slapd = await startSlapd({ entries: few });
    const nothing = await read({ url: slapd.ldap, allowPlaintext: true });
    expect(nothing).toMatchObject({ people: [], proof: { complete: false, boundAs: "anonymous" } });
    expect(reasonsOf(nothing)[0]).toContain("noSuchObject (32)");
  });

  it("in another server makes the read incomplete", async () => {
    const referral: FixtureEntry = {
      dn: `ou=more,ou=people,${suffix}`,
      attributes: { objectClass: ["referral", "extensibleObject"], ou: ["more"], ref: ["ldap://other.example.com/"] },
    };
    await using slapd = await startSlapd({ entries: [...few, referral] });
    const some = await read({ url: slapd.ldap, allowPlaintext: true, ...login });
    expect(codesOf(some)).toContain("referral");
    expect(reasonsOf(some)[0]).toContain("ldap://other.example.com/");
  });

  it("because it is empty makes the read incomplete", async () => {
    await using slapd = await startSlapd({ entries: [] });
    const nothing = await read({ url: slapd.ldap, allowPlaintext: true, ...login });
    expect(nothing).toMatchObject({ people: [], groups: [], proof: { complete: false } });
    expect(codesOf(nothing)).toContain("resultCode");
  });

  it("because it is down is an error", async () => {
    const slapd = await startSlapd({ entries: few });
    await slapd[Symbol.asyncDispose]();
    const directory = { url: slapd.ldap, allowPlaintext: true, ...login };
    await expect(read(directory)).rejects.toMatchObject({ code: "Directory.Unreachable", fault: "directory" });
  });
});

describe("a living directory", () => {
  let slapd: Slapd;
  let directory: DirectorySettings;
  let client: Client;
  beforeAll(async () => {
    slapd = await startSlapd({ entries: few });
    directory = { url: slapd.ldap, allowPlaintext: true, ...login };
    client = new Client({ url: slapd.ldap });
    await client.bind(admin.dn, admin.password);
  });
  afterAll(async () => {
    await client.unbind();
    await slapd[Symbol.asyncDispose]();
  });

  const personWith = async (key: string): Promise<Person | undefined> =>
    (await read(directory)).people.find((person) => person.key === key);

  it("refuses a wrong password", async () => {
    const wrong = { url: slapd.ldap, allowPlaintext: true, bindDn: `uid=emil,ou=people,${suffix}` };
    await expect(read({ ...wrong, bindPassword: { env: "LDAP_PASSWORD" } })).rejects.toMatchObject({
      code: "Directory.BindRefused",
    });
  });

  it("keeps a person's key through rename and move", async () => {
    const anna = await personWith(uuid(4));
    await client.modifyDN(anna?.dn ?? "", `uid=anna-maria,ou=people,${suffix}`);
    expect(await personWith(uuid(4))).toMatchObject({
      dn: `uid=anna-maria,ou=people,${suffix}`,
      attributes: { uid: ["anna-maria"] },
    });
  });

  it("locks people out for a while, which its password policy notes", async () => {
    const dn = `uid=crowd-0001,ou=people,${suffix}`;
    const password = new Attribute({ type: "userPassword", values: ["right"] });
    await client.modify(dn, new Change({ operation: "add", modification: password }));
    for (let failure = 0; failure < MAX_FAILURES; failure += 1) {
      const guesser = new Client({ url: slapd.ldap });
      await expect(guesser.bind(dn, "wrong")).rejects.toMatchObject({ code: 49 });
      await guesser.unbind();
    }
    const { people } = await read(directory);
    expect(people.find((person) => person.dn === dn)?.status).toMatchObject({
      state: "locked",
      evidence: expect.stringMatching(/^pwdAccountLockedTime=\d{14}Z$/) as unknown,
    });
  });

  it("finds people by memberOf", async () => {
    const group = `cn=aws-new,ou=groups,${suffix}`;
    const member = [`uid=emil,ou=people,${suffix}`];
    await client.add(group, { objectClass: ["groupOfNames"], cn: ["aws-new"], member });
    const { people, groups } = await read(directory, { ...peopleSelection, filter: `(memberOf=${group})` });
    expect(people.map(({ attributes }) => attributes["uid"])).toEqual([["emil"]]);
    expect(groups.map(({ name, members }) => [name, members.length])).toEqual([["aws-new", 1]]);
  });
});

describe("the server of these tests", () => {
  it("doesn't outlive a process that is killed", async () => {
    const helper = new URL("testing/slapd.ts", import.meta.url).href;
    const script = `
      const { startSlapd } = await import(${JSON.stringify(helper)});
      console.log((await startSlapd({ entries: [] })).folder);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const folder = line.toString().trim();
    expect(existsSync(folder)).toBe(true);
    child.kill("SIGKILL");
    while (existsSync(folder)) await sleep(20);
  });
});
