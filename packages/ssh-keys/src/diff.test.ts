/** Every row of the decision table of diff.ts. */

import { expect, test } from "@jest/globals";
import { lossesOf } from "@bulkhead/plan";
import { wantedHere } from "./desired.ts";
import { diffHost } from "./diff.ts";
import type { FoundHost, Wanted } from "./model.ts";
import { planClosing, planHost } from "./plan.ts";
import { directory, freshHost, group, here, landingZone, left, person } from "./testing/example.ts";
import { ed25519 } from "./testing/keys.ts";
import { applied } from "./testing/model-host.ts";

const today = "2026-11-22";
const zone = landingZone('{ uidRange: [20000, 20005], shell: "{loginShell}" }');
const alice = person("alice", { keys: [ed25519(1)] });
const bob = person("bob", { keys: [ed25519(2)] });

function wants(people: readonly ReturnType<typeof person>[], members = people, sudo = false): Wanted {
  return wantedHere(
    zone,
    here,
    directory(people, [group("developers", members), group("operators", sudo ? members : [])]),
  );
}

/** The host after a sync with these people. */
function hostWith(wanted: Wanted, from: FoundHost = freshHost): FoundHost {
  return applied(from, diffHost(wanted, from, today).changes, wanted);
}

const withBoth = hostWith(wants([alice, bob]));

function sentences(wanted: Wanted, host: FoundHost, day = today): readonly string[] {
  return diffHost(wanted, host, day).changes.map(({ sentence }) => sentence);
}

test("wanted, and not there: made, after its group, with the lowest number that is free", () => {
  const host: FoundHost = { ...freshHost, users: new Map([...freshHost.users, ["other", 20000]]) };
  const { changes } = diffHost(wants([alice], [alice], true), host, today);
  expect(changes.map(({ sentence }) => sentence)).toEqual([
    "make the group bulkhead-people",
    "make the group developers",
    "make the group operators",
    "make the user alice with 1 key, who may become root",
    "make /etc/ssh/bulkhead/revoked_keys",
  ]);
  expect(changes[3]).toMatchObject({
    id: "shop-dev/host/linux-user/key-alice",
    dependsOn: ["shop-dev/host/linux-group/developers", "shop-dev/host/linux-group/operators"],
    after: {
      login: "alice",
      uid: 20001,
      home: "/home/alice",
      groups: { developers: true, operators: true },
      sudo: true,
    },
  });
});

test("wanted, and the login is another's: held", () => {
  const host: FoundHost = { ...freshHost, users: new Map([...freshHost.users, ["alice", 1001]]) };
  const { held, changes } = planHost(wants([alice]), host, { maxLeavers: "10%", today });
  expect(held).toMatchObject([
    { reason: "the host has a user alice that isn't Bulkhead's for this person", approvable: false },
  ]);
  expect(changes.filter(({ kind }) => kind === "linux-user")).toEqual([]);
});

test("wanted, and the UID is another's, or was: held", () => {
  const uid = landingZone('{ uid: "{uidNumber}" }');
  const someone = person("carol", { attributes: { uidNumber: ["20001"] } });
  const wanted = wantedHere(uid, here, directory([someone], [group("developers", [someone])]));
  const inUse: FoundHost = { ...freshHost, users: new Map([["other", 20001]]) };
  const given: FoundHost = {
    ...freshHost,
    state: { people: { "key-x": { login: "xaver" as never, uid: 20001, left: today } }, groups: {} },
  };
  for (const [host, holder] of [
    [inUse, "other"],
    [given, "xaver"],
  ] as const) {
    const { held } = planHost(wanted, host, { maxLeavers: "10%", today });
    expect(held).toMatchObject([
      { reason: `the number 20001 is or was that of ${holder}, and files would change their owner` },
    ]);
  }
});

test("no number is left: held", () => {
  const many = Array.from({ length: 7 }, (_, index) => person(`user${index}`));
  const { held } = planHost(wants(many), freshHost, { maxLeavers: "10%", today });
  expect(held).toMatchObject([{ reason: "all numbers of ssh.uidRange, 20000 to 20005, are used up" }]);
});

