/** Patience with a new account: what is waited for, for how long, and what is told. */

import { describe, expect, it } from "@jest/globals";
import type { Event } from "@bulkhead/core";
import { createReadiness } from "./ready.ts";

const refusal = (name: string): Error => Object.assign(new Error("not yet"), { name });
const setUp = (patience = { first: 1, longest: 2, total: 5 }) => {
  const events: Event[] = [];
  const controller = new AbortController();
  const readiness = createReadiness({
    isNew: (account) => account === "new",
    report: (event) => void events.push(event),
    signal: controller.signal,
    patience,
  });
  return { events, readiness, controller };
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
    const { readiness, events } = setUp();
    expect(await readiness.patiently("new", failing(2, refusal(name)).work)).toBe(3);
    expect(events).toEqual([{ type: "waiting", subject: "new", reason: "the new account isn't ready yet: not yet" }]);
  });
  it("that fails otherwise isn't", async () => {
    const { work, calls } = failing(9, refusal("ValidationError"));
    await expect(setUp().readiness.patiently("new", work)).rejects.toThrow("not yet");
    expect(calls()).toBe(1);
  });
  it("is given up in the end, with the last refusal", async () => {
    const { work, calls } = failing(99, refusal("OptInRequired"));
    await expect(setUp().readiness.patiently("new", work)).rejects.toThrow("not yet");
    // Pauses of 1, 2 and 2: then the five are over.
    expect(calls()).toBe(4);
  });
  it("isn't waited for after Ctrl-C", async () => {
    const { readiness, controller } = setUp({ first: 60_000, longest: 60_000, total: 60_000 });
    const waiting = readiness.patiently("new", failing(1, refusal("OptInRequired")).work);
    controller.abort();
    await expect(waiting).rejects.toThrow(/abort/);
  });
});

it("an account that isn't new is asked once", async () => {
  const { work, calls } = failing(1, refusal("AccessDenied"));
  await expect(setUp().readiness.patiently("old", work)).rejects.toThrow("not yet");
  expect(calls()).toBe(1);
});
