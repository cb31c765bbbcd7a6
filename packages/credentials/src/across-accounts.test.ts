/** Work across accounts: in order, bounded, each failure on its own, nothing started after an abort. */

import { BulkheadError, silent, type Event } from "@bulkhead/core";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { acrossAccounts, type AcrossOptions } from "./across-accounts.ts";

const accounts = ["a", "b", "c", "d", "e"];
const options = (more: Partial<AcrossOptions> = {}): AcrossOptions => ({
  concurrency: 2,
  signal: new AbortController().signal,
  report: silent,
  task: "looking",
  ...more,
});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("work across accounts", () => {
  it("answers in the order of the accounts, whichever is done first", async () => {
    const finish = new Map<string, () => void>();
    const working = acrossAccounts(
      ["slow", "quick"],
      (account) => new Promise<string>((resolve) => finish.set(account, () => resolve(`${account} done`))),
      options(),
    );
    await turn();
    finish.get("quick")?.();
    await turn();
    finish.get("slow")?.();
    expect(await working).toEqual([
      { account: "slow", status: "done", value: "slow done" },
      { account: "quick", status: "done", value: "quick done" },
    ]);
  });

  it("never does more side by side than it may, and as much as it may", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 30 }), async (concurrency, count) => {
        let [now, most] = [0, 0];
        await acrossAccounts(
          Array.from({ length: count }, (_, index) => index),
          async () => {
            most = Math.max(most, ++now);
            await turn();
            now--;
          },
          options({ concurrency }),
        );
        expect(most).toBe(Math.min(concurrency, count));
      }),
      { numRuns: 30 },
    );
  });

  it("keeps a failure to its account", async () => {
    const known = new BulkheadError({ code: "Area.Reason", fault: "aws", message: "no" });
    const outcomes = await acrossAccounts(
      accounts,
      async (account) => {
        if (account === "b") throw known;
        if (account === "d") throw new TypeError("a defect");
        return account.toUpperCase();
      },
      options(),
    );
    expect(outcomes).toEqual([
      { account: "a", status: "done", value: "A" },
      { account: "b", status: "failed", error: known },
      { account: "c", status: "done", value: "C" },
      { account: "d", status: "failed", error: expect.objectContaining({ code: "Internal.Unexpected" }) },
      { account: "e", status: "done", value: "E" },
    ]);
  });

  it("starts nothing after an abort, and settles what is in flight", async () => {
    const controller = new AbortController();
    const begun: string[] = [];
    const outcomes = await acrossAccounts(
      accounts,
      async (account) => {
        begun.push(account);
        if (account === "b") controller.abort();
        await turn();
        return account;
      },
      options({ signal: controller.signal }),
    );
    expect(begun).toEqual(["a", "b"]);
    expect(outcomes.map(({ status }) => status)).toEqual(["done", "done", "not tried", "not tried", "not tried"]);
  });

  it("reports how many are done, failed ones among them", async () => {
    const events: Event[] = [];
    await acrossAccounts(
      ["a", "b"],
      async (account) => {
        if (account === "a") throw new Error("no");
      },
      options({ report: (event) => events.push(event) }),
    );
    expect(events).toEqual([
      { type: "progress", task: "looking", done: 1, total: 2 },
      { type: "progress", task: "looking", done: 2, total: 2 },
    ]);
  });
});