test("somebody who comes back after being removed gets the old number", () => {
  const uid = withBoth.state.people["key-bob"]?.uid;
  const out = hostWith(wants([alice, bob], [alice]), withBoth);
  const removed = applied(out, diffHost(wants([alice]), out, "2027-01-01").changes, wants([alice]));
  expect(removed.people.map(({ login }) => login)).toEqual(["alice"]);
  const [change] = diffHost(wants([alice, bob]), removed, "2027-01-02").changes;
  expect(change).toMatchObject({ action: "create", after: { login: "bob", uid } });
});

test("ours, and as wanted: nothing", () => {
  expect(sentences(wants([alice, bob]), withBoth)).toEqual([]);
});

test("ours, and otherwise: what differs, and the UID stays", () => {
  const other = person("alice", { keys: [ed25519(3)], attributes: { loginShell: ["/bin/zsh"] } });
  const { changes } = diffHost(wants([other, bob], [other, bob], true), withBoth, today);
  expect(changes.find(({ id }) => id.endsWith("key-alice"))).toMatchObject({
    sentence: "change alice: shell, groups, may become root, 1 key",
    before: { shell: "/bin/bash", sudo: false },
    after: { shell: "/bin/zsh", sudo: true, groups: { developers: true, operators: true } },
  });
  const numbered = { ...wants([alice, bob]), people: wants([alice, bob]).people.map((it) => ({ ...it, uid: 20005 })) };
  const { changes: none, warnings } = diffHost(numbered, withBoth, today);
  expect(none).toEqual([]);
  expect(warnings).toContain(
    "alice keeps the UID 20000, although the directory says 20005: files would lose their owner",
  );
});

test("another login: renamed, unless somebody has it", () => {
  const anna = { ...alice, attributes: { ...alice.attributes, uid: ["anna"] } };
  expect(sentences(wants([anna, bob]), withBoth)).toEqual(["rename alice to anna"]);
  const exchanged = [
    { ...alice, attributes: { ...alice.attributes, uid: ["bob"] } },
    { ...bob, attributes: { ...bob.attributes, uid: ["alice"] } },
  ];
  const { changes, warnings } = diffHost(wants(exchanged), withBoth, today);
  expect(changes).toEqual([]);
  expect(warnings).toContain("alice keeps that login, as bob is another user's");
});

test("a login that is given up goes to the next in the same sync", () => {
  const anna = { ...alice, attributes: { ...alice.attributes, uid: ["anna"] } };
  const newAlice = { ...person("alice"), key: "key-new" };
  expect(sentences(wants([anna, bob, newAlice]), withBoth)).toEqual([
    "rename alice to anna",
    "make the user alice with 0 keys",
  ]);
});

test.each([
  ["disabled", wants([alice, { ...bob, status: left }]), "uid=bob,dc=x: the entry is disabled: nsAccountLock=true", 0],
  ["in no group any more", wants([alice, bob], [alice]), "uid=bob,dc=x: in no group that may sign in to shop-dev", 1],
  ["gone from the directory", wants([alice]), "the directory has no such entry any more", 1],
])("%s: shut out; after the days of grace, removed", (_, wanted, because, losses) => {
  const { changes } = diffHost(wanted, withBoth, today);
  expect(changes).toMatchObject([
    {
      sentence: "shut bob out",
      because,
      after: { locked: true, left: today, sudo: false, groups: { developers: false }, keys: expect.anything() },
    },
  ]);
  expect(changes.map(lossesOf)).toEqual([losses]);
  const out = applied(withBoth, changes, wanted);
  expect(out.people.find(({ login }) => login === "bob")).toMatchObject({ keyFile: null, locked: true, groups: [] });
  expect(sentences(wanted, out)).toEqual([]);
  expect(sentences(wanted, out, "2026-12-21")).toEqual([]);
  const later = diffHost(wanted, out, "2026-12-22").changes;
  expect(later).toMatchObject([
    { action: "delete", sentence: "remove the user bob, who left on 2026-11-22; the home stays" },
  ]);
  expect(later.map(lossesOf)).toEqual([0]);
});

