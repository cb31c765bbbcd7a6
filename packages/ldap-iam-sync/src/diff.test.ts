/** The decision table of diff.ts, line by line, with the sentences that people read. */

import { describe, expect, it } from "@jest/globals";
import type { Group, Person } from "@bulkhead/directory";
import { lossesOf, type Change } from "@bulkhead/plan";
import { wantedUsers } from "./desired.ts";
import { diffUsers, type Difference } from "./diff.ts";
import {
  keysTag,
  leaverPolicy,
  leftTag,
  personTag,
  selfServicePolicy,
  type FoundIam,
  type FoundUser,
} from "./model.ts";
import {
  applied,
  disabled,
  emptyIam,
  foreignUser,
  group,
  known,
  landingZone,
  path,
  person,
  policyArn,
  readOf,
  today,
} from "./testing/small-world.ts";

interface Directory {
  readonly people?: readonly Person[];
  readonly groups?: readonly Group[];
  readonly users?: string;
  readonly incomplete?: string;
  readonly idOf?: (name: string) => string | undefined;
}
const staff = [person("anna"), person("ben")];
const groups = [group("aws-ops", ["anna"]), group("aws-players", ["ben"])];

const diff = (found: FoundIam, directory: Directory = {}, day = today): Difference => {
  const { people = staff, groups: those = groups, users = "", incomplete, idOf = known.idOf } = directory;
  return diffUsers(wantedUsers(landingZone({ users }), readOf(people, those, incomplete), { idOf }), found, day);
};
const sentences = ({ changes }: Difference): string[] => changes.map(({ sentence }) => sentence);
/** The sentences of what can't be done, with the reasons. */
const held = ({ changes, impossible }: Difference): string[] =>
  changes.flatMap(({ id, sentence }) => (impossible.has(id) ? [`${sentence}: ${impossible.get(id)}`] : []));
const only = ({ changes }: Difference): Change => {
  expect(changes).toHaveLength(1);
  return changes[0] as Change;
};

/** IAM after a first sync of `staff` and `groups`. */
const synced = applied(emptyIam, diff(emptyIam).changes);
const withUser = (name: string, more: (user: FoundUser) => Partial<FoundUser>): FoundIam => ({
  ...synced,
  users: synced.users.map((user) => (user.name === name ? { ...user, ...more(user) } : user)),
});
const left = (name: string, day: string): FoundIam =>
  withUser(name, ({ tags, policies }) => ({
    tags: { ...tags, [leftTag]: day },
    policies: [...policies, policyArn(leaverPolicy)],
  }));

describe("from nothing", () => {
  it("everything is created, in an order that can be carried out", () => {
    const result = diff(emptyIam);
    expect(sentences(result)).toEqual([
      "create policy bulkhead-access-ops-1",
      "create policy bulkhead-access-players-1",
      "create policy bulkhead-left",
      "create policy bulkhead-self-service",
      "create group ops",
      "create group players",
      "create user anna in ops",
      "create user ben in players",
    ]);
    expect(result.changes.find(({ sentence }) => sentence.startsWith("create user anna"))).toMatchObject({
      id: "identity/global/user/key-anna",
      because: "uid=anna,ou=people,dc=x",
      dependsOn: ["identity/global/group/ops", "identity/global/policy/bulkhead-self-service"],
      after: {
        name: "anna",
        path,
        tags: { Email: "anna@example.com", [personTag]: "key-anna" },
        groups: { ops: true },
        selfService: true,
        denied: false,
        left: null,
      },
    });
  });

  it("nothing is left to do after that", () => {
    expect(diff(synced)).toMatchObject({ changes: [], unmanaged: [], warnings: [], active: 2 });
  });
});

