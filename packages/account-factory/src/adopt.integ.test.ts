/** Adopting an organization that somebody else made: a file whose plan is empty, whatever the names are. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
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
const addPolicy = async (name: string, ...targets: string[]): Promise<void> => {
  const Content = JSON.stringify(policy("organizations:LeaveOrganization"));
  const made = await client.send(
    new CreatePolicyCommand({ Name: name, Content, Description: "", Type: "SERVICE_CONTROL_POLICY" }),
  );
  const PolicyId = made.Policy?.PolicySummary?.Id;
  for (const TargetId of targets) await client.send(new AttachPolicyCommand({ PolicyId, TargetId }));
};

describe("adopting", () => {
  it("recognises teams, stages and the rest, saves policies, and has an empty plan", async () => {
    await client.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType: "SERVICE_CONTROL_POLICY" }));
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

  it("overwrites nothing, and writes nothing where there is no organization", async () => {
    await estate.write("mine");
    const refused = await estate.run("adopt");
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Accounts.AdoptedFileExists") });
    expect(await readFile(estate.file, "utf8")).toBe("mine");

    const bad = await estate.run("adopt", "--pattern", "{team}");
    expect(bad).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Accounts.PatternInvalid") });
  });
});
