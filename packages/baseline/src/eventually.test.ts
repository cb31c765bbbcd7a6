/** Patience, in simulated time: with what is too early, as long as the pauses last, and with nothing else. */

import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { BulkheadError } from "@bulkhead/core";
import { eventually, type TooEarly } from "./eventually.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const unknownYet: TooEarly = (name, message) => name === "NoSuchEntityException" && message.includes("role");

/** What comes of work that AWS refuses some times, and how often it was tried. */
async function refusing(times: number, message: string, name = "NoSuchEntityException") {
  let calls = 0;
  const cause = Object.assign(new Error(message), { name });
  const refusal = new BulkheadError({ code: "Aws.Refused", fault: "aws", message: "explained", cause });
  const waiting = eventually(unknownYet, async () => {
    if (calls++ < times) throw refusal;
    return "done";
  });
  const end = waiting.catch((error: unknown) => error);
  await jest.runAllTimersAsync();
  return { end: await end, calls, refusal };
}

test("tries again while it is too early", async () => {
  expect(await refusing(2, "no such role")).toMatchObject({ end: "done", calls: 3 });
});

test("gives up when the pauses are used up, with what AWS said last", async () => {
  const { end, calls, refusal } = await refusing(9, "no such role");
  expect(end).toBe(refusal);
  expect(calls).toBe(6);
});

test.each([
  ["no such policy", "NoSuchEntityException"],
  ["no such role", "AccessDenied"],
])("doesn't wait where AWS says %s (%s)", async (message, name) => {
  const { end, calls, refusal } = await refusing(1, message, name);
  expect(end).toBe(refusal);
  expect(calls).toBe(1);
});