describe("a person", () => {
  it.each<[string, FoundIam, Directory, string]>([
    [
      "renamed, moved to another group and tagged anew",
      synced,
      {
        people: [person("anna", { attributes: { uid: ["annika"], mail: ["annika@example.com"] } }), person("ben")],
        groups: [group("aws-ops"), group("aws-players", ["anna", "ben"])],
      },
      "rename anna to annika, join players, leave ops, tag Email",
    ],
    ["in one group more", synced, { groups: [group("aws-ops", ["anna", "ben"]), groups[1] as Group] }, "ben: join ops"],
    [
      "whose tag was changed by hand",
      withUser("anna", ({ tags }) => ({ tags: { ...tags, Email: "x" } })),
      {},
      "anna: tag Email",
    ],
    [
      "without the self-service policy",
      withUser("anna", () => ({ policies: [] })),
      {},
      "anna: look after their own password, MFA and keys",
    ],
    [
      "disabled",
      synced,
      { people: [person("anna", { status: disabled }), person("ben")] },
      `disable anna: ${disabled.evidence}`,
    ],
    ["gone", synced, { people: [person("ben")] }, "disable anna: no longer in the directory"],
    [
      "shut out in half, and gone",
      withUser("anna", ({ policies }) => ({ policies: [...policies, policyArn(leaverPolicy)] })),
      { people: [person("ben")] },
      "disable anna: no longer in the directory",
    ],
    [
      "shut out in half, and back",
      withUser("anna", ({ policies }) => ({ policies: [...policies, policyArn(leaverPolicy)] })),
      {},
      "restore anna; a console password has to be given anew",
    ],
    [
      "whose keys alone were closed, and back",
      withUser("anna", ({ tags }) => ({ tags: { ...tags, [keysTag]: "AKIA1" } })),
      {},
      "restore anna; a console password has to be given anew",
    ],
    [
      "back in time, in another group",
      left("anna", "2026-11-01"),
      { groups: [group("aws-ops"), group("aws-players", ["anna", "ben"])] },
      "restore anna, join players, leave ops; a console password has to be given anew",
    ],
    [
      "locked after leaving",
      left("anna", "2026-11-01"),
      { people: [person("anna", { status: { state: "locked", evidence: "lockoutTime=1" } }), person("ben")] },
      "restore anna; a console password has to be given anew",
    ],
    [
      "gone when the days of grace are over",
      left("anna", "2026-10-23"),
      { people: [person("ben")] },
      "delete user anna: left on 2026-10-23, no longer in the directory",
    ],
    [
      "disabled when they are over",
      left("anna", "2026-10-23"),
      { people: [person("anna", { status: disabled }), person("ben")] },
      `delete user anna: left on 2026-10-23, ${disabled.evidence}`,
    ],
    [
      "shut out, whose policy was taken off by hand",
      withUser("anna", ({ tags }) => ({ tags: { ...tags, [leftTag]: "2026-11-01" } })),
      { people: [person("ben")] },
      "disable anna: no longer in the directory",
    ],
    [
      "shut out on a day that is none",
      left("anna", "soon"),
      { people: [person("ben")] },
      "disable anna: no longer in the directory",
    ],
  ])("%s", (_, found, directory, sentence) => {
    const result = diff(found, directory);
    expect(only(result).sentence).toBe(sentence);
    expect(held(result)).toEqual([]);
  });

  it.each<[string, FoundIam, Directory]>([
    ["locked", synced, { people: [person("anna", { status: { state: "locked", evidence: "x" } }), person("ben")] }],
    ["shut out, within the days of grace", left("anna", "2026-10-24"), { people: [person("ben")] }],
    ["shut out today", left("anna", today), { people: [person("ben")] }],
    [
      "spelled otherwise",
      synced,
      { people: [person("anna", { attributes: { uid: ["Anna"], mail: ["anna@example.com"] } }), person("ben")] },
    ],
    ["disabled and not in IAM", synced, { people: [...staff, person("cleo", { status: disabled })] }],
    ["in a group by hand", withUser("anna", () => ({ groups: ["ops", "by-hand"] })), {}],
    [
      "with tags and policies given by hand",
      withUser("anna", ({ tags, policies }) => ({
        tags: { ...tags, Own: "1" },
        policies: [...policies, "arn:aws:iam::aws:policy/Mine"],
      })),
      {},
    ],
  ])("%s is left as they are", (_, found, directory) => {
    expect(sentences(diff(found, directory))).toEqual([]);
  });

  it("who can't be mapped is left alone whatever they are in IAM, with a warning", () => {
    const people = [person("anna", { attributes: { uid: ["anna"] } }), person("ben")];
    for (const found of [synced, left("anna", "2026-01-01")]) {
      const result = diff(found, { people });
      expect(sentences(result)).toEqual([]);
      expect(result.warnings).toEqual([expect.stringMatching(/^uid=anna,ou=people,dc=x is left alone: .*no mail/)]);
    }
  });

  it("whose tag stands on two users is left alone, with a warning", () => {
    const copy = { ...(synced.users.find(({ name }) => name === "anna") as FoundUser), name: "copy" };
    const result = diff({ ...synced, users: [...synced.users, copy] }, { people: [person("ben")] });
    expect(sentences(result)).toEqual([]);
    expect(result.warnings).toEqual([expect.stringContaining("anna, copy all carry bulkhead:person=key-anna")]);
    expect(result.unmanaged.map(({ sentence }) => sentence)).toEqual([
      "user anna in /people/, with the same bulkhead:person as another",
      "user copy in /people/, with the same bulkhead:person as another",
    ]);
  });

  it("who leaves needs only what stays the same until the end", () => {
    const shutOut = only(diff(synced, { people: [person("ben")] }));
    expect(shutOut).toMatchObject({
      dependsOn: ["identity/global/policy/bulkhead-left"],
      because: "the directory has nobody with the key key-anna",
    });
    const lasting = { name: "anna", path, tags: { [personTag]: "key-anna" } };
    expect(shutOut.before).toEqual({ ...lasting, denied: false, left: null });
    expect(shutOut.after).toEqual({ ...lasting, denied: true, left: today });
    const gone = only(diff(left("anna", "2026-01-01"), { people: [person("ben")] }));
    expect(gone.before).toEqual({ ...lasting, left: "2026-01-01" });
  });
});

