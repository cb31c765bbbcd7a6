/** The lease on the sandbox's SSM: one run at a time, however many want it and however they end. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { silent, type Event } from "@bulkhead/core";
import { MANAGEMENT_ACCOUNT, startSandbox, type Sandbox } from "@bulkhead/sandbox";
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { createAccess, type Access } from "./access.ts";
import { noDiskCache } from "./disk-cache.ts";
import { leaseAccount } from "./lease.ts";
import { thisProcess, type ProcessId } from "./process-id.ts";

const place = { account: MANAGEMENT_ACCOUNT, region: "eu-central-1" };
const signal = new AbortController().signal;
const options = { patience: 0, report: silent, signal };

let sandbox: Sandbox;
let access: Access;
const before = { ...process.env };
beforeAll(async () => {
  sandbox = await startSandbox();
  Object.assign(process.env, sandbox.env);
});
afterAll(async () => {
  process.env = before;
  await sandbox.stop();
});
beforeEach(async () => {
  await sandbox.reset();
  access = createAccess({ region: place.region, accessRole: "none", disk: noDiskCache, report: silent });
});
afterEach(() => access.close());

interface Row {
  readonly owner: string;
  readonly host: string;
  readonly process: ProcessId | null;
  readonly nonce: string;
  readonly until: number;
}

async function rows(): Promise<Record<string, Row>> {
  const client = access.client(SSMClient, place);
  const { Parameters = [] } = await client.send(new GetParametersByPathCommand({ Path: "/bulkhead/lease" }));
  return Object.fromEntries(Parameters.map(({ Name = "", Value = "" }) => [Name, JSON.parse(Value) as Row]));
}

/** A lease that another run has left behind. */
async function leave(row: Partial<Row>, name = "/bulkhead/lease/00000041"): Promise<void> {
  const value: Row = {
    owner: "arn:other",
    host: "elsewhere",
    process: null,
    nonce: "x",
    until: Date.now() + 60_000,
    ...row,
  };
  const command = new PutParameterCommand({ Name: name, Value: JSON.stringify(value), Type: "String" });
  await access.client(SSMClient, place).send(command);
}

const held = { code: "Credentials.LeaseHeld" };

describe("the lease", () => {
  it("is taken once by many who want it at once, and free again after its release", async () => {
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => leaseAccount(access, place, options)));
    const taken = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const refused = all.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    expect(taken).toHaveLength(1);
    expect(refused).toEqual(Array.from({ length: 4 }, () => expect.objectContaining(held)));
    await taken[0]?.release();
    await (await leaseAccount(access, place, options)).release();
    // One row is left, marked as released: it is what the next one counts from.
    expect(Object.entries(await rows())).toEqual([["/bulkhead/lease/00000002", expect.objectContaining({ until: 0 })]]);
  });

  it("names who has it", async () => {
    await leave({});
    await expect(leaseAccount(access, place, options)).rejects.toMatchObject({
      ...held,
      message: "Another run is at work: arn:other on elsewhere. Nothing was changed.",
    });
  });

  it("that has run out is taken over, by one of many", async () => {
    await leave({ until: Date.now() - 61_000 });
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => leaseAccount(access, place, options)));
    const taken = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(taken).toHaveLength(1);
    expect(Object.keys(await rows())).toContain("/bulkhead/lease/00000042");
    await taken[0]?.release();
  });

  it("of a process of this machine that has ended is taken over at once", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", "0"]);
    const here = thisProcess();
    expect(here).not.toBeNull();
    await leave({ process: { ...here!, pid } });
    await (await leaseAccount(access, place, options)).release();
  });

  it("of an earlier process with the number of a living one is taken over too", async () => {
    await leave({ process: { ...thisProcess()!, started: "1" } });
    await (await leaseAccount(access, place, options)).release();
  });

  it.each<[string, () => Partial<ProcessId>]>([
    ["of this machine that lives", () => ({})],
    ["of another container, whatever its number", () => ({ realm: "another boot pid:[1]", pid: 999_999 })],
  ])("of a process %s is not", async (_, other) => {
    await leave({ host: hostname(), process: { ...thisProcess()!, ...other() } });
    await expect(leaseAccount(access, place, options)).rejects.toMatchObject(held);
  });

  it("is recognised as its own where the answer to its taking was lost", async () => {
    sandbox.faults.at(1, { kind: "cutAfter" }, { operation: "ssm:PutParameter" });
    await (await leaseAccount(access, place, options)).release();
    expect(Object.keys(await rows())).toEqual(["/bulkhead/lease/00000001"]);
  });

  it("is tried again where SSM sees others write", async () => {
    const busy = { kind: "fail", status: 400, code: "TooManyUpdates" } as const;
    sandbox.faults.at(1, busy, { operation: "ssm:PutParameter", times: 2 });
    await (await leaseAccount(access, place, options)).release();
  });

  it("isn't held by a run that made a number which others have passed", async () => {
    // It looked when there was nothing; before its first number is made, another run has the third.
    sandbox.faults.at(
      1,
      { kind: "before", run: () => leave({}, "/bulkhead/lease/00000003") },
      { operation: "ssm:PutParameter" },
    );
    await expect(leaseAccount(access, place, options)).rejects.toMatchObject(held);
    expect(Object.keys(await rows())).toEqual(["/bulkhead/lease/00000003"]);
  });

  it("is waited for, and the wait is explained and can be interrupted", async () => {
    await leave({});
    const events: Event[] = [];
    const controller = new AbortController();
    const report = (event: Event): void => {
      events.push(event);
      if (event.type === "waiting") controller.abort();
    };
    const waiting = leaseAccount(access, place, { patience: 60_000, report, signal: controller.signal });
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    expect(events.filter(({ type }) => type === "waiting")).toEqual([
      { type: "waiting", subject: "lease", reason: "arn:other on elsewhere is at work" },
    ]);
  });

  it("of a part of the account, by its name, stands beside the account's and every other", async () => {
    const whole = await leaseAccount(access, place, options);
    const shop = await leaseAccount(access, place, { ...options, name: "deploy/shop" });
    const blog = await leaseAccount(access, place, { ...options, name: "deploy/blog" });
    await expect(leaseAccount(access, place, { ...options, name: "deploy/shop" })).rejects.toMatchObject(held);
    for (const lease of [whole, shop, blog]) await lease.release();
    await (await leaseAccount(access, place, { ...options, name: "deploy/shop" })).release();
    expect(Object.keys(await rows())).toEqual(["/bulkhead/lease/00000001"]);
  });

  it("that somebody else wrote is not touched", async () => {
    const command = new PutParameterCommand({ Name: "/bulkhead/lease/notes", Value: "mine", Type: "String" });
    await access.client(SSMClient, place).send(command);
    await expect(leaseAccount(access, place, options)).rejects.toMatchObject({ code: "Credentials.LeaseUnreadable" });
  });
});
