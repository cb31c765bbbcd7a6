/** The baseline as a stage: what waits for an account is planned once it is there, and the map of accounts with it. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { silent, type CommandContext } from "@bulkhead/core";
import { openLandingZoneRun } from "@bulkhead/stages";
import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { baselineStage } from "./stage.ts";
import { openEstate, type Estate } from "./testing/estate.ts";

let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(["old", "young"], 'baseline: { accountAlias: "example-{account}" }');
});
afterAll(async () => estate[Symbol.asyncDispose]());
beforeEach(async () => estate.reset());

function openRun() {
  return openLandingZoneRun({
    flags: { file: estate.file, concurrency: 4, region: undefined, profile: undefined },
    signal: new AbortController().signal,
    report: silent,
    terminal: { interactive: false },
    env: process.env,
    args: [],
  } as unknown as CommandContext);
}

describe("an account that isn't there yet", () => {
  it("is deferred once, and planned when the run has made it", async () => {
    const lock = { version: 1, accounts: { old: { id: estate.ids.get("old") } }, blocks: {} };
    await writeFile(join(dirname(estate.file), "bulkhead.lock.json"), JSON.stringify(lock));
    const run = openRun();
    try {
      const stage = baselineStage(run);
      const first = await stage.plan();
      expect(first.deferred).toEqual([
        { stage: "baseline", account: "young", reason: expect.stringMatching(/^it doesn't exist yet/) },
      ]);
      expect(new Set(first.changes.map(({ account }) => account))).toEqual(new Set(["old", "management"]));
      expect(stage.view?.()?.document["cells"]).toContainEqual(
        expect.objectContaining({ account: "young", control: "account-alias", status: "unknown" }),
      );

      run.accounts.learnNew("young", estate.ids.get("young") ?? "");
      const second = await stage.planDeferred(new Set(["young"]));
      expect(second.deferred).toEqual([]);
      const ids = second.changes.map(({ id }) => id);
      expect(ids).toContain("young/global/account-alias/account-alias");
      // The map speaks of the account that has come.
      const map = second.changes.find(({ kind }) => kind === "account-map-part");
      expect(map?.after?.["accounts"]).toMatchObject({ young: { id: estate.ids.get("young") } });
      expect(ids.filter((id) => id.startsWith("old/"))).toEqual([]);
    } finally {
      run.close();
    }
  });

  it("stays deferred where it still isn't there", async () => {
    await writeFile(join(dirname(estate.file), "bulkhead.lock.json"), '{ "version": 1, "accounts": {} }');
    const run = openRun();
    try {
      const { deferred } = await baselineStage(run).planDeferred(new Set(["young"]));
      expect(deferred.map(({ account }) => account)).toEqual(["young"]);
    } finally {
      run.close();
    }
  });
});

it("an account that the accounts stage found suspended has no place in it", async () => {
  const run = openRun();
  try {
    run.accounts.leaveOut(["young"]);
    const stage = baselineStage(run);
    const plan = await stage.plan();
    expect(new Set(plan.changes.map(({ account }) => account))).toEqual(new Set(["old", "management"]));
    expect([...plan.deferred, ...plan.unread]).toEqual([]);
    expect(JSON.stringify(stage.view?.()?.document)).not.toContain("young");
  } finally {
    run.close();
  }
});

describe("the published map", () => {
  it("keeps the accounts whose ids nothing here knows", async () => {
    await estate.run("apply", "--yes");
    const [folder, lock] = [dirname(estate.file), "bulkhead.lock.json"];
    await rename(join(folder, lock), join(folder, "away.json"));
    try {
      const { stdout } = await estate.run("plan", "--controls", "published-map");
      expect(stdout).toContain("Nothing to do");
    } finally {
      await rename(join(folder, "away.json"), join(folder, lock));
    }
  });
});

describe("a saved plan", () => {
  it("is applied as it was shown, and again without doing anything", async () => {
    const saved = join(dirname(estate.file), "plan.json");
    await estate.run("plan", "--out", saved);
    expect((await estate.run("apply", saved, "--yes")).stdout).toContain("Applied: 7 changed.");
    expect((await estate.run("apply", saved, "--yes")).stdout).toContain("Applied: 7 done already.");
  });

  it("isn't narrowed by flags beside it, but by those that it was made with", async () => {
    const saved = join(dirname(estate.file), "plan.json");
    await estate.run("plan", "--accounts", "old", "--out", saved);
    estate.sandbox.clearCalls();
    const narrowed = await estate.run("apply", saved, "--yes", "--accounts", "young", "--controls", "account-alias");
    expect(narrowed).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("as it was shown: --accounts, --controls can't narrow it. Nothing was changed."),
    });
    expect(estate.sandbox.calls()).toEqual([]);
    expect((await estate.run("apply", saved, "--yes")).stdout).toContain("Applied: 3 changed.");
  });

  it("keeps within its flags what it had to defer", async () => {
    const saved = join(dirname(estate.file), "plan.json");
    const lock = join(dirname(estate.file), "bulkhead.lock.json");
    const known = await readFile(lock, "utf8");
    const { accounts } = JSON.parse(known) as { accounts: Record<string, object> };
    delete accounts["young"];
    await writeFile(lock, JSON.stringify({ version: 1, accounts }));
    await estate.run("plan", "--controls", "account-alias", "--out", saved);
    await writeFile(lock, known);
    expect((await estate.run("apply", saved, "--yes")).exitCode).toBe(0);
    const left = await estate.run("plan", "--accounts", "young", "--output", "json");
    const { changes } = (JSON.parse(left.stdout) as { plan: { changes: { id: string }[] } }).plan;
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.map(({ id }) => id).filter((id) => id.includes("account-alias"))).toEqual([]);
  });

  it("proves each account before the first write into it, once", async () => {
    estate.sandbox.clearCalls();
    await estate.run("apply", "--yes", "--concurrency", "1");
    const proofs = estate.sandbox.calls().filter((call) => call === "sts:GetCallerIdentity");
    // Of the two members and the management account, besides the question who we are.
    expect(proofs.length).toBeLessThanOrEqual(4);
    expect(proofs.length).toBeGreaterThanOrEqual(3);
  });
});
