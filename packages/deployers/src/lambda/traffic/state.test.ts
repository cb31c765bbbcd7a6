/** What becomes of a shift that was left half-way: the decision table. */

import { describe, expect, it } from "@jest/globals";
import { shiftState } from "./state.ts";

const alias = (weights: Record<string, number> = {}) => ({ version: "5", weights: new Map(Object.entries(weights)) });
const begun = { from: "5", to: "6", result: "begun" };
const done = { from: "4", to: "5", result: "done" };
const wanted = { version: "6", steps: [10, 50] };

describe("a shift that was left", () => {
  it.each([
    ["no weights", {}, begun],
    ["a weight of nothing", { "6": 0 }, undefined],
  ])("isn't one: %s", (_, weights, receipt) => {
    expect(shiftState(alias(weights), wanted, receipt)).toEqual({ action: "none" });
  });

  it.each([
    ["at its first step", 0.1, 0],
    ["between two steps, which have changed since", 0.3, 1],
    ["at its last step", 0.5, 1],
    ["past all steps", 0.9, 2],
  ])("of the wanted version is taken up %s", (_, weight, step) => {
    expect(shiftState(alias({ "6": weight }), wanted, begun)).toEqual({ action: "take up", step });
    expect(shiftState(alias({ "6": weight }), wanted, undefined)).toEqual({ action: "take up", step });
  });

  it.each([
    ["another version", { "7": 0.25 }, begun, "version 7 has 25 % of the traffic, but isn't what is deployed now"],
    [
      "several versions",
      { "6": 0.1, "7": 0.1 },
      begun,
      "version 6 has 10 % of the traffic, but isn't what is deployed now",
    ],
    ["no deployment of ours", { "6": 0.1 }, done, "version 6 has 10 % of the traffic, but no deployment"],
    ["a shift from another version", { "6": 0.1 }, { ...begun, from: "4" }, "but no deployment that is under way"],
    ["a shift that was turned back", { "6": 0.1 }, { ...begun, result: "turned back" }, "but no deployment"],
  ])("of %s is turned back", (_, weights, receipt, reason) => {
    const state = shiftState(alias(weights as unknown as Record<string, number>), wanted, receipt);
    expect(state).toEqual({ action: "turn back", reason: expect.stringContaining(reason) });
  });

  it("is turned back where no version is as wanted yet", () => {
    const state = shiftState(alias({ "6": 0.1 }), { version: undefined, steps: [10] }, begun);
    expect(state).toMatchObject({ action: "turn back" });
  });
});
