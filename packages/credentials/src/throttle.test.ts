/** The throttle against a token bucket like AWS's, in simulated time: nothing lost, few refused, and near the limit. */

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createThrottle } from "./throttle.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

interface Limit {
  readonly rate: number;
  readonly burst: number;
}

/** AWS's side: `rate` tokens a second, at most `burst` saved. */
function createServer({ rate, burst }: Limit) {
  let [tokens, at] = [burst, Date.now()];
  return {
    refused: 0,
    takes(): boolean {
      tokens = Math.min(burst, tokens + ((Date.now() - at) / 1000) * rate);
      at = Date.now();
      if (tokens < 1) {
        this.refused++;
        return false;
      }
      tokens--;
      return true;
    },
  };
}

/** Sends `calls` through one bucket by 20 workers, each again until it is taken; answers take 25 ms. */
async function run(calls: number, limit: Limit): Promise<{ seconds: number; refused: number; attempts: number }> {
  const throttle = createThrottle(() => Date.now());
  const server = createServer(limit);
  const started = Date.now();
  let [left, attempts, ended] = [calls, 0, 0];
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      for (let taken = false; !taken; attempts++) {
        const passage = await throttle.enter("api");
        taken = server.takes();
        await new Promise((resolve) => setTimeout(resolve, 25));
        if (taken) passage.leave();
        else passage.refuse();
      }
    }
    ended++;
  };
  for (let i = 0; i < 20; i++) void worker();
  while (ended < 20) await jest.advanceTimersByTimeAsync(5);
  return { seconds: (Date.now() - started) / 1000, refused: server.refused, attempts };
}

describe("the throttle", () => {
  it("is no brake where AWS has no limit", async () => {
    const { seconds, refused } = await run(1_000, { rate: 1e6, burst: 1e6 });
    expect(refused).toBe(0);
    // 1,000 calls of 25 ms by 20 workers take 1.25 s at the least; the doubling at the start costs a few round trips.
    expect(seconds).toBeLessThan(1.25 * 1.2);
  });

  it.each<[number, Limit]>([
    [130, { rate: 2, burst: 2 }],
    [628, { rate: 2, burst: 2 }],
    [628, { rate: 2, burst: 5 }],
    [628, { rate: 5, burst: 5 }],
    [1_000, { rate: 20, burst: 20 }],
  ])("has under 5 %% of %d calls refused, and takes at most 1.2 times what %j allows", async (calls, limit) => {
    const { seconds, refused, attempts } = await run(calls, limit);
    expect(refused / attempts).toBeLessThan(0.05);
    expect(seconds).toBeLessThan(((calls - limit.burst) / limit.rate) * 1.2);
  });

  it("loses none of 500 entries where STS takes 50 a second, in at most 11 s", async () => {
    const { seconds } = await run(500, { rate: 50, burst: 50 });
    expect(seconds).toBeLessThanOrEqual(11);
  });

  it("is back at work soon after a storm of refusals that says nothing of the limit", async () => {
    const throttle = createThrottle(() => Date.now());
    for (let i = 0; i < 8; i++) {
      const passage = throttle.enter("api");
      await jest.advanceTimersByTimeAsync(10_000);
      (await passage).refuse();
    }
    const started = Date.now();
    let answered = 0;
    const worker = async (): Promise<void> => {
      for (; answered < 30; answered++) (await throttle.enter("api")).leave();
    };
    void worker();
    while (answered < 30) await jest.advanceTimersByTimeAsync(50);
    expect((Date.now() - started) / 1000).toBeLessThan(25);
  });

  it("keeps buckets apart", async () => {
    const throttle = createThrottle(() => Date.now());
    (await throttle.enter("slow")).refuse();
    const entered: string[] = [];
    void throttle.enter("slow").then(() => entered.push("slow"));
    void throttle.enter("fast").then(() => entered.push("fast"));
    await jest.advanceTimersByTimeAsync(10);
    expect(entered).toEqual(["fast"]);
  });
});