describe("users that aren't ours", () => {
  it("are listed where they look like ours, and never changed", () => {
    const users = [
      ...synced.users,
      foreignUser("robot", { path }),
      foreignUser("moved", { tags: { [personTag]: "key-x" } }),
      foreignUser("root-like"),
    ];
    const result = diff({ ...synced, users });
    expect(sentences(result)).toEqual([]);
    expect(result.unmanaged.map(({ sentence }) => sentence)).toEqual([
      "user robot in /people/, without the tag bulkhead:person",
      "user moved with the tag bulkhead:person, in / and not in /people/",
    ]);
  });

  it("are adopted on request by one update", () => {
    const found = {
      ...emptyIam,
      ...synced,
      users: [foreignUser("Anna", { tags: { Old: "1" } }), ...synced.users.slice(1)],
    };
    const change = only(diff(found, { users: "  adopt: name" }));
    expect(change.sentence).toBe(
      "adopt Anna (by name), join ops, tag Email, look after their own password, MFA and keys; its ARN becomes …/people/Anna",
    );
    expect(change).toMatchObject({ action: "update", before: { name: "Anna", path: "/", tags: {} } });
  });

  it("are adopted by tag and renamed", () => {
    const found = {
      ...synced,
      users: [foreignUser("a.old", { tags: { Mail: "anna@example.com" } }), ...synced.users.slice(1)],
    };
    expect(only(diff(found, { users: '  adopt: { tag: Mail, value: "{mail}" }' })).sentence).toMatch(
      /^adopt a\.old \(by tag Mail\), rename a\.old to anna, join ops, .*; its ARN becomes …\/people\/anna$/,
    );
  });

  it("hold a create that can't be decided", () => {
    const tags = { Mail: "anna@example.com" };
    const found = {
      ...synced,
      users: [foreignUser("a", { tags }), foreignUser("b", { tags }), ...synced.users.slice(1)],
    };
    expect(held(diff(found, { users: '  adopt: { tag: Mail, value: "{mail}" }' }))).toEqual([
      expect.stringMatching(/^create user anna in ops: a, b would fit/),
    ]);
  });
});

