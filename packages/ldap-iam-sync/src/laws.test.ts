/** The laws of the sync, as properties over random directories and random states of IAM. */

import { describe, expect, it } from "@jest/globals";
import type { Group, Person } from "@bulkhead/directory";
import { guard, isRemoval, lossesOf, type Change } from "@bulkhead/plan";
import fc from "fast-check";
import { wantedUsers } from "./desired.ts";
import { diffUsers, type Difference } from "./diff.ts";
import { isOurs } from "./match.ts";
import { kinds, leaverPolicy, leftTag, personTag, selfServicePolicy, type FoundIam, type FoundUser } from "./model.ts";
import { planUsers } from "./plan.ts";
import {
  applied,
  disabled,
  emptyIam,
  foreignUser,
  group,
  inOrder,
  known,
  landingZone,
  path,
  person,
  policyArn,
  readOf,
  today,
} from "./testing/small-world.ts";

interface Directory {
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
}

// Few names, keys and groups, so that they meet.
const uids = ["anna", "ben", "cleo", "Ben", "dora", "é"];
const keys = ["k1", "k2", "k3", "k4", "k5"];
const groupNames = ["ops", "players", "Ops", "x"];
const estates = ["", "  adopt: name", '  adopt: { tag: Email, value: "{mail}" }'].map((users) =>
  landingZone({ users }),
);

const someone = fc
  .record({
    key: fc.constantFrom(...keys),
    uid: fc.constantFrom(...uids),
    mail: fc.constantFrom([], ["a@x"], ["b@x"]),
    state: fc.constantFrom<Person["status"]>(
      { state: "active", evidence: "" },
      { state: "active", evidence: "" },
      { state: "locked", evidence: "lockoutTime=1" },
      disabled,
    ),
  })
  .map(({ key, uid, mail, state }) =>
    person(uid, { key, dn: `uid=${uid},ou=${key},dc=x`, attributes: { uid: [uid], mail }, status: state }),
  );
const directories: fc.Arbitrary<Directory> = fc.record({
  people: fc.uniqueArray(someone, { selector: ({ key }) => key, maxLength: 5 }),
  groups: fc.uniqueArray(
    fc
      .record({ name: fc.constantFrom(...groupNames), members: fc.subarray(keys) })
      .map(({ name, members }) =>
        group(`aws-${name}`, [], { members: members.map((key) => ({ person: key, through: [] })) }),
      ),
    { selector: ({ name }) => name, maxLength: 4 },
  ),
});

const foundUsers: fc.Arbitrary<FoundUser> = fc
  .record({
    name: fc.constantFrom(...uids.filter((uid) => uid !== "é"), "eve", "finn"),
    place: fc.constantFrom(path, path, path, "/", `${path}more/`),
    key: fc.constantFrom(null, ...keys),
    email: fc.constantFrom(null, "a@x", "b@x"),
    left: fc.constantFrom(null, null, null, today, "2026-11-01", "2026-10-01", "soon"),
    groups: fc.subarray(["ops", "players", "y", "foreign"]),
    policies: fc.subarray([selfServicePolicy, leaverPolicy].map(policyArn)),
  })
  .map(({ name, place, key, email, left, groups, policies }) =>
    foreignUser(name, {
      path: place,
      tags: {
        ...(key === null ? {} : { [personTag]: key }),
        ...(email === null ? {} : { Email: email }),
        ...(left === null || key === null ? {} : { [leftTag]: left }),
      },
      groups,
      policies,
    }),
  );
const caseless = ({ name }: { readonly name: string }): string => name.toLowerCase();
const iams: fc.Arbitrary<FoundIam> = fc.record({
  users: fc.uniqueArray(foundUsers, { selector: caseless, maxLength: 6 }),
  groups: fc.constantFrom(
    ["ops", "players", "y", "foreign"].map((name) => ({
      name,
      path: name === "foreign" ? "/" : path,
      policies: [],
      inlinePolicies: [],
    })),
  ),
  policies: fc.constantFrom(
    [],
    ["bulkhead-access-ops-1", "bulkhead-access-y-1", selfServicePolicy].map((name) => ({
      name,
      path,
      arn: policyArn(name),
      document: {},
    })),
  ),
  quotas: fc.constant(emptyIam.quotas),
});

const worlds = fc.record({ directory: directories, iam: iams, estate: fc.constantFrom(...estates) });
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

const diff = ({ directory, iam, estate }: World, incomplete?: string): Difference =>
  diffUsers(wantedUsers(estate, readOf(directory.people, directory.groups, incomplete), known), iam, today);
const allowed = (difference: Difference): readonly Change[] => guard(difference.changes, difference).changes;

