/** Adopting an organization that somebody else made: a file whose plan is empty, whatever the names are. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DeleteOrganizationCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
} from "@aws-sdk/client-organizations";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { openEstate, policy, type Estate } from "./testing/estate.ts";

let estate: Estate;
let client: Estate["byHand"];
let root: string;
beforeAll(async () => {
  estate = await openEstate("", { createAccountPolls: 0, organization: true });
});
afterAll(async () => estate[Symbol.asyncDispose]());
beforeEach(async () => {
  await estate.sandbox.reset();
  await rm(estate.file, { force: true });
  await rm(join(estate.folder, "policies"), { recursive: true, force: true });
  client = estate.byHand;
  root = (await client.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? "";
});

const addUnit = async (name: string, parent = root): Promise<string> =>
  (await client.send(new CreateOrganizationalUnitCommand({ Name: name, ParentId: parent }))).OrganizationalUnit?.Id ??
  "";
const addAccount = async (name: string, unit: string, email = `aws+${name}@example.com`): Promise<string> => {
  const { CreateAccountStatus: status } = await client.send(
    new CreateAccountCommand({ AccountName: name, Email: email }),
  );
  const AccountId = status?.AccountId ?? "";
  if (unit !== root)
    await client.send(new MoveAccountCommand({ AccountId, SourceParentId: root, DestinationParentId: unit }));
  return AccountId;
};
const turnPoliciesOn = () =>
  client.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType: "SERVICE_CONTROL_POLICY" }));
const addPolicy = (name: string, ...targets: string[]): Promise<void> =>
  addPolicyWith(policy("organizations:LeaveOrganization"), name, ...targets);
const addPolicyWith = async (content: object, name: string, ...targets: string[]): Promise<void> => {
  const Content = JSON.stringify(content);
  const made = await client.send(
    new CreatePolicyCommand({ Name: name, Content, Description: "", Type: "SERVICE_CONTROL_POLICY" }),
  );
  const PolicyId = made.Policy?.PolicySummary?.Id;
  for (const TargetId of targets) await client.send(new AttachPolicyCommand({ PolicyId, TargetId }));
};

describe("adopting", () => {
  it("recognises teams, stages and the rest, saves policies, and has an empty plan", async () => {
    await turnPoliciesOn();
    const [apps, security] = [await addUnit("Apps"), await addUnit("Security")];
    const [dev, prod, empty] = [await addUnit("Dev", apps), await addUnit("Prod", apps), await addUnit("Empty")];
    for (const team of ["shop", "web-api"]) {
      await addAccount(`${team}-dev`, dev);
      await addAccount(`${team}-prod`, team === "shop" ? prod : apps);
    }
    await addAccount("log-archive", security);
    await addAccount("Company Payer (old)", root, "billing@example.org");
    await addAccount("Company Payer [old]", root, "billing2@example.org");
    const closed = await addAccount("gone-dev", dev);
    await client.send(new CloseAccountCommand({ AccountId: closed }));
    await addPolicy("Deny leaving", root, prod, empty);
    await addPolicy("deny/leaving");

    const adopted = await estate.run("adopt", "--environments", "dev,prod");
    expect(adopted).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("error") });
    const text = await readFile(estate.file, "utf8");
    expect(text).toMatch(/shop: \{ environments: \[ dev, prod \] \}/);
    expect(text).toMatch(/web-api: \{ environments: \[ dev, prod \] \}/);
    expect(text).toContain("accountEmail: aws+{account}@example.com");
    expect(text).toMatch(/accountName: Company Payer \(old\)/);
    expect(text).toContain("logArchiveAccount: log-archive");
    expect(text).not.toContain("gone-dev");
    expect((await readdir(join(estate.folder, "policies"))).length).toBe(2);

    const planned = await estate.run("plan", "--detailed-exitcode");
    expect(planned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to do") });
    // What is closed isn't in the file, and breaks nothing.
    expect(planned.stdout).toContain("account gone-dev");
  });

  it("takes patterns of names", async () => {
    await addAccount("acme-live-shop", root);
    const adopted = await estate.run("adopt", "--pattern", "acme-{environment}-{team}", "--environments", "test,live");
    expect(adopted.exitCode).toBe(0);
    expect(await readFile(estate.file, "utf8")).toMatch(
      /shop: \{ accounts: \{ acme-live-shop: \{ environment: live \} \} \}/,
    );
    expect((await estate.run("plan", "--detailed-exitcode")).exitCode).toBe(0);
  });

  it("adopts 100 accounts, and their plan is empty", async () => {
    const units = await Promise.all(["dev", "stage", "prod"].map((stage) => addUnit(stage)));
    for (let i = 0; i < 99; i++) {
      const stage = ["dev", "stage", "prod"][i % 3] ?? "";
      await addAccount(`team${Math.floor(i / 3)}-${stage}`, units[i % 3] ?? root);
    }
    await addAccount("shared", root);
    expect((await estate.run("adopt")).exitCode).toBe(0);
    const planned = await estate.run("plan", "--detailed-exitcode", "--output", "json");
    expect(planned.exitCode).toBe(0);
    expect(JSON.parse(planned.stdout).plan).toMatchObject({ changes: [], held: [], unmanaged: [], warnings: [] });
  });

  /** Adopts, proves that the plan is empty, and gives what was said to be left out. */
  const adoptedWarnings = async (): Promise<string[]> => {
    const adopted = await estate.run("adopt", "--output", "json");
    expect(adopted).toMatchObject({ exitCode: 0 });
    expect((await estate.run("plan", "--detailed-exitcode")).exitCode).toBe(0);
    return (JSON.parse(adopted.stdout) as { warnings: string[] }).warnings;
  };

  it("leaves out what the file can't express, and names it", async () => {
    const [braces, slash] = [await addUnit("Team {a}"), await addUnit("R/D"), await addUnit(" ")];
    const below = await addUnit("Below", slash);
    const [inBraces, inBelow] = [await addAccount("a-dev", braces), await addAccount("b-dev", below)];
    const odd = await addAccount("c-dev", root, "aws+{c}@example.com");
    await addAccount("constructor-dev", root);
    await addAccount("d-dev", await addUnit("Apps"));

    const warnings = await adoptedWarnings();
    for (const path of ["Team {a}", "R/D", "R/D/Below", " "]) {
      expect(warnings).toContainEqual(expect.stringContaining(`${path} isn't in the file`));
    }
    for (const id of [inBraces, inBelow, odd]) expect(warnings).toContainEqual(expect.stringContaining(`(${id})`));
    expect(warnings).toHaveLength(7);
    expect(await readFile(estate.file, "utf8")).toMatch(/constructor: \{ environments: \[ dev \] \}/);
  });

  it("leaves out policies that a landing zone can't have; they stay attached", async () => {
    await turnPoliciesOn();
    const quarantine = await addUnit("Quarantine");
    await addAccount("hacked", quarantine);
    await addPolicyWith(policy("*"), "Deny everything", quarantine);
    await addPolicyWith({ ...policy("s3:*"), Version: "2008-10-17" }, "Old", quarantine);
    await addPolicy("Deny leaving", quarantine);

    expect(await adoptedWarnings()).toEqual([
      expect.stringMatching(/^service control policy Deny everything isn't in the file.* deny iam:GetRole/),
      expect.stringMatching(/^service control policy Old isn't in the file.*Version must be "2012-10-17"/),
    ]);
    expect(await readFile(estate.file, "utf8")).toContain("Quarantine: { serviceControlPolicies: [ Deny leaving ] }");
    const planned = await estate.run("plan");
    expect(planned.stdout).toContain("service control policy Deny everything on Quarantine");
  });

  it("says which attachments it doesn't write down", async () => {
    await turnPoliciesOn();
    const braces = await addUnit("{x}");
    const account = await addAccount("a-dev", root);
    await addPolicy("Deny leaving", root, account, braces);
    expect(await adoptedWarnings()).toContain(
      `service control policy Deny leaving stays attached to ${account}, {x}, of which the file says nothing`,
    );
  });

  it("takes as many policies on a unit as AWS has let somebody attach", async () => {
    await turnPoliciesOn();
    const full = await addUnit("Full");
    for (let i = 0; i < 10; i++) await addPolicy(`p${i}`, full);
    expect(await adoptedWarnings()).toEqual([]);
  });

  it("leaves policies out where they are turned off", async () => {
    await addPolicy("Deny leaving");
    expect(await adoptedWarnings()).toEqual([expect.stringMatching(/turned off.*: Deny leaving$/)]);
  });

  it("prints what it left out", async () => {
    await addUnit("{x}");
    const { stdout } = await estate.run("adopt");
    expect(stdout).toContain("! organizational unit {x} isn't in the file, which can't express its name\nwrote ");
  });

  it("refuses an organization that only shares bills", async () => {
    await client.send(new DeleteOrganizationCommand({}));
    await client.send(new CreateOrganizationCommand({ FeatureSet: "CONSOLIDATED_BILLING" }));
    const refused = await estate.run("adopt");
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Accounts.BillingOnly") });
  });

  it("doesn't take a unit named Root for the root", async () => {
    const unit = await addUnit("Root");
    const apps = await addUnit("Apps", unit);
    const [inUnit, inApps] = [await addAccount("a-dev", unit), await addAccount("b-dev", apps)];
    await addAccount("c-dev", root);
    const warnings = await adoptedWarnings();
    for (const id of [inUnit, inApps]) expect(warnings).toContainEqual(expect.stringContaining(`(${id})`));
    expect(warnings).toHaveLength(4);
    expect(await readFile(estate.file, "utf8")).not.toContain("Apps");
  });

  it("overwrites nothing, and writes nothing where there is no organization", async () => {
    await estate.write("mine");
    const refused = await estate.run("adopt");
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Accounts.AdoptedFileExists") });
    expect(await readFile(estate.file, "utf8")).toBe("mine");

    const bad = await estate.run("adopt", "--pattern", "{team}");
    expect(bad).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Accounts.PatternInvalid") });
  });
});