describe("a name that somebody has", () => {
  const renamed = (uid: string, name: string): Person =>
    person(uid, { attributes: { uid: [name], mail: [`${uid}@example.com`] } });

  it.each<[string, FoundIam, Directory, string]>([
    [
      "a user that isn't ours, spelled otherwise",
      { ...synced, users: [...synced.users, foreignUser("CLEO")] },
      { people: [...staff, person("cleo")] },
      "create user cleo: IAM has a user CLEO in / that isn't Bulkhead's: take it over with users.adopt",
    ],
    [
      "somebody who left",
      left("anna", "2026-11-01"),
      { people: [person("anna", { key: "key-new" }), person("ben")] },
      "create user anna: anna is the user of somebody who left on 2026-11-01",
    ],
    [
      "somebody who is leaving",
      synced,
      { people: [person("anna", { key: "key-new" }), person("ben")] },
      "create user anna: anna is the user of the person with the key key-anna",
    ],
    [
      "somebody who can't be mapped",
      synced,
      { people: [person("anna", { attributes: {} }), renamed("ben", "anna")] },
      "rename ben to anna: anna is the user of the person with the key key-anna",
    ],
  ])("of %s holds the change", (_, found, directory, reason) => {
    expect(held(diff(found, directory))).toEqual([expect.stringContaining(reason)]);
  });

  it("becomes free first where its holder is renamed or deleted", () => {
    const round = diff(synced, { people: [renamed("anna", "cleo"), renamed("ben", "anna")] });
    expect(held(round)).toEqual([]);
    expect(
      round.changes.map(({ sentence, dependsOn }) => [sentence, dependsOn.includes("identity/global/user/key-anna")]),
    ).toEqual([
      ["rename anna to cleo", false],
      ["rename ben to anna", true],
    ]);
    const deleted = diff(left("anna", "2026-01-01"), { people: [renamed("ben", "anna")] });
    expect(deleted.changes.find(({ action }) => action === "update")?.dependsOn).toContain(
      "identity/global/user/key-anna",
    );
  });

  it("can't be exchanged for another's", () => {
    const result = diff(synced, { people: [renamed("anna", "ben"), renamed("ben", "anna")] });
    expect(held(result)).toEqual([
      "rename anna to ben: anna and ben exchange names: give one of them another name first",
      "rename ben to anna: anna and ben exchange names: give one of them another name first",
    ]);
    expect(result.changes.every(({ dependsOn }) => dependsOn.every((id) => !id.includes("/user/")))).toBe(true);
  });
});

