/** Patience: with what is too early, as long as the pauses last, and with nothing else. */

import { expect, test } from "@jest/globals";
import { BulkheadError } from "@bulkhead/core";
import { eventually, type TooEarly } from "./eventually.ts";

const unknownYet: TooEarly = (name, message) => name === "NoSuchEntityException" && message.includes("role");

function refusing(times: number, message: string, name = "NoSuchEntityException") {
  let calls = 0;
  const cause = Object.assign(new Error(message), { name });
  const refusal = new BulkheadError({ code: "Aws.Refused", fault: "aws", message: "explained", cause });
  return {
    work: async () => {
      if (calls++ < times) throw refusal;
      return "done";
    },
    calls: () => calls,
    refusal,
  };
}

test("tries again while it is too early", async () => {
  const { work, calls } = refusing(2, "no such role");
  await expect(eventually(unknownYet, work, [0, 0])).resolves.toBe("done");
  expect(calls()).toBe(3);
});

test("gives up when the pauses are used up, with what AWS said last", async () => {
  const { work, calls, refusal } = refusing(9, "no such role");
  await expect(eventually(unknownYet, work, [0, 0])).rejects.toBe(refusal);
  expect(calls()).toBe(3);
});

test.each([
  ["no such policy", "NoSuchEntityException"],
  ["no such role", "AccessDenied"],
])("doesn't wait where AWS says %s (%s)", async (message, name) => {
  const { work, calls, refusal } = refusing(1, message, name);
  await expect(eventually(unknownYet, work, [0])).rejects.toBe(refusal);
  expect(calls()).toBe(1);
});
