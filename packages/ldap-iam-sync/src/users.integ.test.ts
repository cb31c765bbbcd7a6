/** The sync against the sandbox, through the commands, with people from LDIF: the law, the count of calls, bad input. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DetachUserPolicyCommand,
  ListAccessKeysCommand,
  RemoveUserFromGroupCommand,
  UntagUserCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import type { Change } from "@bulkhead/plan";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { AuditLine } from "./audit-log.ts";
import { leaverPolicy, personTag, selfServicePolicy } from "./model.ts";
import { answerAsApplied } from "./testing/applied-iam.ts";
import { landingZone, openEstate, type Estate } from "./testing/estate.ts";
import { policyArn } from "./testing/iam.ts";
import { keyOf, type TestPerson } from "./testing/people.ts";

const alice: TestPerson = { number: 1, uid: "alice", groups: ["aws-ops", "aws-developers"] };
const bob: TestPerson = { number: 2, uid: "bob", groups: ["aws-developers"] };
const carol: TestPerson = { number: 3, uid: "carol" };
const everybody = [alice, bob, carol];
const nothingToDo = "Nothing to do: AWS is as the file says.\n";

let estate: Estate;
beforeAll(async () => {
  estate = await openEstate();
});
afterAll(async () => estate[Symbol.asyncDispose]());
beforeEach(async () => {
  await estate.sandbox.reset();
  await estate.write(landingZone());
  await estate.writePeople(everybody);
});

const plan = async (): Promise<string> => (await estate.run("plan")).stdout;
async function apply(...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await estate.run("apply", "--yes", ...argv);
  expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
  return stdout;
}
const writes = (): string[] => estate.iamCalls().filter((call) => !/:(Get|List)/.test(call));
/** The flags that let through what the ceiling holds back. */
async function approval(): Promise<string[]> {
  const [, name = ""] = /--approve (\w+)/.exec(await plan()) ?? [];
  return name === "" ? [] : ["--approve", name];
}
const userOf = async (name: string) => (await estate.iam()).users.find((it) => it.name === name);

describe("plan, apply, plan", () => {
  it("makes everybody, and then finds nothing to do", async () => {
    const planned = await estate.run("plan", "--detailed-exitcode");
    expect(planned).toMatchObject({ exitCode: 2 });
    expect(planned.stdout).toContain("+ create user alice in developers, ops\n");
    expect(writes()).toEqual([]);
    await apply();
    expect(await estate.run("plan", "--detailed-exitcode")).toMatchObject({ exitCode: 0, stdout: nothingToDo });
    expect(await userOf("alice")).toEqual({
      name: "alice",
      path: "/people/",
      tags: { [personTag]: keyOf(1), Email: "alice@example.com" },
      groups: expect.arrayContaining(["ops", "developers"]),
      policies: [policyArn(selfServicePolicy)],
    });
    const { groups } = await estate.iam();
    expect(Object.fromEntries(groups.map(({ name, policies }) => [name, policies]))).toEqual({
      developers: [policyArn("bulkhead-access-developers-1")],
      ops: [policyArn("bulkhead-access-ops-1")],
    });
    estate.sandbox.clearCalls();
    expect(await apply()).toContain("Nothing to do");
    expect(writes()).toEqual([]);
  });

  it("applies a saved plan, and the same plan again", async () => {
    const saved = join(estate.folder, "plan.json");
    await estate.run("plan", "--out", saved);
    expect(await apply(saved)).toContain("Applied: 9 changed.");
    expect(await apply(saved)).toContain("9 done already");
    expect(await plan()).toBe(nothingToDo);
  });

  it("takes nothing from somebody who is back since the plan was saved, and asks the directory only then", async () => {
    await apply();
    const saved = join(estate.folder, "plan.json");
    await estate.writePeople([{ ...alice, disabled: true }, { ...bob, mail: "bob@example.org" }, carol]);
    await estate.run("plan", "--out", saved);
    await estate.writePeople(everybody);
    expect(await estate.run("apply", saved, "--yes")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(
        /disable alice.*: It isn't sure that alice has left: uid=alice,.* is in the directory again\. Nothing was taken away\. \(Users\.LeaverNotConfirmed\)/,
      ),
    });
    expect(await userOf("alice")).toMatchObject({ policies: [policyArn(selfServicePolicy)] });
    expect(await userOf("bob")).toMatchObject({ tags: { Email: "bob@example.org" } });

    await rm(join(estate.folder, "people.ldif"));
    expect(await estate.run("apply", saved, "--yes")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("(Directory.LdifUnreadable)"),
    });
    expect(await userOf("alice")).toMatchObject({ policies: [policyArn(selfServicePolicy)] });
  });

  it("shuts somebody out by a saved plan", async () => {
    await apply();
    const saved = join(estate.folder, "plan.json");
    await estate.writePeople([{ ...alice, disabled: true }, bob, carol]);
    await estate.run("plan", "--out", saved);
    expect(await apply(saved)).toContain("Applied: 1 changed.");
    expect((await userOf("alice"))?.policies).toContain(policyArn(leaverPolicy));
    expect(await plan()).toBe(nothingToDo);
  });

  it("brings back what somebody changed by hand", async () => {
    await apply();
    const UserName = "alice";
    await estate.byHand.send(new DetachUserPolicyCommand({ UserName, PolicyArn: policyArn(selfServicePolicy) }));
    await estate.byHand.send(new RemoveUserFromGroupCommand({ UserName, GroupName: "ops" }));
    await estate.byHand.send(new UpdateUserCommand({ UserName, NewUserName: "mallory" }));
    expect(await plan()).toMatch(/~ rename mallory to alice, .*join ops/);
    await apply();
    expect(await plan()).toBe(nothingToDo);
  });

  it("closes a leaver again whom somebody let in by hand", async () => {
    await apply();
    await estate.writePeople([{ ...alice, disabled: true }, bob, carol]);
    await apply(...(await approval()));
    await estate.byHand.send(new DetachUserPolicyCommand({ UserName: "alice", PolicyArn: policyArn(leaverPolicy) }));
    await apply();
    expect((await userOf("alice"))?.policies).toContain(policyArn(leaverPolicy));
    expect(await plan()).toBe(nothingToDo);
  });

  it("leaves alone whoever isn't ours, and tells of those at our path", async () => {
    await estate.byHand.send(new CreateUserCommand({ UserName: "robot", Path: "/people/" }));
    await estate.byHand.send(new CreateUserCommand({ UserName: "root-like" }));
    await apply();
    await estate.byHand.send(new UntagUserCommand({ UserName: "carol", TagKeys: [personTag] }));
    await estate.writePeople([alice, bob]);
    const planned = await plan();
    expect(planned).toContain("user robot in /people/, without the tag bulkhead:person");
    expect(planned).toContain("user carol in /people/, without the tag bulkhead:person");
    expect(planned).not.toContain("root-like");
    await apply();
    expect(await userOf("carol")).toMatchObject({ policies: [policyArn(selfServicePolicy)] });
  });
});

