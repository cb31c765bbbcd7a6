/** The poller against stacks that move in simulated time. */

import { describe, expect, it } from "@jest/globals";
import { createPoller, type PollApi, type Polled, type PolledEvent } from "./poller.ts";

interface Moving {
  readonly id: string;
  /** The round from which it shows that it moves, and that from which it has ended. */
  readonly from: number;
  readonly until: number;
  readonly deleted?: boolean;
}

/** AWS as it is at each round; a round is a sleep of the poller. */
function simulate(stacks: readonly Moving[]) {
  let round = 0;
  const counts = { one: 0, all: 0, events: 0 };
  const state = ({ id, from, until }: Moving): Polled => ({
    id,
    status: round < from ? "CREATE_COMPLETE" : round < until ? "UPDATE_IN_PROGRESS" : "UPDATE_COMPLETE",
    changed: round < from ? 1 : 2,
  });
  const find = (id: string): Moving => stacks.find((stack) => stack.id === id) as Moving;
  const api: PollApi<Polled, PolledEvent> = {
    one: async (id) => {
      counts.one++;
      return find(id).deleted && round >= find(id).until
        ? { ...state(find(id)), status: "DELETE_COMPLETE" }
        : state(find(id));
    },
    all: async () => {
      counts.all++;
      return stacks.filter(({ deleted, until }) => !deleted || round < until).map(state);
    },
    events: async ({ id }) => {
      counts.events++;
      return Array.from({ length: Math.min(round, find(id).until) + 1 }, (_, index) => ({ id: `${id}-${index}` }));
    },
  };
  const pauses: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
    round++;
  };
  const poller = createPoller(api, sleep);
  const heard: string[] = [];
  const settle = ({ id }: Moving) => {
    const before = { status: "CREATE_COMPLETE", changed: 1 };
    return poller.settle({ id, before, token: undefined, heard: (event) => heard.push(event.id) });
  };
  return { settle, counts, heard, pauses, api };
}

describe("the poller", () => {
  it("waits for a stack whose start shows late, and tells each event once", async () => {
    const [stack] = [{ id: "a", from: 2, until: 4 }] as const;
    const { settle, heard, counts } = simulate([stack]);
    expect(await settle(stack)).toMatchObject({ status: "UPDATE_COMPLETE" });
    expect(heard).toEqual(["a-0", "a-1", "a-2", "a-3", "a-4"]);
    expect(counts.all).toBe(0);
  });

  it("asks as often for thirty stacks as for three", async () => {
    const asked = async (count: number) => {
      const stacks = Array.from({ length: count }, (_, index) => ({ id: `s${index}`, from: 0, until: 20 }));
      const { settle, counts } = simulate(stacks);
      await Promise.all(stacks.map(settle));
      return counts;
    };
    const [three, thirty] = [await asked(3), await asked(30)];
    expect(thirty.all).toBe(three.all);
    // The first waits alone for a moment.
    expect(thirty.one).toBe(1);
    // Two looks at events a round, and a last one at each stack when it has ended.
    expect(thirty.events - 30).toBe(three.events - 3);
  });

  it("finds the end of a stack that was deleted, which no list has", async () => {
    const stacks = [
      { id: "a", from: 0, until: 3, deleted: true },
      { id: "b", from: 0, until: 6 },
    ];
    const { settle, counts } = simulate(stacks);
    const ended = await Promise.all(stacks.map(settle));
    expect(ended.map(({ status }) => status)).toEqual(["DELETE_COMPLETE", "UPDATE_COMPLETE"]);
    expect(counts.all).toBeGreaterThan(0);
  });

  it("asks less often while nothing moves", async () => {
    const stack = { id: "a", from: 0, until: 30 };
    const { api, pauses } = simulate([stack]);
    const still = { ...api, events: async () => [] };
    const slow = createPoller(still, async (milliseconds) => {
      pauses.push(milliseconds);
      if (pauses.length === 12) slow.forget("a");
    });
    void slow.settle({ id: "a", before: undefined, token: undefined, heard: () => undefined });
    while (pauses.length < 12) await Promise.resolve();
    expect(pauses.slice(0, 3)).toEqual([750, 1125, 1687.5]);
    expect(pauses.at(-1)).toBe(5000);
  });

  it("sees the end of an operation that leaves a stack as it was before, such as a deletion that fails again", async () => {
    const before = { status: "DELETE_FAILED", changed: 1 };
    const watch = { id: "a", before, heard: () => undefined };
    const api = (statuses: string[], events: readonly PolledEvent[]): PollApi<Polled, PolledEvent> => ({
      one: async (id) => ({ id, changed: 1, status: statuses.shift() ?? "DELETE_FAILED" }),
      all: async () => [],
      events: async () => events,
    });
    let rounds = 0;
    const sleep = async (): Promise<void> => {
      if (++rounds > 20) throw new Error("it waits for ever");
    };
    const seen = createPoller(api(["DELETE_FAILED", "DELETE_IN_PROGRESS"], []), sleep);
    expect(await seen.settle({ ...watch, token: undefined })).toMatchObject({ status: "DELETE_FAILED" });
    // Too quick to be seen: the operation's own events say that it began.
    const quick = createPoller(api([], [{ id: "e" }]), sleep);
    expect(await quick.settle({ ...watch, token: "t" })).toMatchObject({ status: "DELETE_FAILED" });
  });

  it("fails all that wait where AWS can't be asked, and can be used again", async () => {
    const stack = { id: "a", from: 0, until: 2 };
    const { settle, api } = simulate([stack]);
    const { one } = api;
    let broken = true;
    Object.assign(api, { one: async (id: string) => (broken ? Promise.reject(new Error("cut")) : one(id)) });
    await expect(settle(stack)).rejects.toThrow("cut");
    broken = false;
    expect(await settle(stack)).toMatchObject({ status: "UPDATE_COMPLETE" });
  });
});
