/** The plan of the users: the ceiling on leavers, what is deferred, and what it costs. */

import { describe, expect, it } from "@jest/globals";
import type { Group } from "@bulkhead/directory";
import { isEmpty } from "@bulkhead/plan";
import type { StagePlan } from "@bulkhead/stages";
import { wantedUsers } from "./desired.ts";
import type { FoundIam } from "./model.ts";
import { deferredUsers, planUsers, type PlanOptions } from "./plan.ts";
import { applied, emptyIam, group, known, landingZone, person, readOf, today } from "./testing/small-world.ts";

const uids = Array.from({ length: 20 }, (_, i) => `p${i}`);
const estate = landingZone();
const plan = (
  found: FoundIam,
  staying: readonly string[],
  {
    maxLeavers = "10%",
    groups = ["aws-ops"],
    idOf = known.idOf,
  }: Partial<Pick<PlanOptions, "maxLeavers">> & {
    readonly groups?: readonly string[];
    readonly idOf?: (name: string) => string | undefined;
  } = {},
): StagePlan => {
  const people = staying.map((uid) => person(uid));
  const those = groups.map((name) => group(name, staying.slice(0, 1)));
  return planUsers(wantedUsers(estate, readOf(people, those), { idOf }), found, { maxLeavers, today });
};
const synced = applied(emptyIam, plan(emptyIam, uids, { groups: ["aws-ops", "aws-players"] }).changes);
const staying = (leaving: number): readonly string[] => uids.slice(leaving);
const groups = ["aws-ops", "aws-players"];

describe("the ceiling", () => {
  it.each<[number, PlanOptions["maxLeavers"], number]>([
    [2, "10%", 0],
    [3, "10%", 3],
    [1, "1%", 0],
    [2, "1%", 2],
    [1, "0%", 1],
    [3, 3, 0],
    [4, 3, 4],
    [1, 0, 1],
    [20, "100%", 0],
  ])("with %s leavers under %s holds %s", (leaving, maxLeavers, expected) => {
    const { held } = plan(synced, [...staying(leaving), ...(leaving === 20 ? ["new"] : [])], { maxLeavers, groups });
    const leavers = held.filter(({ change }) => change.sentence.startsWith("disable"));
    expect(leavers).toHaveLength(expected);
    expect(leavers.every(({ approvable }) => approvable)).toBe(true);
  });

  it("counts people and groups together, and no policies", () => {
    const { held } = plan(synced, staying(1), { maxLeavers: 1, groups: ["aws-ops"] });
    expect(held.map(({ change, reason }) => [change.sentence, reason])).toEqual([
      ["delete policy bulkhead-access-players-1", "it needs identity/global/group/players, which is held"],
      ["delete group players, which has 1 member", "2 removals at once pass the ceiling of 1"],
      ["disable p0: no longer in the directory", "2 removals at once pass the ceiling of 1"],
    ]);
    expect(plan(synced, staying(1), { maxLeavers: 2, groups: ["aws-ops"] }).held).toEqual([]);
  });

  it("counts everybody in a group that is deleted: a filter that finds few of many groups takes nobody's rights", () => {
    const teams = Array.from({ length: 4 }, (_, team) => group(`aws-team-${team}`, uids.slice(team * 5, team * 5 + 5)));
    const people = uids.map((uid) => person(uid));
    const planned = (those: readonly Group[], found: FoundIam): StagePlan =>
      planUsers(wantedUsers(estate, readOf(people, those), known), found, { maxLeavers: "50%", today });
    const found = applied(emptyIam, planned(teams, emptyIam).changes);
    expect(planned(teams.slice(0, 1), found)).toMatchObject({
      changes: [],
      held: Array(3).fill({ approvable: true, reason: "15 removals at once pass the ceiling of 50 % of 20" }),
    });
    const emptied = teams.map((team) => ({ ...team, members: [] }));
    expect(planned(emptied, found)).toMatchObject({ changes: [], held: { length: 20 } });
  });

  it("counts shares of the active people of ours in IAM", () => {
    const half = applied(synced, plan(synced, staying(10), { maxLeavers: 10, groups }).changes);
    const { held } = plan(half, staying(12), { maxLeavers: "10%", groups });
    expect(held.map(({ reason }) => reason)).toEqual(
      Array(2).fill("2 removals at once pass the ceiling of 10 % of 10"),
    );
  });
});

it("defers the access to accounts without an id, and plans the rest", () => {
  const idOf = (name: string): string | undefined => (name.startsWith("player") ? undefined : known.idOf(name));
  const { deferred, changes } = plan(emptyIam, ["anna"], { groups, idOf });
  expect(deferred).toEqual(
    ["player-dev", "player-prod"].map((account) => ({
      stage: "users",
      account,
      reason: "the account has no id yet: the access of players to it is planned once it has",
    })),
  );
  expect(changes.map(({ sentence }) => sentence)).toEqual(
    expect.arrayContaining(["create group players", "create policy bulkhead-access-ops-1"]),
  );
});

it("defers everything while the account of the users has no id", () => {
  expect(deferredUsers("identity")).toMatchObject({
    changes: [],
    deferred: [{ stage: "users", account: "identity", reason: expect.stringContaining("no id yet") }],
  });
});

it("costs nothing where nothing is to do, and more the more is", () => {
  const nothing = plan(synced, uids, { groups });
  expect(nothing.cost).toEqual({ calls: 0, seconds: 0 });
  expect(isEmpty({ ...nothing, managementAccountId: "111111111111" })).toBe(true);
  const costs = [1, 2, 20].map((count) => plan(emptyIam, uids.slice(0, count), { groups }).cost.calls);
  expect(costs).toEqual([...costs].sort((a, b) => a - b));
  expect(new Set(costs).size).toBe(3);
});