describe("groups", () => {
  it("that are gone are deleted with their policies, and their members don't leave one by one", () => {
    const result = diff(synced, { groups: [group("aws-ops", ["anna"])] });
    expect(result.changes.map(({ sentence, dependsOn }) => [sentence, dependsOn])).toEqual([
      ["delete policy bulkhead-access-players-1", ["identity/global/group/players"]],
      ["delete group players, which has 1 member", []],
    ]);
    expect(result.changes.map(lossesOf)).toEqual([0, 1]);
  });

  it("that are gone take something from all their members, and so do those that are empty now", () => {
    const people = ["anna", "ben", "cleo", "dora"].map((uid) => person(uid));
    const crowded = [group("aws-ops", ["anna", "ben", "cleo"]), group("aws-players", ["ben", "dora"])];
    const found = applied(emptyIam, diff(emptyIam, { people, groups: crowded }).changes);
    const losses = (those: readonly Group[]): string[] =>
      diff(found, { people, groups: those })
        .changes.filter((change) => lossesOf(change) > 0)
        .map((change) => `${change.sentence}: ${lossesOf(change)}`);
    expect(losses(crowded.slice(1))).toEqual(["delete group ops, which has 3 members: 3"]);
    // As when the reader may no longer read the attribute `member`.
    expect(losses([group("aws-ops"), group("aws-players")])).toEqual([
      "anna: leave ops: 1",
      "ben: leave ops, players: 1",
      "cleo: leave ops: 1",
      "dora: leave players: 1",
    ]);
    expect(losses([group("aws-ops", ["cleo"]), group("aws-players", ["ben", "dora"])])).toEqual([]);
  });

  it.each<[string, FoundIam, string]>([
    [
      "somebody else's user",
      { ...synced, users: [...synced.users, foreignUser("robot", { groups: ["players"] })] },
      "robot",
    ],
    [
      "a policy given by hand",
      {
        ...synced,
        groups: synced.groups.map((it) => ({
          ...it,
          policies: [...it.policies, "arn:aws:iam::aws:policy/ReadOnlyAccess"],
        })),
      },
      "arn:aws:iam::aws:policy/ReadOnlyAccess",
    ],
    [
      "an inline policy",
      { ...synced, groups: synced.groups.map((it) => ({ ...it, inlinePolicies: ["by-hand"] })) },
      "by-hand",
    ],
  ])("that are gone and hold %s are held", (_, found, what) => {
    expect(held(diff(found, { groups: [group("aws-ops", ["anna"])] }))).toEqual([
      `delete group players, which has ${found === synced ? 1 : found.users.length - 1} ${found.users.length > 2 ? "members" : "member"}: it holds what isn't Bulkhead's: ${what}`,
    ]);
  });

  it("that are gone wait for members who are adopted on the way", () => {
    const users = synced.users.map((user) => (user.name === "ben" ? { ...user, tags: {} } : user));
    const result = diff({ ...synced, users }, { groups: [group("aws-ops", ["anna"])], users: "  adopt: name" });
    expect(held(result)).toEqual([]);
    const deletion = result.changes.find(({ sentence }) => sentence.startsWith("delete group"));
    expect(deletion?.dependsOn).toEqual(["identity/global/user/key-ben"]);
  });

  it("that stand elsewhere in IAM are held, and people join the others", () => {
    const found = { ...emptyIam, groups: [{ name: "Ops", path: "/", policies: [], inlinePolicies: [] }] };
    const result = diff(found);
    expect(held(result)).toEqual([
      expect.stringMatching(/^create group ops: IAM has a group Ops in \/ that isn't Bulkhead's/),
    ]);
    expect(sentences(result)).toEqual(expect.arrayContaining(["create user anna", "create user ben in players"]));
  });

  it("spelled otherwise in IAM are the same groups, with the same policies", () => {
    const people = [person("anna"), person("ben")];
    const other = [group("aws-OPS", ["anna"]), group("aws-players", ["ben"])];
    const users = { people, groups: other };
    const upper = landingZone({ access: "  - { group: OPS, roles: [admin], accounts: all }" });
    const wanted = wantedUsers(upper, readOf(users.people, users.groups), known);
    expect(diffUsers(wanted, synced, today).changes).toEqual([]);
  });

  it("that can't be mapped are left alone with their policies and members", () => {
    const result = diff(synced, { groups: [...groups, group("aws-OPS", ["ben"])] });
    expect(sentences(result)).toEqual([]);
    expect(result.warnings).toEqual([expect.stringContaining("aws-OPS"), expect.stringContaining("aws-ops")]);
  });

  it("lose policies that the file doesn't give any more, and then the policies go", () => {
    const policy = { name: "bulkhead-access-ops-2", path, arn: policyArn("bulkhead-access-ops-2"), document: {} };
    const found = {
      ...synced,
      policies: [...synced.policies, policy],
      groups: synced.groups.map((it) => (it.name === "ops" ? { ...it, policies: [...it.policies, policy.arn] } : it)),
    };
    expect(diff(found).changes.map(({ sentence, dependsOn }) => [sentence, dependsOn])).toEqual([
      ["delete policy bulkhead-access-ops-2", ["identity/global/group/ops"]],
      ["detach 1 policy from group ops", ["identity/global/policy/bulkhead-access-ops-1"]],
    ]);
  });

  it("keep their access while an account's id isn't known, and are given what is known if they are new", () => {
    const idOf = (name: string): string | undefined => (name === "player-dev" ? undefined : known.idOf(name));
    expect(sentences(diff(synced, { idOf }))).toEqual([]);
    expect(sentences(diff(emptyIam, { idOf }))).toContain("create policy bulkhead-access-players-1");
  });

  it("leave policies alone that aren't Bulkhead's", () => {
    const mine = { name: "mine", path, arn: policyArn("mine"), document: {} };
    const elsewhere = {
      name: "Bulkhead-Left",
      path: "/",
      arn: "arn:aws:iam::333333333333:policy/Bulkhead-Left",
      document: {},
    };
    const result = diff({ ...emptyIam, policies: [mine, elsewhere] });
    expect(result.unmanaged.map(({ sentence }) => sentence)).toEqual(["policy mine in /people/"]);
    expect(held(result)).toEqual([
      expect.stringContaining("create policy bulkhead-left: IAM has a policy Bulkhead-Left in /"),
    ]);
  });
});