test("shut out, and wanted again: let in", () => {
  const out = hostWith(wants([alice]), withBoth);
  expect(sentences(wants([alice, bob]), out)).toEqual(["let bob in again with 1 key"]);
  expect(
    sentences(
      wants([alice, bob]),
      applied(out, diffHost(wants([alice, bob]), out, today).changes, wants([alice, bob])),
    ),
  ).toEqual([]);
});

test("a leaver's key that is root's as well is told of", () => {
  const { warnings } = diffHost(wants([alice]), { ...withBoth, rootKeys: new Set([ed25519(2)]) }, today);
  expect(warnings).toContain("bob leaves with a key that is root's too: take it out of root's authorized_keys");
});

test("what a leaver got back by hand is taken again", () => {
  const out = hostWith(wants([alice]), withBoth);
  const helped: FoundHost = {
    ...out,
    people: out.people.map((it) =>
      it.login === "bob" ? { ...it, locked: false, keyFile: { lines: [ed25519(2)], intact: true } } : it,
    ),
  };
  expect(sentences(wants([alice]), helped)).toEqual(["shut bob out"]);
});

test("unmapped: left alone, with a warning", () => {
  const broken = { ...bob, attributes: { ...bob.attributes, uid: ["root"] } };
  const { changes, warnings } = diffHost(wants([alice, broken]), withBoth, today);
  expect(changes).toEqual([]);
  expect(warnings.join()).toContain(
    'uid=bob,dc=x is left alone: the login "root" is a name that the system keeps for itself',
  );
});

test("a read in part changes nothing, whatever it shows", () => {
  const read = directory([alice], [group("developers", [])], "The connection was lost.");
  const { changes, warnings } = diffHost(wantedHere(zone, here, read), withBoth, today);
  expect(changes).toEqual([]);
  expect(warnings[0]).toBe(
    "The directory wasn't read completely, so everything stays as it is: The connection was lost",
  );
});

test("more leavers at once than the ceiling are held, and who is told to leave isn't among them", () => {
  const many = Array.from({ length: 5 }, (_, index) => person(`user${index}`, { keys: [ed25519(index)] }));
  const host = hostWith(wants(many));
  const told = wants(many.map((it) => ({ ...it, status: left })));
  expect(planHost(told, host, { maxLeavers: "10%", today }).held).toEqual([]);
  const emptied = planHost(wants([]), host, { maxLeavers: "10%", today });
  expect(emptied.held.map(({ reason }) => reason)).toEqual(
    Array(5).fill("5 removals at once pass the ceiling of 10 % of 5"),
  );
  expect(emptied.changes).toEqual([]);
  const keyless = wants(many.map((it) => ({ ...it, attributes: { uid: it.attributes["uid"] ?? [] } })));
  expect(planHost(keyless, host, { maxLeavers: "10%", today }).held).toHaveLength(5);
  expect(planHost(wants(many.slice(1)), host, { maxLeavers: "10%", today }).changes).toHaveLength(1);
});

test("keys that vanish one person after the other meet the ceiling too", () => {
  const many = [1, 2, 3].map((number) => person(`user${number}`, { keys: [ed25519(number)] }));
  const host = hostWith(wants(many));
  const [first, ...people] = host.people.map((it, index) => (index === 0 ? { ...it, keyFile: null } : it));
  const key = String(first?.key);
  const record = { ...host.state.people[key]!, keysLost: today };
  const lost: FoundHost = {
    ...host,
    people: [first!, ...people],
    state: { ...host.state, people: { ...host.state.people, [key]: record } },
  };
  const keyless = wants([person("user1"), person("user2"), ...many.slice(2)]);
  expect(planHost(keyless, lost, { maxLeavers: "10%", today }).held).toHaveLength(1);
  expect(planHost(keyless, lost, { maxLeavers: "10%", today: "2026-11-23" }).held).toEqual([]);
});

test("a group with the name of something that every object has is a group like others", () => {
  const wanted = { ...wants([alice]), groups: ["constructor"] };
  const made = diffHost(wanted, freshHost, today).changes.map(({ sentence }) => sentence);
  expect(made).toContain("make the group constructor");
});

