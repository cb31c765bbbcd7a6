/** Stages in their order, and what waits for an earlier one: planned and applied in the same run, but for removals. */

import { describe, expect, it } from "@jest/globals";
import { createStyle, silent, type CommandContext, type JsonObject, type Result } from "@bulkhead/core";
import { compare, type Change, type Handler } from "@bulkhead/plan";
import { applyCommand } from "@bulkhead/plan/commands";
import type { LandingZoneRun } from "./landing-zone-run.ts";
import { runStages } from "./run-stages.ts";
import type { Stage, StagePlan } from "./stage.ts";

const plain = createStyle(false);

const nothing: Omit<StagePlan, "changes" | "deferred"> = {
  held: [],
  unread: [],
  unmanaged: [],
  warnings: [],
  cost: { calls: 1, seconds: 1 },
};

interface World {
  readonly accounts: Map<string, JsonObject>;
  /** Settings by account. */
  readonly settings: Map<string, JsonObject>;
  readonly log: string[];
}

function handlerOf(objects: Map<string, JsonObject>, broken = false): Handler {
  const name = ({ id }: Change): string => id.split("/").at(-1) ?? "";
  return {
    read: async (change) => objects.get(name(change)) ?? null,
    write: async (change) => {
      if (broken) throw new Error("AWS says no");
      if (change.after === null) objects.delete(name(change));
      else objects.set(name(change), change.after);
    },
  };
}

function changesOf(kind: string, desired: Record<string, JsonObject>, actual: Map<string, JsonObject>) {
  return compare({
    kind,
    account: "management",
    region: "global",
    desired: new Map(Object.entries(desired)),
    actual: new Map([...actual].map(([name, fields]) => [name, { fields, ownership: "tag" }])),
    extra: "delete",
    sentence: (action, name) => `${action} ${kind} ${name}`,
  }).changes;
}

function accounts(world: World, wanted: readonly string[], broken = false): Stage {
  const plan = async (): Promise<StagePlan> => {
    world.log.push("plan accounts");
    const desired = Object.fromEntries(wanted.map((name) => [name, { name }]));
    return { ...nothing, changes: changesOf("account", desired, world.accounts), deferred: [] };
  };
  return {
    name: "accounts",
    kinds: new Set(["account"]),
    plan,
    planDeferred: plan,
    handlers: () => new Map([["account", handlerOf(world.accounts, broken)]]),
    begin: async () => void world.log.push("begin accounts"),
    end: async () => void world.log.push("end accounts"),
  };
}

function settings(world: World, wanted: readonly string[], told = (change: Change): Change => change): Stage {
  const planFor = async (names: readonly string[]): Promise<StagePlan> => {
    world.log.push(`plan settings of ${names.join(", ")}`);
    const ready = names.filter((name) => world.accounts.has(name));
    const desired = Object.fromEntries(ready.map((name) => [name, { open: false }]));
    const actual = new Map([...world.settings].filter(([name]) => ready.includes(name.split("-extra")[0] ?? "")));
    const waiting = names.filter((name) => !ready.includes(name));
    return {
      ...nothing,
      changes: changesOf("setting", desired, actual).map(told),
      deferred: waiting.map((account) => ({ stage: "settings", account, reason: "it doesn't exist yet" })),
    };
  };
  return {
    name: "settings",
    kinds: new Set(["setting"]),
    plan: () => planFor(wanted),
    planDeferred: (only) => planFor([...only]),
    handlers: () => new Map([["setting", handlerOf(world.settings)]]),
    begin: async () => void world.log.push("begin settings"),
    end: async () => void world.log.push("end settings"),
  };
}

async function apply(stages: readonly Stage[], terminal: Partial<CommandContext["terminal"]> = {}): Promise<Result> {
  const run: Partial<LandingZoneRun> = {
    landingZone: { organization: { managementAccountId: "111111111111" }, warnings: [] } as never,
    lost: new AbortController().signal,
    release: async () => undefined,
    close: () => undefined,
  };
  const context: Partial<CommandContext> = {
    args: [],
    env: {},
    report: silent,
    emit: () => undefined,
    signal: new AbortController().signal,
    terminal: {
      interactive: false,
      confirm: async () => false,
      ask: async () => "",
      show: () => undefined,
      ...terminal,
    },
    flags: { yes: true, approve: undefined, concurrency: 4 } as never,
  };
  const command = applyCommand({ summary: "", open: () => runStages(run as LandingZoneRun, stages) });
  return command.run(context as CommandContext);
}

