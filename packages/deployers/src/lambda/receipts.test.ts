/** What receipts say of functions, and what became of a deployment that was cut off. */

import { describe, expect, it } from "@jest/globals";
import {
  configuration,
  foundFunction,
  foundVersion,
  receiptOf,
  side,
  wantedFunction,
  codeOf,
} from "../testing/function-data.ts";
import { endingOf, settingsHash, sideOf } from "./receipts.ts";

const at = (version: string, code = "one") =>
  foundFunction({
    alias: { version, weights: new Map(), revisionId: "a" },
    live: foundVersion({ version, codeSha256: codeOf(code) }),
  });

describe("what runs", () => {
  it("has the commit of the last receipt, as long as that speaks of it", () => {
    const last = receiptOf({ to: side("1", "one", "c1") });
    expect(sideOf(at("1"), last)).toEqual(side("1", "one", "c1"));
    expect(sideOf(at("2"), last)).toEqual(side("2"));
    expect(sideOf(at("1", "two"), last)).toEqual(side("1", "two"));
    expect(sideOf(foundFunction({ alias: null, live: null }), last)).toBeNull();
  });
});

describe("a receipt that was begun", () => {
  const begun = receiptOf({
    result: "begun",
    from: side("1"),
    to: null,
    commit: "c2",
    digest: side("2", "two").digest,
  });
  it.each([
    ["failed where the alias is where it was", at("1"), { result: "failed", to: side("1") }],
    ["failed where there is nothing", null, { result: "failed", to: null }],
    ["is done where the alias has what was begun", at("2", "two"), { result: "done", to: side("2", "two", "c2") }],
    ["failed where the alias has something else", at("3", "three"), { result: "failed", to: side("3", "three") }],
  ])("%s", (_, found, ending) => {
    expect(endingOf(begun, found)).toMatchObject(ending);
  });

  it("of a deletion is done where there is nothing, and failed otherwise", () => {
    const deletion = receiptOf({ result: "begun", verb: "delete", from: side("1"), to: null, digest: null });
    expect(endingOf(deletion, null)).toEqual({ result: "done", to: null, reason: null });
    expect(endingOf(deletion, at("1"))).toMatchObject({ result: "failed", to: side("1") });
  });
});

describe("the hash of settings", () => {
  const withVariable = (value: string, hidden: readonly string[]) =>
    settingsHash(
      wantedFunction({
        configuration: configuration({ environment: new Map([["A", value]]) }),
        hidden: new Set(hidden),
      }),
    );

  it("tells settings apart, but not what was looked up", () => {
    expect(withVariable("1", [])).not.toBe(withVariable("2", []));
    expect(withVariable("1", ["A"])).toBe(withVariable("2", ["A"]));
    expect(withVariable("1", ["A"])).not.toBe(settingsHash(wantedFunction()));
  });
});
