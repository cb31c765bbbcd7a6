/** Who may sign in to a host: access by groups, and the Linux user that an entry makes. */

import { expect, test } from "@jest/globals";
import { wantedHere } from "./desired.ts";
import { lineOf } from "./keys.ts";
import { directory, group, here, landingZone, left, person } from "./testing/example.ts";
import { ed25519, rsa } from "./testing/keys.ts";

const alice = person("alice", { keys: [ed25519(1)] });
const bob = person("bob");

function wanted(
  ssh: string,
  people: readonly ReturnType<typeof person>[],
  groups = [group("developers", people)],
  account = here,
) {
  return wantedHere(landingZone(ssh), account, directory(people, groups));
}

test("somebody in a group with access comes, as the entry says", () => {
  const { people, groups } = wanted('{ uid: "{uidNumber}", shell: "{loginShell}", home: "/data/{login}" }', [
    person("Alice", { keys: [`${ed25519(1)} laptop`], attributes: { uidNumber: ["20042"], loginShell: ["/bin/zsh"] } }),
  ]);
  expect(people).toMatchObject([
    { login: "alice", uid: 20042, shell: "/bin/zsh", home: "/data/alice", groups: ["developers"], sudo: false },
  ]);
  expect(people[0]?.keys.map(lineOf)).toEqual([ed25519(1)]);
  expect(groups).toEqual(["developers"]);
});

test("groups let in where their rules choose the account, and one rule with sudo is enough", () => {
  const groups = [group("developers", [alice]), group("operators", [alice, bob]), group("ads", [bob])];
  const logins = (account: string) =>
    wanted("{}", [alice, bob], groups, account).people.map(({ login, sudo, groups: of }) => [login, sudo, of]);
  expect(logins("shop-dev")).toEqual([
    ["alice", true, ["developers", "operators"]],
    ["bob", true, ["operators"]],
  ]);
  expect(logins("ads-dev")).toEqual([
    ["alice", true, ["operators"]],
    ["bob", true, ["ads", "operators"]],
  ]);
});

test("nobody comes without a group, or when the entry says that they left; a passing lock-out is no leaving", () => {
  const gone = person("gone", { status: left });
  const locked = person("locked", { status: { state: "locked", evidence: "lockoutTime=1" } });
  const { people, outsiders } = wanted("{}", [alice, bob, gone, locked], [group("developers", [gone, locked])]);
  expect(people.map(({ login }) => login)).toEqual(["locked"]);
  expect(outsiders).toEqual([
    { key: "key-alice", dn: "uid=alice,dc=x", reason: "in no group that may sign in to shop-dev", toldToLeave: false },
    { key: "key-bob", dn: "uid=bob,dc=x", reason: "in no group that may sign in to shop-dev", toldToLeave: false },
    { key: "key-gone", dn: "uid=gone,dc=x", reason: "the entry is disabled: nsAccountLock=true", toldToLeave: true },
  ]);
});

test.each([
  ["a login with a slash", "{}", person("../root"), "is no Linux name"],
  ["root", "{}", person("root"), "keeps for itself"],
  ["no login", '{ login: "{mail}" }', person("alice"), "the entry has no {mail}"],
  ["UID 0", '{ uid: "{uidNumber}" }', person("a", { attributes: { uidNumber: ["0"] } }), "isn't in ssh.uidRange"],
  [
    "a UID of the system's",
    '{ uid: "{uidNumber}" }',
    person("a", { attributes: { uidNumber: ["999"] } }),
    "isn't in ssh.uidRange",
  ],
  [
    "a negative UID",
    '{ uid: "{uidNumber}" }',
    person("a", { attributes: { uidNumber: ["-1"] } }),
    "isn't in ssh.uidRange",
  ],
  [
    "a UID that wraps round",
    '{ uid: "{uidNumber}" }',
    person("a", { attributes: { uidNumber: ["4294967296"] } }),
    "isn't in ssh.uidRange",
  ],
  [
    "a UID in words",
    '{ uid: "{uidNumber}" }',
    person("a", { attributes: { uidNumber: ["0x5000"] } }),
    "isn't in ssh.uidRange",
  ],
  ["no UID", '{ uid: "{uidNumber}" }', person("a"), "the entry has no {uidNumber}"],
])("leaves alone who has %s", (_, ssh, somebody, reason) => {
  const { people, unmapped } = wanted(ssh, [somebody]);
  expect(people).toEqual([]);
  expect(unmapped).toEqual([{ key: somebody.key, dn: somebody.dn, reason: expect.stringContaining(reason) }]);
});

test("leaves alone both of two with one login, or one UID", () => {
  const one = { ...person("alice"), key: "1", dn: "cn=1" };
  const two = { ...person("ALICE"), key: "2", dn: "cn=2" };
  expect(wanted("{}", [one, two])).toMatchObject({
    people: [],
    unmapped: [{ reason: expect.stringContaining("the login alice is that of cn=2 too") }, { key: "2" }],
  });
  const uidNumber = ["20001"];
  const both = ["a", "b"].map((uid) => person(uid, { attributes: { uidNumber } }));
  expect(wanted('{ uid: "{uidNumber}" }', both)).toMatchObject({
    people: [],
    unmapped: [{ reason: expect.stringContaining("the UID 20001 is that of uid=b,dc=x too") }, {}],
  });
});

test("a shell that can't stand in the user database is bash", () => {
  const shells = [["/bin/sh -c evil"], ["/bin/../x:0:0"], []].map((loginShell, index) =>
    person(`a${index}`, { attributes: { loginShell } }),
  );
  expect(wanted('{ shell: "{loginShell}" }', shells).people.map(({ shell }) => shell)).toEqual(
    Array(3).fill("/bin/bash"),
  );
});

test("of several values the one that names the entry is the login, in whatever order they come", () => {
  for (const uid of [
    ["zoe", "alice"],
    ["alice", "zoe"],
  ]) {
    const both = { ...person("zoe"), attributes: { uid } };
    expect(wanted("{}", [both]).people.map(({ login }) => login)).toEqual(["zoe"]);
  }
});

test("tells of keys that are refused, and of groups that can't be", () => {
  const carol = person("carol", { keys: [rsa(1024)] });
  const { warnings } = wanted("{}", [carol]);
  expect(warnings).toEqual([
    "ssh.access names the group operators, and no group of the directory comes to that name",
    expect.stringContaining('uid=carol,dc=x: the key "ssh-rsa'),
  ]);
});

test("a read in part, and a rule that no group matches, are told as what they are", () => {
  const read = directory([alice], [group("developers", [alice])], "The connection was lost.");
  expect(wantedHere(landingZone(), here, read).incomplete).toBe("The connection was lost");
  const renamed = { ...group("developers", [alice]), name: "unix-developers" };
  expect(wantedHere(landingZone(), here, directory([alice], [renamed])).incomplete).toBe(
    "none of the directory's groups matches users.groups.name.match",
  );
});
