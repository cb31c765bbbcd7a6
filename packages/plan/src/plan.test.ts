/** Single cases of comparing, guarding, standing, applying and rendering, where an example says more than a law. */

import { describe, expect, it } from "@jest/globals";
import { BulkheadError, createStyle, hashJson, silent, type Event, type JsonObject } from "@bulkhead/core";
import { applyChanges, type Handler } from "./apply.ts";
import { changeId, nameOf, type Change, type Plan } from "./change.ts";
import { compare } from "./compare.ts";
import { project } from "./fields.ts";
import { guard } from "./guard.ts";
import { renderOutcomes, renderPlan, renderPlanMarkdown, summarise } from "./render.ts";
import { standing } from "./standing.ts";

const id = (name: string): string => changeId({ account: "management", region: "global", kind: "thing", name });
const base = (name: string, before: JsonObject | null, dependsOn: string[] = []) => ({
  kind: "thing",
  id: id(name),
  account: "management",
  region: "global",
  dependsOn: dependsOn.map(id),
  hash: hashJson(before),
});
const create = (name: string, after: JsonObject, dependsOn: string[] = []): Change => ({
  ...base(name, null, dependsOn),
  action: "create",
  sentence: `create ${name}`,
  before: null,
  after,
});
const update = (name: string, before: JsonObject, after: JsonObject): Change => ({
  ...base(name, before),
  action: "update",
  sentence: `update ${name}`,
  before,
  after,
});
const remove = (
  name: string,
  before: JsonObject,
  ownership: string | null = "tag",
  dependsOn: string[] = [],
): Change => ({
  ...base(name, before, dependsOn),
  action: "delete",
  sentence: `delete ${name}`,
  before,
  after: null,
  ownership,
});
const planOf = (changes: readonly Change[]): Plan => ({
  managementAccountId: "111111111111",
  changes,
  deferred: [],
  unread: [],
  held: [],
  unmanaged: [],
  warnings: [],
  cost: { calls: 12, seconds: 61 },
});
const plain = createStyle(false);

describe("an id", () => {
  it("keeps slashes of the name", () => {
    expect(id("Workloads/Production")).toBe("management/global/thing/Workloads/Production");
    expect(nameOf(create("Workloads/Production", {}))).toBe("Workloads/Production");
  });
});

describe("standing", () => {
  const change = update("x", { unit: "Root", tags: { Team: "a" } }, { unit: "Prod", tags: { Team: "b" } });
  it.each<[string, JsonObject | null, string]>([
    ["as before", { unit: "Root", tags: { Team: "a" } }, "unchanged"],
    [
      "as before, with fields that nobody declared",
      { unit: "Root", tags: { Team: "a", Other: "z" }, more: 1 },
      "unchanged",
    ],
    ["as after", { unit: "Prod", tags: { Team: "b" } }, "done"],
    ["half written", { unit: "Prod", tags: { Team: "a" } }, "partly"],
    ["changed by somebody", { unit: "Elsewhere", tags: { Team: "a" } }, "stale"],
    ["gone", null, "stale"],
  ])("%s", (_, current, expected) => expect(standing(change, current)).toBe(expected));

  it("knows a create that exists otherwise as stale, and a delete that is gone as done", () => {
    expect(standing(create("x", { size: 1 }), { size: 2 })).toBe("stale");
    expect(standing(create("x", { size: 1 }), { size: 1, more: 1 })).toBe("done");
    expect(standing(remove("x", { size: 1 }), null)).toBe("done");
    expect(standing(remove("x", { size: 1 }), { size: 2 })).toBe("stale");
  });
});

describe("compare", () => {
  it("notes what asks for a change beside it, and not in its hash", () => {
    const changesOf = (because?: string) =>
      compare({
        kind: "thing",
        account: "management",
        region: "global",
        desired: new Map([["a", { size: 1 }]]),
        actual: new Map(),
        extra: "unmanaged",
        sentence: (action, name) => `${action} ${name}`,
        ...(because === undefined ? {} : { because: () => because }),
      }).changes;
    expect(changesOf("uid=a,dc=x")).toEqual([{ ...create("a", { size: 1 }), because: "uid=a,dc=x" }]);
    expect(changesOf()).toEqual([create("a", { size: 1 })]);
  });
});