/** In no particular order, as IAM's lists come. */
const settled = ({ users, groups, policies }: FoundIam): unknown => ({
  users: Object.fromEntries(
    users.map((user) => [user.name, { ...user, groups: [...user.groups].sort(), policies: [...user.policies].sort() }]),
  ),
  groups: Object.fromEntries(groups.map((it) => [it.name, { ...it, policies: [...it.policies].sort() }])),
  policies: Object.fromEntries(policies.map((it) => [it.name, it])),
});

const runs = { numRuns: 400 };

describe("plan → apply → plan", () => {
  it("leaves nothing to do but what is held", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const iam = applied(world.iam, allowed(diff(world)));
        expect(allowed(diff({ ...world, iam }))).toEqual([]);
      }),
      runs,
    );
  });

  it("comes to the same when it was cut off after any number of changes", () => {
    fc.assert(
      fc.property(worlds, fc.nat({ max: 12 }), (world, done) => {
        const changes = allowed(diff(world));
        const begun = applied(world.iam, inOrder(changes).slice(0, done));
        const finished = applied(begun, allowed(diff({ ...world, iam: begun })));
        expect(settled(finished)).toEqual(settled(applied(world.iam, changes)));
      }),
      runs,
    );
  });

  it("plans the same in whatever order the directory answers", () => {
    fc.assert(
      fc.property(worlds, fc.infiniteStream(fc.nat()), (world, numbers) => {
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, order: numbers.next().value as number }))
            .sort((a, b) => a.order - b.order)
            .map(({ item }) => item);
        const { people, groups } = world.directory;
        const other = { people: shuffled(people), groups: shuffled(groups) };
        expect(diff({ ...world, directory: other })).toEqual(diff(world));
      }),
      runs,
    );
  });

  it("has one change an object", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const ids = diff(world).changes.map(({ id }) => id);
        expect(ids).toHaveLength(new Set(ids).size);
      }),
      runs,
    );
  });
});

describe("a user that isn't ours", () => {
  it("is in no change, unless it is adopted on request", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const byName = new Map(world.iam.users.map((user) => [user.name, user]));
        for (const { kind, before } of diff(world).changes) {
          if (kind !== kinds.user || before === null) continue;
          const user = byName.get(String(before["name"])) as FoundUser;
          const adopts = world.estate.users.adopt !== undefined && user.path !== path;
          const untagged = world.estate.users.adopt !== undefined && user.tags[personTag] === undefined;
          expect(isOurs(user, path) || adopts || untagged).toBe(true);
        }
      }),
      runs,
    );
  });

  it("stays as it is when changes are applied", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const strict = { ...world, estate: landingZone() };
        const foreign = ({ users }: FoundIam): readonly FoundUser[] => users.filter((user) => !isOurs(user, path));
        const after = applied(world.iam, allowed(diff(strict)));
        for (const user of foreign(world.iam)) expect(after.users).toContainEqual(user);
      }),
      { numRuns: 200 },
    );
  });
});

describe("an incomplete read", () => {
  it("never takes anything away", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const changes = allowed(diff(world, "a referral"));
        expect(changes.filter(isRemoval)).toEqual([]);
        const after = applied(world.iam, changes);
        const names = new Map(changes.map(({ before, after }) => [before?.["name"], after?.["name"]]));
        for (const user of world.iam.users) {
          const now = after.users.find(({ name }) => name === (names.get(user.name) ?? user.name));
          expect(now?.groups).toEqual(expect.arrayContaining([...user.groups]));
          const wasDenied = user.policies.includes(policyArn(leaverPolicy));
          expect(now?.policies.includes(policyArn(leaverPolicy)) === true && !wasDenied).toBe(false);
        }
      }),
      runs,
    );
  });
});

describe("the ceiling", () => {
  it("lets no more go than it says, and holds nobody who stays", () => {
    fc.assert(
      fc.property(worlds, fc.nat({ max: 2 }), (world, maxLeavers) => {
        const { directory, iam, estate } = world;
        const wanted = wantedUsers(estate, readOf(directory.people, directory.groups), known);
        const all = diffUsers(wanted, iam, today);
        const { changes, held } = planUsers(wanted, iam, { maxLeavers, today });
        const losses = (those: readonly Change[]): number => those.reduce((sum, change) => sum + lossesOf(change), 0);
        expect(losses(changes)).toBeLessThanOrEqual(maxLeavers);
        const possible = losses(all.changes.filter(({ id }) => !all.impossible.has(id)));
        if (possible <= maxLeavers) expect(held.filter(({ approvable }) => approvable)).toEqual([]);
      }),
      runs,
    );
  });
});
