/** Which versions stay when a function is pruned. */

import { describe, expect, it } from "@jest/globals";
import { receiptOf, side } from "../testing/function-data.ts";
import { versionsToPrune } from "./kept.ts";

const versions = ["1", "2", "3", "4", "5"];
const alias = (version: string, weights: Readonly<Record<string, number>> = {}) => ({
  version,
  weights: new Map(Object.entries(weights)),
  revisionId: "a",
});
const moved = (from: string | null, to: string) => receiptOf({ from: from === null ? null : side(from), to: side(to) });
const prune = (aliases: Parameters<typeof versionsToPrune>[2], keep = 1) =>
  versionsToPrune("shop-orders", versions, aliases, keep);

describe("pruning", () => {
  it("leaves the last ones", () => {
    expect(prune([], 2)).toEqual(["1", "2", "3"]);
    expect(prune([], 9)).toEqual([]);
  });

  it("leaves what an alias points to, or gives some of its traffic", () => {
    expect(prune([{ alias: alias("1", { "3": 0.1 }), receipts: [] }])).toEqual(["2", "4"]);
  });

  it("leaves what ran before, by the receipts and not by numbers", () => {
    const receipts = [moved(null, "2"), moved("2", "4")];
    expect(prune([{ alias: alias("4"), receipts }])).toEqual(["1", "3"]);
  });

  it("leaves where a deployment that is under way comes from", () => {
    const receipts = [moved(null, "2"), receiptOf({ result: "begun", from: side("2"), to: null })];
    expect(prune([{ alias: alias("4"), receipts }])).toEqual(["1", "3"]);
  });
});
