/** What becomes of a receipt that was cut off, by the stack's state; and what of a deployment is in it. */

import { describe, expect, it } from "@jest/globals";
import { receipt, side } from "../testing/receipts.ts";
import { foundStack, wantedStack } from "../testing/stacks.ts";
import { endingOf, settingsHash, sideOf } from "./receipts.ts";
import type { FoundStack, WantedParameter } from "./model.ts";

const time = (minutes: number): number => Date.UTC(2026, 0, 1, 0, minutes);
const version = (minutes: number): string => new Date(time(minutes)).toISOString();
const before = side(version(1), { digest: "sha256:old", commit: "c1" });
const begun = receipt({ result: "begun", digest: "sha256:new", commit: "c2", from: before, to: null });
const stack = (status: string, minutes: number): FoundStack => foundStack({ status, changed: time(minutes) });

describe("a deployment that was cut off", () => {
  it("is done where the stack has what was begun", () => {
    const to = { version: version(2), digest: "sha256:new", commit: "c2" };
    expect(endingOf(begun, stack("UPDATE_COMPLETE", 2), "sha256:new")).toEqual({ result: "done", to, reason: null });
    expect(endingOf({ ...begun, from: null }, stack("CREATE_COMPLETE", 2), "sha256:new")).toMatchObject({ to });
    // Only parameters were other.
    const same = { ...begun, digest: "sha256:old" };
    expect(endingOf(same, stack("UPDATE_COMPLETE", 2), "sha256:old")).toMatchObject({ result: "done" });
  });

  it.each<[string, FoundStack | null, string | null, object]>([
    ["not changed", stack("UPDATE_COMPLETE", 1), "sha256:old", { to: before, reason: expect.stringMatching(/before/) }],
    [
      "rolled back",
      stack("UPDATE_ROLLBACK_COMPLETE", 2),
      null,
      { to: { ...before, version: version(2) }, reason: "The stack ended in UPDATE_ROLLBACK_COMPLETE" },
    ],
    ["another's by now", stack("UPDATE_COMPLETE", 3), "sha256:else", { to: { digest: "sha256:else", commit: null } }],
    ["not created", stack("ROLLBACK_COMPLETE", 2), null, { to: null }],
    ["only planned", stack("REVIEW_IN_PROGRESS", 2), null, { to: null }],
    ["gone", null, null, { to: null, reason: "There is no stack" }],
  ])("failed where the stack is %s", (_, found, digest, ending) => {
    expect(endingOf(begun, found, digest)).toMatchObject({ result: "failed", ...ending });
  });

  it("can't be judged while something is under way", () => {
    expect(endingOf(begun, stack("UPDATE_IN_PROGRESS", 2), null)).toBeUndefined();
  });
});

it("a deletion that was cut off is done where the stack is gone", () => {
  const deletion = { ...begun, verb: "delete" as const, digest: null };
  expect(endingOf(deletion, null, null)).toEqual({ result: "done", to: null, reason: null });
  expect(endingOf(deletion, stack("DELETE_FAILED", 2), null)).toMatchObject({ result: "failed", to: { commit: "c1" } });
  expect(endingOf(deletion, stack("UPDATE_COMPLETE", 1), null)).toMatchObject({ result: "failed", to: before });
});

it("what runs is known as far as the last receipt speaks of it", () => {
  expect(sideOf(stack("UPDATE_COMPLETE", 1), receipt({ to: before }))).toEqual(before);
  expect(sideOf(stack("UPDATE_COMPLETE", 2), receipt({ to: before }))).toEqual({
    ...{ version: version(2), digest: null, commit: null },
  });
  expect(sideOf(stack("ROLLBACK_COMPLETE", 1), receipt({ to: before }))).toBeNull();
  expect(sideOf(null, undefined)).toBeNull();
});

it("settings tell values apart, but not those of secrets", () => {
  const hash = (parameter: WantedParameter, noEcho = false): string =>
    settingsHash(
      wantedStack({
        parameters: new Map([["P", parameter]]),
        template: {
          ...wantedStack().template,
          parameters: new Map([["P", { hasDefault: false, noEcho }]]),
        },
      }),
    );
  const value = (text: string, secret = false): WantedParameter => ({ kind: "value", value: text, secret });
  expect(hash(value("a"))).not.toBe(hash(value("b")));
  expect(hash(value("a", true))).toBe(hash(value("b", true)));
  expect(hash(value("a"), true)).toBe(hash(value("b"), true));
});
