/** What `explain` says of somebody, at every step that can fail. */

import { expect, test } from "@jest/globals";
import { createStyle } from "@bulkhead/core";
import { wantedHere } from "./desired.ts";
import { explain, type Explanation } from "./explain.ts";
import type { FoundHost } from "./model.ts";
import { planHost } from "./plan.ts";
import { explainResult } from "./render.ts";
import { directory, freshHost, group, here, landingZone, left, person } from "./testing/example.ts";
import { ed25519, rsa } from "./testing/keys.ts";
import { applied } from "./testing/model-host.ts";

const zone = landingZone();
const alice = person("alice", { keys: [ed25519(1), rsa(1024)], attributes: { mail: ["alice@example.com"] } });
const people = [
  alice,
  person("gone", { keys: [ed25519(2)], status: left }),
  person("outside", { keys: [ed25519(3)] }),
  person("keyless"),
  person("root", { keys: [ed25519(4)] }),
];
const members = people.filter(({ key }) => key !== "key-outside");
const read = directory(people, [group("developers", members), group("operators", [alice])]);
const today = "2026-11-22";

function asked(name: string, host: FoundHost = freshHost, from = read): Explanation {
  const wanted = wantedHere(zone, here, from);
  const plan = planHost(wanted, host, { maxLeavers: "10%", today });
  return explain(name, { landingZone: zone, read: from, wanted, found: host, plan });
}

const wanted = wantedHere(zone, here, read);
const synced = applied(freshHost, planHost(wanted, freshHost, { maxLeavers: "10%", today }).changes, wanted);

test.each(["alice", "ALICE", "alice@example.com", "uid=alice, dc=x", "key-alice"])(
  "finds somebody by %s, who may sign in",
  (name) => {
    expect(asked(name, synced)).toEqual({
      asked: name,
      account: "shop-dev",
      entry: { dn: "uid=alice,dc=x", key: "key-alice", state: "active", evidence: "" },
      groups: [
        { name: "developers", dn: "cn=linux-developers,dc=x", through: [], rules: [0] },
        { name: "operators", dn: "cn=linux-operators,dc=x", through: [], rules: [1] },
      ],
      login: "alice",
      sudo: true,
      keys: [
        { fingerprint: expect.stringMatching(/^ssh-ed25519 SHA256:/) },
        { value: expect.stringMatching(/^ssh-rsa /), refused: expect.stringContaining("RSA key of 1024 bits") },
      ],
      user: { login: "alice", uid: 20000, locked: false, left: null, keys: 1 },
      pending: [],
      stops: null,
    });
  },
);

test.each([
  ["alice", "the host has no such user yet: the next sync makes it"],
  ["gone", "the entry is disabled: nsAccountLock=true"],
  ["outside", "in no group that ssh.access lets in to shop-dev"],
  ["keyless", "the entry has no sshPublicKey that can be taken"],
  ["root", 'the login "root" is a name that the system keeps for itself'],
  ["alise", "none of the 5 people of the directory has this name; did you mean alice?"],
  [
    "ec2-user",
    "ec2-user is a user of the host that isn't Bulkhead's; none of the 5 people of the directory has this name",
  ],
])("says why %s can't sign in", (name, reason) => {
  expect(asked(name).stops).toBe(reason);
});

test("says what stands between the directory and the host", () => {
  const taken: FoundHost = { ...freshHost, users: new Map([...freshHost.users, ["alice", 1001]]) };
  expect(asked("alice", taken).stops).toBe("the host has a user alice that isn't Bulkhead's for this person");
  const nobody = directory([people[2]!], [group("developers", []), group("operators", [])]);
  expect(asked("alice", synced, nobody)).toMatchObject({
    entry: null,
    user: { login: "alice" },
    pending: [expect.stringContaining("shut alice out")],
    stops: "the host has the user alice, and the directory no such person",
  });
});

test("says that somebody who shouldn't still gets in, while that is held back", () => {
  const nobody = directory([people[2]!], [group("developers", []), group("operators", [])]);
  const { text } = explainResult(asked("alice", synced, nobody), null);
  expect(text?.(createStyle(false))).toContain("Still gets in to shop-dev as alice: the host has the user alice");
});

test("as text, and without control characters", () => {
  const { text, markdown } = explainResult({ ...asked("alice", synced), asked: "alice\u001b[31m" }, null);
  const shown = text?.(createStyle(false)) ?? "";
  expect(shown).not.toContain("\u001b");
  expect(shown).toContain("by ssh.access[0]");
  expect(shown.endsWith("May sign in to shop-dev as alice.")).toBe(true);
  expect(markdown?.()).toContain("**May sign in to shop-dev as alice.**");
});
