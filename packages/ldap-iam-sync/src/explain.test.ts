/** What becomes of one person: the whole way, and each step at which it can end. */

import { describe, expect, it } from "@jest/globals";
import type { Group, Person } from "@bulkhead/directory";
import { wantedUsers } from "./desired.ts";
import { explain, type Explanation } from "./explain.ts";
import { leftTag, type FoundIam } from "./model.ts";
import { planUsers } from "./plan.ts";
import {
  applied,
  disabled,
  emptyIam,
  group,
  known,
  landingZone,
  person,
  readOf,
  today,
} from "./testing/small-world.ts";

const estate = landingZone({ access: "  - { group: players, roles: [readonly], accounts: all }" });
const inner = "cn=video,ou=groups,dc=x";
const staff = [
  person("anna"),
  person("ben"),
  person("cleo", { status: disabled }),
  person("dora", { attributes: { uid: ["dora"] } }),
];
const groups = [
  group("aws-players", [], { members: [{ person: "key-anna", through: [inner] }] }),
  group("aws-idle", ["ben"]),
  group("staff", ["anna", "ben"]),
];

interface Around {
  readonly people?: readonly Person[];
  readonly those?: readonly Group[];
  readonly found?: FoundIam;
  readonly incomplete?: string;
}
const explained = (
  asked: string,
  { people = staff, those = groups, found = synced(), incomplete }: Around = {},
): Explanation => {
  const read = readOf(people, those, incomplete);
  const wanted = wantedUsers(estate, read, known);
  const plan = planUsers(wanted, found, { maxLeavers: "10%", today });
  return explain(asked, { landingZone: estate, read, wanted, found, plan });
};
function synced(people = staff): FoundIam {
  const wanted = wantedUsers(estate, readOf(people, groups), known);
  return applied(emptyIam, planUsers(wanted, emptyIam, { maxLeavers: "10%", today }).changes);
}

it("shows the whole way from the entry to the accounts", () => {
  expect(explained("anna")).toEqual({
    asked: "anna",
    entry: { dn: "uid=anna,ou=people,dc=x", key: "key-anna", state: "active", evidence: "" },
    user: { name: "anna", rule: "{uid}", standing: "active", left: null },
    groups: [
      {
        name: "players",
        dn: "cn=aws-players,ou=groups,dc=x",
        through: [inner],
        rule: "^aws-(.+)$ → $1",
        joined: true,
        roles: [
          { role: "developer", accounts: ["player-dev"], everywhere: false },
          { role: "readonly", accounts: ["identity", "player-dev", "player-prod"], everywhere: true },
        ],
      },
    ],
    pending: [],
    stops: null,
  });
});

it.each(["anna", "ANNA", "key-anna", "UID=anna, OU=people, DC=x", "anna@example.com"])(
  "finds a person by %s",
  (asked) => {
    expect(explained(asked).entry?.key).toBe("key-anna");
  },
);

describe("stops", () => {
  it.each<[string, string, Around, string]>([
    [
      "at nobody, with a near name",
      "ana",
      {},
      "none of the 4 people of the directory has this name; did you mean anna?",
    ],
    ["at nobody in an incomplete read", "zoe", { incomplete: "a referral" }, "wasn't read completely: a referral"],
    [
      "at several",
      "team@x",
      { people: ["anna", "ben"].map((uid) => person(uid, { attributes: { uid: [uid], mail: ["team@x"] } })) },
      "uid=anna,ou=people,dc=x and uid=ben,ou=people,dc=x fit: ask by DN",
    ],
    ["at the status", "cleo", {}, "the entry is disabled: userAccountControl=514 (ACCOUNTDISABLE)"],
    ["at the rules", "dora", {}, "the entry has no mail"],
    ["at IAM", "anna", { found: emptyIam }, "IAM has no such user yet"],
    ["at groups", "ben", { those: [group("staff", ["ben"]), group("aws-players", ["anna"])] }, "in no group"],
    ["at access", "ben", {}, "no rule of access names any of these groups"],
    ["at joining", "ben", { those: [group("aws-players", ["ben"])] }, "not in these groups in IAM yet"],
  ])("%s", (_, asked, around, reason) => {
    expect(explained(asked, around).stops).toContain(reason);
  });

  it("at somebody shut out who is back", () => {
    const found = synced();
    const users = found.users.map((user) => ({ ...user, tags: { ...user.tags, [leftTag]: "2026-11-01" } }));
    expect(explained("anna", { found: { ...found, users } })).toMatchObject({
      user: { standing: "left", left: "2026-11-01" },
      stops: "shut out since 2026-11-01: the next apply lets them in again",
      pending: ["restore anna; a console password has to be given anew"],
    });
  });

  it("at somebody whom only IAM has", () => {
    expect(explained("anna", { people: [person("ben")] })).toMatchObject({
      entry: null,
      user: { name: "anna", standing: "active" },
      pending: ["disable anna: no longer in the directory"],
      stops: "IAM has the user anna, and the directory no such person",
    });
  });
});

it("tells what the next apply does, and what holds it", () => {
  const found = { ...emptyIam, users: [{ name: "Anna", path: "/", tags: {}, groups: [], policies: [] }] };
  const { pending, stops } = explained("anna", { found });
  expect(pending).toEqual([
    expect.stringMatching(/^create user anna in players, which is held: IAM has a user Anna in \//),
  ]);
  expect(stops).toMatch(/^IAM has a user Anna/);
});