test("a directory that is emptied entry by entry meets the ceiling too", () => {
  const many = Array.from({ length: 20 }, (_, index) => person(`user${index}`));
  let host = hostWith(wants(many));
  for (const gone of [1, 2]) {
    const { changes } = planHost(wants(many.slice(gone)), host, { maxLeavers: "10%", today });
    host = applied(host, changes, wants(many.slice(gone)));
  }
  expect(planHost(wants(many.slice(3)), host, { maxLeavers: "10%", today })).toMatchObject({
    changes: [],
    held: [{ reason: "1 removals at once pass the ceiling of 0, as 2 were let go today already", approvable: true }],
  });
  expect(planHost(wants(many.slice(3)), host, { maxLeavers: "10%", today: "2026-11-23" }).held).toEqual([]);
  expect(planHost(wants(many.slice(3)), host, { maxLeavers: 3, today }).held).toEqual([]);
  expect(planHost(wants(many.slice(3)), host, { maxLeavers: 2, today }).held).toHaveLength(1);
});

test("a group whose name another's has is left alone, and its people come without it", () => {
  const host: FoundHost = {
    ...freshHost,
    groups: new Map([...freshHost.groups, ["developers", { gid: 5000, members: ["ec2-user"] }]]),
  };
  const { changes, warnings } = diffHost(wants([alice]), host, today);
  expect(changes.map(({ sentence }) => sentence)).not.toContain("make the group developers");
  expect(changes.find(({ kind }) => kind === "linux-user")).toMatchObject({ after: { groups: {} } });
  expect(warnings).toContain(
    "the host has a group developers that isn't Bulkhead's: its people come without the group developers",
  );
});

test("a group that nobody needs goes, unless somebody else is in it", () => {
  const elsewhere = wantedHere(zone, "ads-dev", directory([alice], [group("ads", []), group("developers", [alice])]));
  const host = hostWith(wants([]));
  expect(sentences(elsewhere, host)).toEqual([
    "make the group ads",
    "remove the group developers",
    "remove the group operators",
  ]);
  const used: FoundHost = {
    ...host,
    groups: new Map([...host.groups, ["developers", { gid: 20000, members: ["ec2-user"] }]]),
  };
  const { changes, warnings } = diffHost(elsewhere, used, today);
  expect(changes.map(({ sentence }) => sentence)).not.toContain("remove the group developers");
  expect(warnings).toContain("the group developers isn't needed any more, and stays for ec2-user");
});

test("what somebody else changed is put right", () => {
  const root = hostWith(wants([alice, bob], [alice, bob], true));
  const changedByHand: FoundHost = {
    ...root,
    strayKeyFiles: ["root"],
    sudoRules: { lines: ["mallory ALL=(ALL:ALL) NOPASSWD: ALL", ...(root.sudoRules?.lines ?? [])], intact: true },
    revokedKeys: null,
    people: root.people.map((it) => ({
      ...it,
      keyFile: { lines: [...(it.keyFile?.lines ?? []), ed25519(9)], intact: false },
    })),
  };
  expect(sentences(wants([alice, bob], [alice, bob], true), changedByHand)).toEqual([
    "change alice: 1 key",
    "change bob: 1 key",
    "put /etc/sudoers.d/bulkhead right, which somebody else changed",
    "make /etc/ssh/bulkhead/revoked_keys",
    "remove the key file \"root\", which is nobody's of Bulkhead's",
  ]);
});

test("closing takes everybody's keys and nothing else, and the next read gives them back", () => {
  const { changes, held } = planClosing(here, withBoth, "silent for a day");
  expect(held).toEqual([]);
  expect(changes.map(({ sentence, because }) => [sentence, because])).toEqual([
    ["close alice while the directory is silent", "silent for a day"],
    ["close bob while the directory is silent", "silent for a day"],
  ]);
  const closed: FoundHost = { ...withBoth, people: withBoth.people.map((it) => ({ ...it, keyFile: null })) };
  expect(planClosing(here, closed, "silent for a day").changes).toEqual([]);
  expect(sentences(wants([alice, bob]), closed)).toEqual(["change alice: 1 key", "change bob: 1 key"]);
});
