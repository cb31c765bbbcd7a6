/** One round of looks at alarms serves all who wait. */

import { describe, expect, it } from "@jest/globals";
import { roundsOf, type AlarmStates } from "./alarms.ts";

const never = new AbortController().signal;

function scripted(states: Readonly<Record<string, string>>) {
  const rounds: (readonly string[])[] = [];
  const alarms = roundsOf(async (names): Promise<AlarmStates> => {
    rounds.push(names);
    return new Map(names.flatMap((name) => (states[name] === undefined ? [] : [[name, states[name]]])));
  });
  return { alarms, rounds };
}

describe("looks at alarms", () => {
  it("share one round, which comes when the most impatient of them wants it", async () => {
    const { alarms, rounds } = scripted({ a: "OK", b: "ALARM" });
    const looks = [
      alarms.look(["a"], 60_000, never),
      alarms.look(["b", "a"], 1, never),
      alarms.look(["c"], 60_000, never),
    ];
    const [first, second, third] = await Promise.all(looks);
    expect(rounds).toEqual([["a", "b", "c"]]);
    expect(first?.get("a")).toBe("OK");
    expect(second?.get("b")).toBe("ALARM");
    expect(third?.has("c")).toBe(false);
  });

  it("that come later get a later round", async () => {
    const { alarms, rounds } = scripted({ a: "OK" });
    await alarms.look(["a"], 0, never);
    await alarms.look(["a"], 0, never);
    expect(rounds).toHaveLength(2);
  });

  it("end at once when they are given up, and the others go on", async () => {
    const { alarms, rounds } = scripted({ a: "OK", b: "OK" });
    const controller = new AbortController();
    const given = alarms.look(["a"], 60_000, controller.signal);
    const kept = alarms.look(["b"], 5, never);
    controller.abort(new Error("enough"));
    await expect(given).rejects.toThrow("enough");
    expect([...(await kept)]).toEqual([["b", "OK"]]);
    expect(rounds).toEqual([["b"]]);
    await expect(alarms.look(["a"], 0, controller.signal)).rejects.toThrow("enough");
  });

  it("fail together, and the next may succeed", async () => {
    let failing = true;
    const alarms = roundsOf(async () => {
      if (failing) throw new Error("denied");
      return new Map([["a", "OK"]]);
    });
    const looks = [alarms.look(["a"], 0, never), alarms.look(["a"], 0, never)];
    for (const look of await Promise.allSettled(looks)) expect(look).toMatchObject({ status: "rejected" });
    failing = false;
    expect((await alarms.look(["a"], 0, never)).get("a")).toBe("OK");
  });
});