describe("adoption", () => {
  it("by name makes an existing user ours, with its keys", async () => {
    await estate.byHand.send(new CreateUserCommand({ UserName: "Alice" }));
    await estate.byHand.send(new CreateAccessKeyCommand({ UserName: "Alice" }));
    expect(await plan()).toMatch(/\+ create user alice.*: .*adopt/);
    await estate.write(landingZone({ users: "  adopt: name\n" }));
    expect(await plan()).toMatch(/~ adopt Alice \(by name\).*its ARN becomes ….people.Alice/);
    await apply();
    expect(await plan()).toBe(nothingToDo);
    expect(await userOf("Alice")).toMatchObject({ path: "/people/", tags: { [personTag]: keyOf(1) } });
    const keys = await estate.byHand.send(new ListAccessKeysCommand({ UserName: "Alice" }));
    expect(keys.AccessKeyMetadata).toHaveLength(1);
  });

  it("by tag renames as well", async () => {
    const Tags = [{ Key: "mail", Value: "alice@example.com" }];
    await estate.byHand.send(new CreateUserCommand({ UserName: "a.liddell", Tags }));
    await estate.write(landingZone({ users: '  adopt: { tag: mail, value: "{mail}" }\n' }));
    expect(await plan()).toMatch(/~ adopt a\.liddell/);
    await apply();
    expect(await userOf("alice")).toMatchObject({ path: "/people/", tags: { mail: "alice@example.com" } });
    expect(await plan()).toBe(nothingToDo);
  });
});

describe("calls to IAM", () => {
  const count = async (...argv: string[]): Promise<readonly string[]> => {
    estate.sandbox.clearCalls();
    expect(await estate.run(...argv)).toMatchObject({ exitCode: 0 });
    return estate.iamCalls();
  };

  it.each([
    ["a tag", [{ ...alice, mail: "a@example.com" }, bob, carol]],
    ["a name", [{ ...alice, uid: "alicia" }, bob, carol]],
    ["a group", [alice, { ...bob, groups: ["aws-developers", "aws-ops"] }, carol]],
    ["a newcomer", [...everybody, { number: 4, uid: "dora", groups: ["aws-ops"] }]],
  ])("are at most 4 more for %s", async (_, people) => {
    await apply();
    const nothing = await count("apply", "--yes");
    await estate.writePeople(people);
    const one = await count("apply", "--yes");
    expect(one.length - nothing.length).toBeGreaterThan(0);
    expect(one.length - nothing.length).toBeLessThanOrEqual(4);
    expect(await plan()).toBe(nothingToDo);
  });

  it("are at most 8 for 5,000 people of whom nothing has changed", async () => {
    const people = Array.from({ length: 5_000 }, (_, index) => ({
      number: index + 1,
      uid: `person-${index}`,
      groups: index % 2 === 0 ? ["aws-ops"] : ["aws-developers", "aws-ops"],
    }));
    await estate.writePeople(people);
    const { stdout } = await estate.run("plan", "--output", "json");
    const { plan: planned } = JSON.parse(stdout) as { plan: { changes: readonly Change[]; held: readonly unknown[] } };
    expect(planned).toMatchObject({ changes: { length: 5_006 }, held: [] });
    answerAsApplied(estate.sandbox, planned.changes);
    expect(await count("plan")).toEqual([
      "iam:GetAccountSummary",
      ...Array(6).fill("iam:GetAccountAuthorizationDetails"),
    ]);
    expect(await plan()).toBe(nothingToDo);
  });
});