describe("IAM's quotas", () => {
  const quota = (more: Partial<FoundIam["quotas"]>, found = emptyIam): FoundIam => ({
    ...found,
    quotas: { ...found.quotas, ...more },
  });

  it.each<[string, FoundIam, string]>([
    ["users", quota({ users: 1 }), "create user ben in players: IAM takes 1 users an account, and 0 are there"],
    ["groups", quota({ groups: 1 }), "create group players: IAM takes 1 groups an account, and 0 are there"],
    [
      "policies",
      quota({ policies: 3 }),
      "create policy bulkhead-self-service: IAM takes 3 policies an account, and 0 are there",
    ],
    [
      "groups of a user",
      quota(
        { groupsPerUser: 1 },
        withUser("anna", () => ({ groups: ["own"] })),
      ),
      "anna: join ops: anna would be in 2 groups (ops, own), and IAM takes 1",
    ],
    [
      "policies of a user",
      withUser("anna", () => ({ policies: Array.from({ length: 10 }, (_, i) => `arn:aws:iam::aws:policy/${i}`) })),
      "anna has 10 policies, and IAM takes 10, of which bulkhead-self-service has to be one: detach one",
    ],
    [
      "policies of a group",
      quota({ policiesPerGroup: 0 }),
      "create policy bulkhead-access-ops-1: the access of group ops takes 1 policies",
    ],
    [
      "tags",
      withUser("anna", ({ tags }) => ({
        tags: { ...tags, Email: "x", ...Object.fromEntries(Array.from({ length: 46 }, (_, i) => [`t${i}`, ""])) },
      })),
      "anna: tag Email: anna would have more tags than IAM takes",
    ],
  ])("of %s hold what passes them", (_, found, reason) => {
    expect(held(diff(found)).join("\n")).toContain(reason);
  });

  it("of policies of a group let people join it all the same", () => {
    const result = diff(quota({ policiesPerGroup: 0 }));
    const free = result.changes.filter(
      ({ id, dependsOn }) => ![id, ...dependsOn].some((it) => result.impossible.has(it)),
    );
    expect(free.map(({ sentence }) => sentence)).toEqual(
      expect.arrayContaining(["create group ops", "create user anna in ops"]),
    );
  });
});

describe("after an incomplete read", () => {
  const incomplete = "the size limit was hit";

  it("nobody is removed, and one warning says so", () => {
    const found = { ...left("anna", "2026-01-01") };
    const result = diff(found, { people: [person("cleo")], groups: [], incomplete });
    expect(held(result).map((line) => line.split(":")[0])).toEqual([
      "delete policy bulkhead-access-ops-1",
      "delete policy bulkhead-access-players-1",
      "delete group ops, which has 1 member",
      "delete group players, which has 1 member",
      "delete user anna",
      "disable ben",
    ]);
    expect(held(result).every((line) => line.endsWith(`the directory wasn't read completely: ${incomplete}`))).toBe(
      true,
    );
    expect(result.warnings.filter((line) => line.includes(incomplete))).toHaveLength(1);
  });

  it("nobody is adopted, since somebody else who fits may not have been seen", () => {
    const found = { ...synced, users: [foreignUser("anna"), ...synced.users.slice(1)] };
    const adopting = { users: "  adopt: name" };
    expect(held(diff(found, adopting))).toEqual([]);
    expect(held(diff(found, { ...adopting, incomplete }))).toEqual([
      expect.stringMatching(/^adopt anna .*: the directory wasn't read completely: /),
    ]);
  });

  it("nobody is let in again, since the attribute that tells of a leaver may be hidden", () => {
    for (const found of [
      left("anna", "2026-11-01"),
      withUser("anna", ({ tags }) => ({ tags: { ...tags, [keysTag]: "K" } })),
    ]) {
      expect(held(diff(found))).toEqual([]);
      expect(held(diff(found, { incomplete }))).toEqual([
        expect.stringMatching(/^restore anna.*: the directory wasn't read completely: /),
      ]);
    }
  });

  it("people still come, join and are renamed, but leave no group", () => {
    const people = [
      person("anna", { attributes: { uid: ["annika"], mail: ["anna@example.com"] } }),
      person("cleo"),
      person("ben"),
    ];
    const result = diff(synced, {
      people,
      groups: [group("aws-ops"), group("aws-players", ["ben", "anna"])],
      incomplete,
    });
    expect(sentences(result)).toEqual(["rename anna to annika, join players", "create user cleo"]);
    expect(held(result)).toEqual([]);
  });
});

it("the self-service policy is put right where it was changed by hand", () => {
  const policies = synced.policies.map((it) => (it.name === selfServicePolicy ? { ...it, document: {} } : it));
  expect(sentences(diff({ ...synced, policies }))).toEqual(["update policy bulkhead-self-service"]);
});