describe("guard", () => {
  it("takes a ceiling as a share, rounded down, and says how to go on", () => {
    const changes = ["a", "b"].map((name) => remove(name, {}));
    const held = guard(changes, { ceiling: { percent: 10, of: 19 } }).held;
    expect(held.map(({ reason, approvable }) => [reason, approvable])).toEqual([
      ["2 removals at once pass the ceiling of 10 % of 19", true],
      ["2 removals at once pass the ceiling of 10 % of 19", true],
    ]);
    expect(guard(changes, { ceiling: { percent: 10, of: 20 } }).held).toEqual([]);
  });

  it("lets one go under any share but none", () => {
    const heldOf = (count: number, percent: number): number => {
      const changes = Array.from({ length: count }, (_, i) => remove(`${i}`, {}));
      return guard(changes, { ceiling: { percent, of: 5 } }).held.length;
    };
    expect([heldOf(1, 10), heldOf(2, 10), heldOf(1, 0)]).toEqual([0, 2, 1]);
  });

  it("counts the losses that changes tell of, deletes and updates alike", () => {
    const changes = [
      { ...remove("a", {}), losses: 3 },
      { ...remove("b", {}), losses: 0 },
      { ...update("c", { on: true }, { on: false }), losses: 1 },
      update("d", { on: true }, { on: false }),
      create("e", {}),
    ];
    const heldOf = (count: number): string[] =>
      guard(changes, { ceiling: { count } }).held.map(({ change, reason }) => `${nameOf(change)}: ${reason}`);
    expect(heldOf(4)).toEqual([]);
    const reason = "4 removals at once pass the ceiling of 3";
    expect(heldOf(3)).toEqual([`a: ${reason}`, `c: ${reason}`]);
  });

  it("holds what needs a held change, through any number of steps", () => {
    const changes = [remove("a", {}, null), create("b", {}, ["a"]), create("c", {}, ["b"]), create("d", {})];
    const { changes: allowed, held } = guard(changes, {});
    expect(allowed.map(nameOf)).toEqual(["d"]);
    expect(held.map(({ change, approvable }) => [nameOf(change), approvable])).toEqual([
      ["a", false],
      ["b", false],
      ["c", false],
    ]);
  });

  it("approves nothing that needs both a held removal and something impossible", () => {
    const changes = [remove("a", {}), create("b", {}), create("c", {}, ["a", "b"]), remove("d", {}, "tag", ["b"])];
    const { held } = guard(changes, { ceiling: { count: 0 }, impossible: new Map([[id("b"), "no way"]]) });
    expect(held.map(({ change, approvable }) => [nameOf(change), approvable])).toEqual([
      ["a", true],
      ["b", false],
      ["c", false],
      ["d", false],
    ]);
  });
});

describe("fields", () => {
  it("of a flat map are compared by declared key, everything else whole", () => {
    expect(project({ tags: { a: "1", b: "2" } }, { tags: { a: "x" } })).toEqual({ tags: { a: "1" } });
    const weaker = { content: { Statement: { Effect: "Deny", Condition: { Bool: { x: "true" } } } } };
    expect(project(weaker, { content: { Statement: { Effect: "Deny" } } })).toEqual(weaker);
  });
});