const emptyWorld = (): World => ({ accounts: new Map(), settings: new Map(), log: [] });

describe("what waits for an earlier stage", () => {
  it("is planned and done in the same apply", async () => {
    const world = emptyWorld();
    const result = await apply([accounts(world, ["a", "b"]), settings(world, ["a", "b"])]);
    expect(result.exitCode).toBe(0);
    expect([...world.settings.keys()].sort()).toEqual(["a", "b"]);
    expect(world.log).toEqual([
      "plan accounts",
      "plan settings of a, b",
      "begin accounts",
      "plan settings of a, b",
      "begin settings",
      "end accounts",
      "end settings",
    ]);
  });

  it("is planned for what was deferred alone, beside what could be done at once", async () => {
    const world = emptyWorld();
    world.accounts.set("a", { name: "a" });
    const result = await apply([accounts(world, ["a", "b"]), settings(world, ["a", "b"])]);
    expect(result.exitCode).toBe(0);
    expect(world.log.filter((line) => line.startsWith("plan settings"))).toEqual([
      "plan settings of a, b",
      "plan settings of b",
    ]);
    expect([...world.settings.keys()].sort()).toEqual(["a", "b"]);
  });

  it("is left, said, and a failure, where the earlier stage failed", async () => {
    const world = emptyWorld();
    world.accounts.set("a", { name: "a" });
    const result = await apply([accounts(world, ["a", "b"], true), settings(world, ["a", "b"])]);
    expect(result.exitCode).toBe(1);
    expect([...world.settings.keys()]).toEqual(["a"]);
    expect(result.text?.(plain)).toContain("settings in b: it doesn't exist yet");
  });
});

describe("a removal found in what had been deferred", () => {
  const found = (): World => {
    const world = emptyWorld();
    world.settings.set("a-extra", { open: true });
    return world;
  };

  it("is not done without being asked for", async () => {
    const world = found();
    const result = await apply([accounts(world, ["a"]), settings(world, ["a"])]);
    expect(result.exitCode).toBe(1);
    expect([...world.settings.keys()]).toEqual(["a-extra", "a"]);
    expect(result.text?.(plain)).toContain("delete setting a-extra: not tried, it removes something");
  });

  it("is shown, and done when a person says so", async () => {
    const world = found();
    const shown: string[] = [];
    const questions: string[] = [];
    const result = await apply([accounts(world, ["a"]), settings(world, ["a"])], {
      interactive: true,
      show: (text) => void shown.push(text(plain)),
      confirm: async (question) => questions.push(question) > 0,
    });
    expect(result.exitCode).toBe(0);
    expect([...world.settings.keys()]).toEqual(["a"]);
    expect(questions).toEqual(["Found in what had been deferred: 1 to remove. Apply?"]);
    expect(shown.at(-1)).toContain("- delete setting a-extra");
  });

  it("is an update too that takes something from somebody", async () => {
    const world = emptyWorld();
    world.settings.set("a", { open: true });
    const shutting = (change: Change): Change => (change.action === "update" ? { ...change, losses: 1 } : change);
    const stages = [accounts(world, ["a"]), settings(world, ["a"], shutting)];
    const result = await apply(stages);
    expect(result.exitCode).toBe(1);
    expect(world.settings.get("a")).toEqual({ open: true });
    expect(result.text?.(plain)).toContain("update setting a: not tried, it removes something");
    world.accounts.clear();
    expect(await apply(stages, { interactive: true, confirm: async () => true })).toMatchObject({ exitCode: 0 });
    expect(world.settings.get("a")).toEqual({ open: false });
  });

  it("that isn't done keeps back what needs it", async () => {
    const world = found();
    const needy = (change: Change): Change =>
      change.action === "create" ? { ...change, dependsOn: ["management/global/setting/a-extra"] } : change;
    const result = await apply([accounts(world, ["a"]), settings(world, ["a"], needy)]);
    expect(result.exitCode).toBe(1);
    expect([...world.settings.keys()]).toEqual(["a-extra"]);
    expect(result.text?.(plain)).toContain("create setting a: not tried, it needs management/global/setting/a-extra");
  });
});
