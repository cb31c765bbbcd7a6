/** Patience with a new account, in simulated time: what is waited for, for how long, and what is told. */

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Event } from "@bulkhead/core";
import { createReadiness } from "./ready.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const refusal = (name: string): Error => Object.assign(new Error("not yet"), { name });
const setUp = () => {
  const events: Event[] = [];
  const controller = new AbortController();
  const readiness = createReadiness({
    isNew: (account) => account === "new",
    report: (event) => void events.push(event),
    signal: controller.signal,
  });
  /** Does the work in an account with simulated time, and gives what came of it, errors too. */
  const patiently = async (account: string, work: () => Promise<number>): Promise<unknown> => {
    const end = readiness.patiently(account, work).catch((error: unknown) => error);
    await jest.runAllTimersAsync();
    return end;
  };
  return { events, patiently, controller };
};
const failing = (times: number, error: Error) => {
  let calls = 0;
  const work = async (): Promise<number> => {
    calls += 1;
    if (calls <= times) throw error;
    return calls;
  };
  return { work, calls: () => calls };
};

describe("a new account", () => {
  it.each([
    "AccessDenied",
    "InvalidClientTokenId",
    "OptInRequired",
    "SubscriptionRequiredException",
    "PendingVerification",
  ])("that says %s is asked again", async (name) => {
    const { patiently, events } = setUp();
    expect(await patiently("new", failing(2, refusal(name)).work)).toBe(3);
    expect(events).toEqual([{ type: "waiting", subject: "new", reason: "the new account isn't ready yet: not yet" }]);
  });
  it("that fails otherwise isn't", async () => {
    const error = refusal("ValidationError");
    const { work, calls } = failing(9, error);
    expect(await setUp().patiently("new", work)).toBe(error);
    expect(calls()).toBe(1);
  });
  it("is given up in the end, with the last refusal", async () => {
    const error = refusal("OptInRequired");
    const { work, calls } = failing(99, error);
    const started = Date.now();
    expect(await setUp().patiently("new", work)).toBe(error);
    // Pauses of 5, 10, 20, 40 s and then of a minute, until a quarter of an hour is over.
    expect(calls()).toBe(19);
    expect(Date.now() - started).toBe(915_000);
  });
  it("isn't waited for after Ctrl-C", async () => {
    const { patiently, controller } = setUp();
    const { work, calls } = failing(2, refusal("OptInRequired"));
    setTimeout(() => controller.abort(), 6_000);
    expect(await patiently("new", work)).toBe(controller.signal.reason);
    expect(calls()).toBe(2);
  });
});

it("an account that isn't new is asked once", async () => {
  const error = refusal("AccessDenied");
  const { work, calls } = failing(1, error);
  expect(await setUp().patiently("old", work)).toBe(error);
  expect(calls()).toBe(1);
});
