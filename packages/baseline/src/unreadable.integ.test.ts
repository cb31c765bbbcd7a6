/** Accounts that can't be read, or not yet: the others are done, and the end tells. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { CloseAccountCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import type { CommandContext, Event } from "@bulkhead/core";
import { Refusal } from "@bulkhead/sandbox";
import { createReadiness, openLandingZoneRun } from "@bulkhead/stages";
import { controls } from "./controls/index.ts";
import { everything } from "./desired.ts";
import { matrixOf } from "./matrix.ts";
import { planBaseline } from "./plan.ts";
import { createReach, estateOf } from "./reach.ts";
import { openEstate, type Estate } from "./testing/estate.ts";

const baseline = 'baseline: { accountAlias: "example-{account}", s3PublicAccess: block-all }';

let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(["down", "fine", "rightless", "suspended"], baseline);
});
afterAll(async () => estate[Symbol.asyncDispose]());
beforeEach(async () => estate.reset());

const isOf = (account: string, arn: unknown): boolean => String(arn).includes(estate.ids.get(account) ?? "none");

describe("one account down, one without rights, one suspended", () => {
  it("the others are done, the matrix and the end say what isn't known", async () => {
    const { faults } = estate.sandbox;
    faults.script("sts:AssumeRole", ({ input }) =>
      isOf("down", input["RoleArn"]) ? new Refusal(503, "ServiceUnavailable", "out of order") : undefined,
    );
    faults.script("s3:GET /v20180820/configuration/publicAccessBlock", ({ headers }) =>
      isOf("rightless", headers["x-amz-account-id"]) ? new Refusal(403, "AccessDenied", "no") : undefined,
    );
    await estate
      .byHand(OrganizationsClient, "management")
      .send(new CloseAccountCommand({ AccountId: estate.ids.get("suspended") ?? "" }));

    const applied = await estate.run("apply", "--yes");

    expect(applied.stdout).toContain("Applied: 8 changed.");
    expect(applied.exitCode).toBe(1);
    expect(applied.stdout).toMatch(/baseline in down: account-alias, s3-public-access, account-mark: .*out of order/);
    expect(applied.stdout).toMatch(/baseline in rightless: s3-public-access: No right to call S3Control/);
    expect(applied.stdout).toMatch(/baseline in suspended: .*can't be entered/);

    const { stdout, exitCode } = await estate.run("plan");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\ndown +\? +\? +\?\nfine +✓ +✓ +✓\n/);
    expect(stdout).toMatch(/\nrightless +✓ +\? +✓\nsuspended +\? +\? +\?\n/);
    expect(stdout).toMatch(/Not read\n {2}baseline in down: /);
    expect(stdout).toContain("Plan: 3 not read.");
  });

  it("an account that can't be entered is asked for once", async () => {
    await estate
      .byHand(OrganizationsClient, "management")
      .send(new CloseAccountCommand({ AccountId: estate.ids.get("suspended") ?? "" }));
    const entered: unknown[] = [];
    estate.sandbox.faults.script("sts:AssumeRole", ({ input }) => void entered.push(input["RoleArn"]));
    await estate.run("plan", "--concurrency", "1");
    expect(entered.filter((arn) => isOf("suspended", arn))).toHaveLength(1);
  });
});

describe("a region that an account hasn't enabled", () => {
  it.each([
    ["DISABLED", /isn't enabled in the account fine: it is DISABLED\. Enable it there/],
    ["ENABLED", /doesn't accept these credentials/],
  ])("is named, where AWS says no more than that it doesn't know the credentials: %s", async (status, reason) => {
    const { faults } = estate.sandbox;
    faults.script("ssm:GetParameter", ({ region, input }) =>
      region === "us-east-1" && input["Name"] === "/bulkhead/account"
        ? new Refusal(400, "UnrecognizedClientException", "The security token included in the request is invalid.")
        : undefined,
    );
    const asked: unknown[] = [];
    faults.script("account:GetRegionOptStatus", ({ input }) => {
      asked.push(input["RegionName"]);
      return { body: { RegionName: "us-east-1", RegionOptStatus: status } };
    });
    const { exitCode, stdout } = await estate.run("plan", "--accounts", "fine");
    expect({ exitCode, asked }).toEqual({ exitCode: 1, asked: ["us-east-1"] });
    expect(stdout).toMatch(reason);
    // What has no region, and the other region, are read all the same.
    expect(stdout).toContain("+ write the mark of fine (eu-central-1)");
  });
});

describe("a new account", () => {
  const patience = { first: 1, longest: 4, total: 60 };
  const plan = async (events: Event[]) => {
    const flags = { file: estate.file, concurrency: 4, region: undefined, profile: undefined };
    const signal = new AbortController().signal;
    const report = (event: Event): void => void events.push(event);
    const terminal = { interactive: false };
    const run = openLandingZoneRun({
      flags,
      signal,
      report,
      terminal,
      env: process.env,
      args: [],
    } as unknown as CommandContext);
    run.accounts.learnNew("fine", estate.ids.get("fine") ?? "");
    const readiness = createReadiness({ isNew: run.accounts.isNew, report, signal, patience });
    const reach = createReach(run, estateOf(run, "aws"), new Map());
    try {
      const selection = { ...everything, accounts: ["fine", "down"] };
      return matrixOf(await planBaseline({ controls, selection, reach, readiness, concurrency: 4, report }));
    } finally {
      run.close();
    }
  };

  it("that refuses for a while is waited for, with its reason, while others go on", async () => {
    let refusals = 6;
    estate.sandbox.faults.script("sts:AssumeRole", ({ input }) =>
      isOf("fine", input["RoleArn"]) && refusals-- > 0 ? new Refusal(403, "AccessDenied", "not yet") : undefined,
    );
    let subscribed = false;
    estate.sandbox.faults.script("s3:GET /v20180820/configuration/publicAccessBlock", ({ headers }) => {
      if (subscribed || !isOf("fine", headers["x-amz-account-id"])) return undefined;
      subscribed = true;
      return new Refusal(403, "OptInRequired", "not subscribed yet");
    });
    const events: Event[] = [];
    const { cells } = await plan(events);
    const waits = events.filter(({ type }) => type === "waiting");
    expect(waits[0]).toEqual({
      type: "waiting",
      subject: "fine",
      reason: expect.stringMatching(/^the new account isn't ready yet: .*not yet/),
    });
    // However many places wait for the same.
    expect(waits.slice(1)).toEqual([
      expect.objectContaining({ reason: expect.stringContaining("not subscribed yet") }),
    ]);
    const fine = cells.filter(({ account }) => account === "fine");
    expect(fine.map(({ status }) => status)).toEqual(["drift", "drift", "drift"]);
  });

  it("that never gets ready is listed with the reason", async () => {
    estate.sandbox.faults.script("sts:AssumeRole", ({ input }) =>
      isOf("fine", input["RoleArn"]) ? new Refusal(403, "AccessDenied", "never") : undefined,
    );
    const { cells } = await plan([]);
    const fine = cells.filter(({ account }) => account === "fine");
    expect(fine).toHaveLength(3);
    for (const { status, reasons } of fine) {
      expect({ status, reasons }).toEqual({ status: "unknown", reasons: [expect.stringContaining("never")] });
    }
  });
});
