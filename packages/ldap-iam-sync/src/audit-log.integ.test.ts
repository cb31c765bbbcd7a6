/** The audit log as a file: what a line says, who may read it, and that nothing is written to IAM without it. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Change, Handler } from "@bulkhead/plan";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audited, openAuditLog } from "./audit-log.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bulkhead-audit-"));
});
afterAll(() => rm(folder, { recursive: true }));

const change: Change = {
  kind: "user",
  id: "identity/global/user/1",
  account: "identity",
  region: "global",
  action: "delete",
  sentence: "delete alice",
  because: "uid=alice,dc=example: no longer in the directory",
  dependsOn: [],
  hash: "",
  before: { name: "alice" },
  after: null,
  ownership: "path and tag",
};
const who = "arn:aws:iam::111111111111:user/admin";
const handlerOf = (write: () => Promise<void>): ReadonlyMap<string, Handler> =>
  new Map([["user", { read: async () => null, write }]]);
const linesOf = async (file: string) =>
  (await readFile(file, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("the audit log", () => {
  it("has a line before each write and one after it, for its owner's eyes", async () => {
    const file = join(folder, "done.jsonl");
    const seen: number[] = [];
    const write = async () => void seen.push((await linesOf(file)).length);
    const handler = audited(handlerOf(write), { log: await openAuditLog(file), who }).get("user");
    await handler?.write(change, null);
    await handler?.write(change, null);
    const { sentence, because, before, after, action, id } = change;
    const line = {
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      who,
      change: id,
      action,
      sentence,
      because,
      before,
      after,
    };
    expect(await linesOf(file)).toEqual(["begun", "done", "begun", "done"].map((event) => ({ ...line, event })));
    expect(seen).toEqual([1, 3]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("says why a write failed", async () => {
    const file = join(folder, "failed.jsonl");
    const write = () => Promise.reject(new Error("no"));
    const handler = audited(handlerOf(write), { log: await openAuditLog(file), who }).get("user");
    await expect(handler?.write(change, null)).rejects.toThrow("no");
    expect((await linesOf(file)).at(-1)).toMatchObject({ event: "failed", error: { message: "no" } });
  });

  it("stops what it can't tell of", async () => {
    await expect(openAuditLog(join(folder, "missing", "log"))).rejects.toMatchObject({
      code: "Users.AuditLogUnwritable",
      message: expect.stringContaining("ENOENT"),
    });
    let written = false;
    const write = async () => void (written = true);
    const log = { append: () => Promise.reject(new Error("full")) };
    await expect(audited(handlerOf(write), { log, who }).get("user")?.write(change, null)).rejects.toThrow("full");
    expect(written).toBe(false);
  });
});
