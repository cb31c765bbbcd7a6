/** Patience, in simulated time: with what passes by itself, as long as the pauses last, and with nothing else. */

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { growingPauses, outwait, type Patience } from "./outwait.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const busy = new Error("busy");

/** Work that fails some times, and the milliseconds at which it was tried. */
function failing(times: number, error: Error = busy) {
  const from = Date.now();
  const tries: number[] = [];
  const work = async (): Promise<string> => {
    tries.push(Date.now() - from);
    if (tries.length <= times) throw error;
    return "done";
  };
  return { work, tries };
}

/** Waits with simulated time, and says what came of it and what was told. */
async function patiently(work: () => Promise<string>, patience: Partial<Patience> = {}) {
  const told: string[] = [];
  const waiting = outwait(work, {
    reasonToWait: (error) => (error === busy ? "it is busy" : undefined),
    pauses: [100, 200],
    tell: (reason) => void told.push(reason),
    ...patience,
  });
  const end = waiting.catch((error: unknown) => error);
  await jest.runAllTimersAsync();
  return { end: await end, told };
}

describe("what may pass by itself", () => {
  it("is tried again after each pause, and the reason told", async () => {
    const { work, tries } = failing(2);
    expect(await patiently(work)).toEqual({ end: "done", told: ["it is busy", "it is busy"] });
    expect(tries).toEqual([0, 100, 300]);
  });

  it("is thrown when the pauses are used up", async () => {
    const { work, tries } = failing(9);
    expect(await patiently(work)).toMatchObject({ end: busy });
    expect(tries).toEqual([0, 100, 300]);
  });

  it("is thrown as what it is in the end, where it becomes something else", async () => {
    const broken = new Error("broken");
    const errors = [busy, broken];
    const work = async (): Promise<string> => {
      throw errors.shift();
    };
    expect(await patiently(work)).toEqual({ end: broken, told: ["it is busy"] });
  });
});

it("anything else is thrown at once, and nothing told", async () => {
  const broken = new Error("broken");
  const { work, tries } = failing(1, broken);
  expect(await patiently(work)).toEqual({ end: broken, told: [] });
  expect(tries).toEqual([0]);
});

describe("a signal", () => {
  it("ends the pause with its reason", async () => {
    const controller = new AbortController();
    const { work, tries } = failing(9);
    setTimeout(() => controller.abort("Ctrl-C"), 150);
    expect(await patiently(work, { signal: controller.signal })).toMatchObject({ end: "Ctrl-C" });
    expect(tries).toEqual([0, 100]);
  });

  it("that was aborted before lets the work be tried, and nothing be waited for", async () => {
    const { work, tries } = failing(1);
    expect(await patiently(work, { signal: AbortSignal.abort("Ctrl-C") })).toMatchObject({ end: "Ctrl-C" });
    expect(tries).toEqual([0]);
    expect(await patiently(failing(0).work, { signal: AbortSignal.abort("Ctrl-C") })).toMatchObject({ end: "done" });
  });

  it("that isn't aborted is left as it was", async () => {
    const { signal } = new AbortController();
    const left = jest.spyOn(signal, "removeEventListener");
    await patiently(failing(2).work, { signal });
    expect(left).toHaveBeenCalledTimes(2);
    expect(jest.getTimerCount()).toBe(0);
  });
});

it.each([
  [{ first: 1, longest: 4, total: 14 }, [1, 2, 4, 4, 4]],
  [{ first: 1, longest: 4, total: 15 }, [1, 2, 4, 4, 4]],
  [{ first: 1, longest: 4, total: 16 }, [1, 2, 4, 4, 4, 4]],
  [{ first: 5, longest: 60, total: 5 }, [5]],
])("pauses grow: %j", (limits, pauses) => {
  expect([...growingPauses(limits)]).toEqual(pauses);
});
