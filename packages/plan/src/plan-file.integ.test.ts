/** The plan file: what is loaded is what was saved, or there is a clear error and nothing else. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "./change.ts";
import { checkWritable, loadPlan, planId, savePlan } from "./plan-file.ts";

const plan: Plan = {
  managementAccountId: "111111111111",
  changes: [],
  deferred: [{ stage: "baseline", account: "a", reason: "no account yet" }],
  unread: [],
  held: [],
  unmanaged: [],
  warnings: [],
  cost: { calls: 12, seconds: 61 },
};

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bulkhead-plan-"));
  file = join(folder, "plan.json");
});
afterEach(() => rm(folder, { recursive: true }));

describe("a plan file", () => {
  it("comes back as it was, is private, and leaves nothing beside it", async () => {
    await savePlan(file, plan);
    expect(await loadPlan(file)).toEqual(plan);
    expect(planId(await loadPlan(file))).toBe(planId(plan));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["plan.json"]);
  });

  it.each([
    ["edited", (text: string) => text.replace("no account yet", "other"), "Plan.FileEdited"],
    ["of a later version", (text: string) => text.replace('"version": 1', '"version": 2'), "Plan.FileVersion"],
    ["cut off", (text: string) => text.slice(0, 40), "Plan.NotAPlanFile"],
    ["something else", () => "[1]", "Plan.NotAPlanFile"],
    ["empty", () => "", "Plan.NotAPlanFile"],
  ])("is refused when it is %s", async (_, edit, code) => {
    await savePlan(file, plan);
    await writeFile(file, edit(await readFile(file, "utf8")));
    await expect(loadPlan(file)).rejects.toMatchObject({ code, where: { file } });
  });

  it.each([
    ["in a folder that isn't there", "none/plan.json", /no such folder/],
    ["below a file", "file/plan.json", /no such folder/],
    ["where a folder is", "folder", /is a folder/],
  ])("that can't be written, %s, is named as it was given, before planning and after", async (_, name, reason) => {
    await writeFile(join(folder, "file"), "");
    await mkdir(join(folder, "folder"));
    const target = join(folder, name);
    for (const attempt of [() => checkWritable(target), () => savePlan(target, plan)]) {
      const error: unknown = await attempt().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "Plan.FileUnwritable", where: { file: target } });
      expect((error as Error).message).toMatch(reason);
      expect((error as Error).message).not.toContain(".tmp");
    }
    expect((await readdir(folder)).sort()).toEqual(["file", "folder"]);
  });

  it("can be written where there is none yet, and over an old one", async () => {
    await checkWritable(file);
    await savePlan(file, plan);
    await checkWritable(file);
    expect(await readdir(folder)).toEqual(["plan.json"]);
  });

  it("is named when it is missing", async () => {
    await expect(loadPlan(file)).rejects.toMatchObject({ code: "Plan.FileUnreadable" });
  });
});
