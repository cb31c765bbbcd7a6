/** Waits that grow, within bounds. */

import { describe, expect, it } from "@jest/globals";
import { isUnreachable, retryAfter } from "./back-off.ts";
import { unavailable, unreachable } from "./errors.ts";
import { combineErrors } from "@bulkhead/core";

describe("the wait before a retry", () => {
  it.each([
    [0, true, 100],
    [3, true, 800],
    [4, true, 1_000],
    [10_000, true, 1_000],
    [0, false, 100],
    [8, false, 25_600],
    [9, false, 30_000],
    [10_000, false, 30_000],
  ])("after %d failures (free: %s) is %d ms, or by chance down to half of it", (before, free, ms) => {
    expect(retryAfter(before, free, 0)).toBe(ms);
    expect(retryAfter(before, free, 1)).toBe(ms / 2);
  });

  it("is short when no server answers at all", () => {
    const [lost, busy] = [unreachable("ldap://a", "gone"), unavailable("ldap://b", "the bind", "busy (51)")];
    expect([lost, busy, combineErrors([lost, lost]), combineErrors([lost, busy])].map(isUnreachable)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