describe("the audit log", () => {
  it("tells who changed what, when, why, and from which entry", async () => {
    await estate.write(landingZone({ users: "  auditLog: log/audit.jsonl\n" }));
    const refused = await estate.run("apply", "--yes");
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Users.AuditLogUnwritable") });
    expect(writes()).toEqual([]);

    await estate.write(landingZone({ users: "  auditLog: audit.jsonl\n" }));
    await apply();
    const file = join(estate.folder, "audit.jsonl");
    const lines = (await readFile(file, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as AuditLine);
    expect(lines.filter(({ event }) => event === "begun")).toHaveLength(9);
    expect(lines.filter(({ event }) => event === "done")).toHaveLength(9);
    expect(lines.find(({ change }) => change.endsWith(keyOf(1)))).toMatchObject({
      event: "begun",
      who: "arn:aws:iam::111111111111:user/admin",
      change: `management/global/user/${keyOf(1)}`,
      action: "create",
      sentence: "create user alice in developers, ops",
      because: "uid=alice,ou=people,dc=example,dc=com",
      before: null,
      after: { name: "alice", path: "/people/" },
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

describe("explain", () => {
  it.each(["alice", "ALICE@example.com", "uid=alice,ou=people,dc=example,dc=com", keyOf(1)])(
    "finds %s",
    async (name) => {
      await apply();
      const { exitCode, stdout } = await estate.run("explain", name);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/entry +uid=alice,ou=people,dc=example,dc=com \(active\)/);
      expect(stdout).toMatch(/IAM user +alice, by \{uid\}\n/);
      expect(stdout).toMatch(/group +ops, from cn=aws-ops,.* by \^aws-\(\.\+\)\$ → \$1\n/);
      expect(stdout).toMatch(/role +admin in player-dev, player-prod and every account to come\n/);
      expect(stdout).toMatch(/role +developer in player-dev\n/);
      expect(stdout).toContain("May enter ");
    },
  );

  it("says where it stops, as text, JSON and Markdown", async () => {
    expect((await estate.run("explain", "carol")).stdout).toContain("Enters nothing: IAM has no such user yet");
    await apply();
    expect((await estate.run("explain", "carol")).stdout).toContain("Enters nothing: in no group");
    const json = JSON.parse((await estate.run("explain", "carol", "--output", "json")).stdout) as object;
    expect(json).toMatchObject({ kind: "explanation", version: 1, user: { name: "carol", standing: "active" } });
    expect((await estate.run("explain", "carol", "--output", "markdown")).stdout).toContain(
      "**Enters nothing**: in no",
    );
    expect((await estate.run("explain", "alcie")).stdout).toContain("did you mean alice?");
  });
});

describe("users in an account of their own", () => {
  it("are made there, by the role through which accounts are entered", async () => {
    const organizations = new OrganizationsClient({ region: "eu-central-1" });
    await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    const request = { AccountName: "identity", Email: "identity@example.com" };
    const { CreateAccountStatus } = await organizations.send(new CreateAccountCommand(request));
    const poll = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: CreateAccountStatus?.Id });
    await organizations.send(poll);
    const { CreateAccountStatus: made } = await organizations.send(poll);
    const elsewhere = landingZone()
      .replace("  accountEmail", "  identityAccount: identity\n  accountEmail")
      .replace("accounts:\n", `accounts:\n  identity: { id: "${made?.AccountId}", organizationalUnit: Root }\n`);
    await estate.write(elsewhere);
    await apply();
    expect(await plan()).toBe(nothingToDo);
    expect(estate.sandbox.calls()).toContain("sts:AssumeRole");
    expect(await estate.iam()).toMatchObject({ users: [], groups: [], policies: [] });
    const { stdout } = await estate.run("explain", "alice", "--output", "json");
    expect(JSON.parse(stdout)).toMatchObject({ user: { name: "alice", standing: "active" }, stops: null });
  });
});

describe("a file", () => {
  it("without users is told so", async () => {
    await estate.write(landingZone().replace(/^users:[^]*$/m, ""));
    expect(await estate.run("plan")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Users.NotConfigured"),
    });
  });

  it("whose identity account isn't known yet defers everything", async () => {
    const elsewhere = landingZone()
      .replace("  accountEmail", "  identityAccount: identity\n  accountEmail")
      .replace("accounts:\n", "accounts:\n  identity: { organizationalUnit: Root }\n");
    await estate.write(elsewhere);
    expect(await plan()).toContain("users in identity: the account that holds the users has no id yet");
    expect(await estate.run("explain", "alice")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Users.IdentityAccountUnknown"),
    });
  });
});