describe("applying", () => {
  const handler = (log: string[], failing: string[] = []): Handler => ({
    read: async (change) => change.before,
    write: async (change) => {
      log.push(nameOf(change));
      if (failing.includes(nameOf(change))) throw new Error("boom");
    },
  });
  const options = (handlerOfThing: Handler, signal = new AbortController().signal) => ({
    handlers: new Map([["thing", handlerOfThing]]),
    concurrency: 4,
    report: silent,
    signal,
  });

  it("goes in the order of dependencies, and a failure stops only those that need it", async () => {
    const log: string[] = [];
    const changes = [create("c", {}, ["b"]), create("b", {}, ["a"]), create("a", {}), create("z", {})];
    const outcomes = await applyChanges(changes, options(handler(log, ["b"])));
    expect(log.indexOf("a")).toBeLessThan(log.indexOf("b"));
    expect(log).not.toContain("c");
    expect(outcomes.map(({ status, change }) => [nameOf(change), status])).toEqual([
      ["c", "not tried"],
      ["b", "failed"],
      ["a", "done"],
      ["z", "done"],
    ]);
    expect(renderOutcomes(outcomes, [], plain)).toContain("Applied: 2 changed, 1 failed, 1 not tried.");
  });

  it("starts nothing new after Ctrl-C, and settles what is in flight", async () => {
    const controller = new AbortController();
    const log: string[] = [];
    const interrupting: Handler = {
      read: async () => null,
      write: async (change) => {
        log.push(nameOf(change));
        controller.abort();
      },
    };
    const changes = [create("a", {}), create("b", {}, ["a"])];
    const outcomes = await applyChanges(changes, options(interrupting, controller.signal));
    expect(log).toEqual(["a"]);
    expect(outcomes.map(({ status }) => status)).toEqual(["done", "not tried"]);
  });

  it("counts a change as not tried whose handler saw the signal before it wrote, and says what stopped it", async () => {
    const controller = new AbortController();
    const lost = new BulkheadError({ code: "X.Lost", fault: "user", message: "the lease was lost" });
    const stopping: Handler = {
      read: async () => null,
      write: async () => {
        controller.abort(lost);
        controller.signal.throwIfAborted();
      },
    };
    const [outcome] = await applyChanges([create("a", {})], options(stopping, controller.signal));
    expect(outcome).toMatchObject({ status: "not tried", reason: "the lease was lost" });
  });

  it("reports each outcome once", async () => {
    const events: Event[] = [];
    await applyChanges([create("a", {})], { ...options(handler([])), report: (event) => events.push(event) });
    expect(events).toEqual([{ type: "outcome", status: "done", subject: id("a"), message: "create a" }]);
  });

  it("keeps to the concurrency of a kind", async () => {
    let [now, most] = [0, 0];
    const counting: Handler = {
      concurrency: 2,
      read: async () => null,
      write: async () => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now--;
      },
    };
    await applyChanges(
      [..."abcdefgh"].map((name) => create(name, {})),
      options(counting),
    );
    expect(most).toBe(2);
  });

  it("refuses a circle of dependencies and an unknown kind before it does anything", async () => {
    const log: string[] = [];
    const circle = [create("a", {}, ["b"]), create("b", {}, ["a"])];
    await expect(applyChanges(circle, options(handler(log)))).rejects.toMatchObject({ code: "Plan.DependencyCycle" });
    const unknown = [create("a", {}), { ...create("b", {}), kind: "other" }];
    await expect(applyChanges(unknown, options(handler(log)))).rejects.toMatchObject({ code: "Plan.UnknownKind" });
    expect(log).toEqual([]);
  });
});

describe("rendering", () => {
  const plan: Plan = {
    ...planOf([
      create("a", { size: 1 }),
      update("b", { unit: "Root", tags: {} }, { unit: "Prod", tags: { Team: "x" } }),
    ]),
    held: [{ change: remove("c", {}), reason: "1 removals at once pass the ceiling of 0", approvable: true }],
    deferred: [{ stage: "baseline", account: "a", reason: "the account doesn't exist yet" }],
    unmanaged: [{ kind: "thing", id: id("u"), sentence: "thing u" }],
  };

  it("shows each change with its fields, and counts", () => {
    const text = renderPlan(plan, plain);
    expect(text).toContain("+ create a\n~ update b\n    tags: {} → (none)".split("\n")[0]);
    expect(text).toContain('    unit: "Root" → "Prod"');
    expect(text).toContain('    tags.Team: (none) → "x"');
    expect(text).toMatch(/apply it with --approve [0-9a-f]{12}/);
    expect(text).toContain("Plan: 1 to create, 1 to update, 1 deferred, 1 held back. About 12 calls, 2 min.");
  });

  it("says so when there is nothing to do", () => {
    expect(summarise(planOf([]))).toBe("Nothing to do: AWS is as the file says.");
  });

  it("lets nothing that stands in AWS steer the terminal or the pull request", () => {
    const evil = planOf([
      { ...update("b", { n: "\u001b[2J" }, { n: "```\n</details>" }), sentence: "x \u001b[31m | <b>" },
    ]);
    expect(renderPlan(evil, plain)).not.toContain("\u001b");
    const markdown = renderPlanMarkdown(evil);
    expect(markdown).not.toContain("\u001b");
    expect(markdown).toContain("\\| \\<b\\>");
    expect(markdown.match(/```/g)).toHaveLength(2);
  });
});
