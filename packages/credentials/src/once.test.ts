/** Work done once: shared while it runs and after it succeeded, done again after it failed. */

import { expect, it } from "@jest/globals";
import { once } from "./once.ts";

it("runs once, for those who ask meanwhile and for those who ask later", async () => {
  let runs = 0;
  const work = once(async () => ++runs);
  expect(await Promise.all([work(), work(), work()])).toEqual([1, 1, 1]);
  expect(await work()).toBe(1);
});

it("fails for all who asked meanwhile, and starts anew for the next", async () => {
  let runs = 0;
  const work = once(async () => {
    if (++runs === 1) throw new Error("no");
    return runs;
  });
  const outcomes = await Promise.allSettled([work(), work()]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(runs).toBe(1);
  expect(await Promise.all([work(), work()])).toEqual([2, 2]);
});
