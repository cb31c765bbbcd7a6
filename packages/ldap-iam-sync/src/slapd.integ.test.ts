/** The sync from a real OpenLDAP server: people come, change, leave and return; and what hides them removes nobody. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  ListAccessKeysCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Attribute, Change, Client } from "ldapts";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suffix } from "../../directory/src/testing/people.ts";
import { admin, reader, startSlapd, type Slapd, type SlapdOptions } from "../../directory/src/testing/slapd.ts";
import { leftTag, personTag } from "./model.ts";
import { landingZone, openEstate, type Estate } from "./testing/estate.ts";
import { directoryEntries, dnOf, keyOf, type TestPerson } from "./testing/people.ts";

const alice: TestPerson = { number: 1, uid: "alice", groups: ["aws-ops"] };
const bob: TestPerson = { number: 2, uid: "bob", groups: ["aws-developers"] };
const carol: TestPerson = { number: 3, uid: "carol" };
const crowd = Array.from({ length: 20 }, (_, index) => ({ number: 100 + index, uid: `crowd-${index}` }));
const people: readonly TestPerson[] = [alice, bob, carol, ...crowd];
const groups = ["aws-ops", "aws-developers"];
const ou = { people: `ou=people,${suffix}`, groups: `ou=groups,${suffix}` };
const nothingToDo = "Nothing to do: AWS is as the file says.\n";

let estate: Estate;
let slapd: Slapd;
let ldap: Client;
beforeAll(async () => {
  process.env["LDAP_PASSWORD"] = reader.password;
  estate = await openEstate();
});
afterAll(async () => estate[Symbol.asyncDispose]());
beforeEach(async () => {
  await estate.sandbox.reset();
  await start();
});
afterEach(stop);

async function start(options: Partial<SlapdOptions> = {}): Promise<void> {
  // A group of an LDAP server has to have somebody.
  const entries = directoryEntries(people, groups);
  slapd = await startSlapd({ entries, ...options });
  ldap = new Client({ url: slapd.ldap });
  await ldap.bind(admin.dn, admin.password);
  await describeIn();
}
async function stop(): Promise<void> {
  await ldap.unbind();
  await slapd[Symbol.asyncDispose]();
}
const directory = (): string =>
  `{ url: "${slapd.ldaps}", caFile: ${slapd.caFile}, bindDn: "${reader.dn}", bindPassword: { env: LDAP_PASSWORD } }`;
const describeIn = (filter?: string): Promise<void> =>
  estate.write(
    landingZone({
      directory: directory(),
      users: "  maxLeavers: 5\n  leavers: { graceDays: 30 }\n",
      ...(filter === undefined ? {} : { filter }),
    }),
  );

const plan = async (): Promise<string> => (await estate.run("plan")).stdout;
async function apply(): Promise<void> {
  const { exitCode, stdout, stderr } = await estate.run("apply", "--yes");
  expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
}
/** What the plan says is done, and then nothing is left to do. */
async function applied(sentence: RegExp): Promise<void> {
  expect(await plan()).toMatch(sentence);
  await apply();
  expect(await plan()).toContain(nothingToDo);
}
const userOf = async (name: string) => (await estate.iam()).users.find((it) => it.name === name);
const keysOf = async (UserName: string) =>
  (await estate.byHand.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata?.map(({ Status }) => Status);
const modify = (dn: string, operation: "add" | "delete" | "replace", type: string, ...values: string[]) =>
  ldap.modify(dn, new Change({ operation, modification: new Attribute({ type, values }) }));

describe("a person in the directory", () => {
  it("is added, changed, renamed and moved", async () => {
    await apply();
    await ldap.add(`uid=dora,${ou.people}`, {
      objectClass: "inetOrgPerson",
      uid: "dora",
      cn: "dora",
      sn: "dora",
      mail: "dora@example.com",
    });
    await applied(/^\+ create user dora$/m);
    await modify(`cn=aws-ops,${ou.groups}`, "add", "member", `uid=dora,${ou.people}`);
    await applied(/^~ dora: join ops$/m);
    await modify(`cn=aws-ops,${ou.groups}`, "delete", "member", `uid=dora,${ou.people}`);
    await applied(/^~ dora: leave ops$/m);
    await modify(dnOf(alice), "replace", "mail", "alice@example.org");
    await applied(/^~ alice: tag Email$/m);

    const { AccessKey } = await estate.byHand.send(new CreateAccessKeyCommand({ UserName: "alice" }));
    await ldap.modifyDN(dnOf(alice), "uid=alicia");
    await modify(`cn=aws-ops,${ou.groups}`, "replace", "member", `uid=alicia,${ou.people}`);
    await applied(/^~ rename alice to alicia$/m);
    expect(await userOf("alicia")).toMatchObject({ tags: { [personTag]: keyOf(1) }, groups: ["ops"] });
    expect(AccessKey?.Status).toBe("Active");
    expect(await keysOf("alicia")).toEqual(["Active"]);

    await ldap.add(`ou=berlin,${ou.people}`, { objectClass: "organizationalUnit", ou: "berlin" });
    await ldap.modifyDN(`uid=carol,${ou.people}`, `uid=carol,ou=berlin,${ou.people}`);
    expect(await plan()).toBe(nothingToDo);
  });

  it("is disabled, restored, and deleted after the days of grace", async () => {
    await apply();
    const UserName = "bob";
    await estate.byHand.send(new CreateAccessKeyCommand({ UserName }));
    await estate.byHand.send(new CreateLoginProfileCommand({ UserName, Password: "correct horse" }));

    await modify(dnOf(bob), "add", "pwdAccountLockedTime", "000001010000Z");
    await applied(/^~ disable bob: pwdAccountLockedTime=000001010000Z/m);
    expect(await keysOf("bob")).toEqual(["Inactive"]);
    await modify(dnOf(bob), "delete", "pwdAccountLockedTime");
    await applied(/^~ restore bob; a console password has to be given anew$/m);
    expect(await keysOf("bob")).toEqual(["Active"]);

    await ldap.del(dnOf(bob));
    await modify(`cn=aws-developers,${ou.groups}`, "replace", "member", dnOf(carol));
    await applied(/^~ disable bob: no longer in the directory$/m);
    expect(await userOf("bob")).toMatchObject({ tags: { [leftTag]: new Date().toISOString().slice(0, 10) } });
    const longAgo = new Date(Date.now() - 31 * 86_400_000).toISOString().slice(0, 10);
    await estate.byHand.send(new TagUserCommand({ UserName, Tags: [{ Key: leftTag, Value: longAgo }] }));
    await applied(/^- delete user bob: left on \d{4}-\d\d-\d\d, no longer in the directory$/m);
    expect(await userOf("bob")).toBeUndefined();
  });

  it("stays while locked out after wrong passwords", async () => {
    await apply();
    await modify(dnOf(bob), "add", "pwdAccountLockedTime", "20260101000000Z");
    expect(await plan()).toBe(nothingToDo);
  });

  it("loses the rights of a group that is gone", async () => {
    await apply();
    await ldap.del(`cn=aws-ops,${ou.groups}`);
    await applied(/^- delete group ops, which has 1 member$/m);
    expect(await userOf("alice")).toMatchObject({ groups: [] });
    expect((await estate.iam()).policies.map(({ name }) => name)).not.toContain("bulkhead-access-ops-1");
  });
});

describe("the reader's password", () => {
  it("comes from Secrets Manager, and is shown nowhere", async () => {
    const secrets = new SecretsManagerClient({ region: "eu-central-1" });
    const { ARN } = await secrets.send(new CreateSecretCommand({ Name: "reader", SecretString: reader.password }));
    const withSecret = directory().replace("env: LDAP_PASSWORD", `secret: "${ARN}"`);
    await estate.write(landingZone({ directory: withSecret, users: "  auditLog: audit.jsonl\n" }));
    const { stdout, stderr } = await estate.run("apply", "--yes", "--verbose");
    expect(stdout).toContain("Applied: ");
    const log = await readFile(join(estate.folder, "audit.jsonl"), "utf8");
    expect(stdout + stderr + log).not.toContain(reader.password);
  });
});

describe("nobody is removed", () => {
  beforeEach(apply);
  /** Whatever the plan holds or warns of, applying it takes nothing away, and IAM is as it was. */
  async function removesNobody(why: RegExp): Promise<void> {
    const before = await estate.iam();
    const planned = await estate.run("plan");
    expect(planned.stdout + planned.stderr).toMatch(why);
    await estate.run("apply", "--yes");
    expect(await estate.iam()).toEqual(before);
  }

  it("because slapd is down", async () => {
    await estate.write(landingZone({ directory: `{ url: "${slapd.ldap}", allowPlaintext: true }` }));
    await slapd[Symbol.asyncDispose]();
    await removesNobody(/Directory\.Unreachable/);
  });

  it("because the tree is empty", async () => {
    for (const person of people) await ldap.del(dnOf(person));
    await removesNobody(/The directory wasn't read completely, so nobody is disabled/);
  });

  it("because the whole suffix is gone", async () => {
    await stop();
    await start({ entries: [] });
    await removesNobody(/The directory wasn't read completely.*noSuchObject/);
  });

  it("because the filter has a typing mistake", async () => {
    await describeIn("(objectClass=inetOrgPersn)");
    await removesNobody(/The directory wasn't read completely/);
  });

  it("because the filter finds only some", async () => {
    await describeIn("(uid=a*)");
    await removesNobody(/22 removals at once pass the ceiling of 5/);
  });

  it("because the server gives only so many", async () => {
    await stop();
    await start({ sizeLimit: 10 });
    await removesNobody(/sizeLimitExceeded/);
  });

  it("because the reader's password is no longer given", async () => {
    await estate.write(landingZone({ directory: `{ url: "${slapd.ldaps}", caFile: ${slapd.caFile} }` }));
    await removesNobody(/The directory wasn't read completely/);
  });
});
