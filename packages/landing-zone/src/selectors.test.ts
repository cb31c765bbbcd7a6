/** Selectors choose the same accounts however they are written. */

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { designExample, designPolicies, load } from "./testing/fixtures.ts";
import type { Selector } from "./schema.ts";
import { select } from "./selectors.ts";

const estate = load(designExample, designPolicies);
const names = (selector: Selector) => select(estate, selector).map(({ name }) => name);
const everyName = names("all");

describe("select", () => {
  test.each<[Selector, string[]]>([
    ["ops-dev", ["ops-dev"]],
    [
      ["ops-prod", "identity"],
      ["identity", "ops-prod"],
    ],
    [{ team: "ops" }, ["ops-dev", "ops-prod"]],
    [{ team: ["ops", "player"], environment: "dev" }, ["ops-dev", "player-dev"]],
    [{ team: "player", environments: ["dev", "stage"] }, ["player-dev", "player-stage"]],
    [{ organizationalUnit: "Workloads/Production/Sales" }, ["ads-prod-eu", "ads-prod-us"]],
    [{ organizationalUnit: "Workloads/Production", team: "ops" }, ["ops-prod"]],
    [{ tag: { CostCenter: ["4711", "4712"] }, environment: "stage" }, ["player-stage"]],
    [{ tag: { CostCenter: "1" } }, []],
  ])("%j", (selector, expected) => {
    expect(names(selector)).toEqual(expected);
  });

  test("refuses names that nothing has, all of them", () => {
    expect(() => select(estate, ["opsdev", "x"])).toThrow("2 problems");
    expect(() => select(estate, "player")).toThrow(
      expect.objectContaining({ next: "For the accounts of the team, write { team: player }." }),
    );
  });
});

test("`all` is the list of all names, Root, and the teams with the shared accounts", () => {
  expect(names(everyName)).toEqual(everyName);
  expect(names({ organizationalUnit: "Root" })).toEqual(everyName);
  expect([...names({ team: [...estate.teams] }), "identity", "log-archive"].sort()).toEqual(everyName);
});

test("a list is a union, keys are an intersection", () => {
  const teams = fc.subarray([...estate.teams], { minLength: 1 });
  const stages = fc.subarray(["dev", "stage", "prod"], { minLength: 1 });
  fc.assert(
    fc.property(teams, stages, (team, environments) => {
      const union = team.flatMap((one) => names({ team: one })).sort();
      expect(names({ team })).toEqual(union);
      const within = new Set(names({ environments }));
      expect(names({ team, environments })).toEqual(union.filter((name) => within.has(name)));
    }),
  );
});
