/** `bulkhead plan` and `apply` as processes, through all stages: accounts, the baseline in them, and the people who enter. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { CloseAccountCommand, ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { localhostNames, MANAGEMENT_ACCOUNT, startSandbox, type Sandbox } from "@bulkhead/sandbox";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const main = join(import.meta.dirname, "main.ts");
const demo = join(import.meta.dirname, "../../../tools/demo");
const shared = ["users.yaml", "people.ldif", "baseline.yaml"];
const nothing = "Nothing to do: AWS is as the file says.";

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox({ organization: true, createAccountPolls: 0 });
});
afterAll(async () => sandbox.stop());
beforeEach(async () => {
  await sandbox.reset();
  await rm(folder ?? "", { recursive: true, force: true });
  folder = await mkdtemp(join(tmpdir(), "bulkhead-stages-"));
  for (const name of shared) await copyFile(join(demo, name), join(folder, name));
  await writeFile(join(folder, "bulkhead.yaml"), landingZone(["dev"]));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

function landingZone(environments: readonly string[]): string {
  return `version: 1
include: [users.yaml, baseline.yaml]
organization:
  managementAccountId: "${MANAGEMENT_ACCOUNT}"
  homeRegion: eu-central-1
  accountEmail: "aws+{account}@example.com"
  identityAccount: identity
  logArchiveAccount: log-archive
environments:
  dev: { organizationalUnit: Workloads }
  prod: { organizationalUnit: Workloads, protected: true }
accounts:
  identity: { organizationalUnit: Security }
  log-archive: { organizationalUnit: Security }
teams:
  player: { environments: [${environments.join(", ")}] }
roles:
  developer: { managedPolicies: [PowerUserAccess] }
access:
  - { group: player-developers, roles: [developer], accounts: { team: player } }
`;
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function bulkhead(...args: readonly string[]): Promise<Ran> {
  const command = ["--conditions=@bulkhead/source", "--import", localhostNames, main, ...args];
  const env = { ...process.env, ...sandbox.env, XDG_CACHE_HOME: join(folder, "cache") };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** The same, where another end than the expected one shows all that was printed. */
async function succeed(...args: readonly string[]): Promise<string> {
  const ran = await bulkhead(...args);
  expect({ args, ...ran }).toMatchObject({ code: 0 });
  return ran.stdout;
}

/** What of these services was called, each operation once. */
function called(...services: readonly string[]): readonly string[] {
  const own = sandbox.calls().filter((call) => services.includes(call.split(":")[0] ?? ""));
  return [...new Set(own)];
}

async function accountIds(): Promise<ReadonlyMap<string, string>> {
  const { Accounts = [] } = await organizations().send(new ListAccountsCommand({}));
  return new Map(Accounts.map(({ Name = "", Id = "" }) => [Name, Id]));
}

function organizations(): OrganizationsClient {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = sandbox.env;
  const credentials = { accessKeyId, secretAccessKey };
  return new OrganizationsClient({ endpoint: sandbox.endpoint, region: "eu-central-1", credentials });
}

/** Who may enter what, as the group's policies in the identity account say. */
async function explained(person: string): Promise<string> {
  return succeed("users", "explain", person);
}

describe("accounts, baseline and users in one go", () => {
  it("one apply makes them all, and the next plan is empty", async () => {
    const plan = await bulkhead("plan", "--detailed-exitcode");
    expect(plan.code).toBe(2);
    for (const account of ["identity", "log-archive", "player-dev"]) {
      expect(plan.stdout).toMatch(new RegExp(`baseline in ${account}: it doesn't exist yet`));
    }
    expect(called("iam", "s3", "cloudtrail")).toEqual([]);

    await succeed("apply", "--yes");
    expect(await succeed("plan", "--detailed-exitcode")).toContain(nothing);
    expect(called("iam")).toEqual(expect.arrayContaining(["iam:CreateRole", "iam:CreateUser"]));
    expect(await explained("ada")).toMatch(/developer in player-dev/);
  });

  it("an account that the file gets is made, gets its baseline and its access in one apply", async () => {
    await succeed("apply", "--yes");
    await writeFile(join(folder, "bulkhead.yaml"), landingZone(["dev", "prod"]));

    const { code, stderr } = await bulkhead("apply", "--yes");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    for (const sentence of [
      "create account player-prod",
      "create role developer in player-prod",
      "give player-prod a password policy",
      "block public access to everything in S3 of player-prod",
      "write the mark of player-prod",
    ]) {
      expect(stderr).toContain(sentence);
    }
    expect(await succeed("plan", "--detailed-exitcode")).toContain(nothing);
    expect(await explained("ada")).toMatch(/developer in player-dev, player-prod/);
  });

  it("an account that somebody has closed breaks nothing, and the plan is empty", async () => {
    await succeed("apply", "--yes");
    const id = (await accountIds()).get("player-dev");
    await organizations().send(new CloseAccountCommand({ AccountId: id }));
    await rm(join(folder, "cache"), { recursive: true, force: true });

    await succeed("apply", "--yes");
    const { code, stdout } = await bulkhead("plan", "--detailed-exitcode");
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("player-dev") });
  });
});

describe("a stage that is asked for by name", () => {
  beforeEach(async () => {
    await succeed("apply", "--yes");
    sandbox.clearCalls();
  });

  it("plan users: nobody but the identity account is asked, and nothing of the organization", async () => {
    expect(await succeed("plan", "users", "--detailed-exitcode")).toContain(nothing);
    expect(called("organizations", "s3", "cloudtrail", "ec2")).toEqual([]);
    expect(called("iam")).toContain("iam:GetAccountAuthorizationDetails");
  });

  it("plan baseline: no accounts are listed, and no people", async () => {
    expect(await succeed("plan", "baseline", "--detailed-exitcode")).toContain(nothing);
    // The trail asks whether the organization trusts CloudTrail.
    expect(called("organizations")).toEqual(["organizations:ListAWSServiceAccessForOrganization"]);
    expect(called("iam")).not.toContain("iam:ListUsers");
    expect(called("cloudtrail")).toContain("cloudtrail:GetTrail");
  });

  it("plan accounts: no account is entered", async () => {
    expect(await succeed("plan", "accounts", "--detailed-exitcode")).toContain(nothing);
    expect(called("sts", "iam", "s3", "cloudtrail")).toEqual([]);
  });
});

it("a file that speaks of accounts alone has no other stage", async () => {
  const text = await readFile(join(folder, "bulkhead.yaml"), "utf8");
  const alone = text.replace(/^include:.*\n/m, "").replace(/^roles:[\s\S]*/m, "");
  await writeFile(join(folder, "bulkhead.yaml"), alone);
  await succeed("apply", "--yes");
  expect(called("iam", "s3", "ec2", "cloudtrail")).toEqual([]);
});
