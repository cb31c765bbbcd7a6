/**
 * Are the rights that the controls name enough, and is an auditor's less? Tried with the simulator's permission checks,
 * which know actions but no resources, and no trust policy; S3's actions they call by other names than AWS.
 */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { silent } from "@bulkhead/core";
import { createAccess, createDiskCache } from "@bulkhead/credentials";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openEstate, region, type Estate } from "../../testing/estate.ts";

const accounts = ["identity", "one"];
const ownRole = "bulkhead";
const controls = `baseline:
  auditRole: {}
  passwordPolicy: {}
  accountAlias: "example-{account}"
  alternateContacts: { security: { name: Eve, title: CISO, email: eve@example.com, phone: "+1 555" } }
  ebsEncryption: by-default
roles:
  deploy:
    managedPolicies: [PowerUserAccess]
    inlinePolicy: guard.json
    permissionsBoundary: PowerUserAccess
    trust: [{ oidc: github, subject: "repo:example/app:ref:refs/heads/main" }]
`;

let estate: Estate;
/** An administrator of the management account whom the simulator knows too. */
let administrator: { readonly id: string; readonly secret: string };

/** What the role's policy allows, by account. */
const ownActions = new Map<string, readonly string[]>();

beforeAll(async () => {
  estate = await openEstate(accounts, `baseline: { auditRole: {}, ownRole: ${ownRole} }`);
  await writeFile(
    estate.file.replace("bulkhead.yaml", "guard.json"),
    `{ "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*" }] }`,
  );
  expect(await estate.run("apply", "--controls", "roles", "--yes")).toMatchObject({ exitCode: 0 });
  for (const account of accounts) {
    const command = new GetRolePolicyCommand({ RoleName: ownRole, PolicyName: "bulkhead" });
    const { PolicyDocument = "" } = await estate.byHand(IAMClient, account).send(command);
    const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: { Action: string[] }[] };
    ownActions.set(
      account,
      Statement.flatMap(({ Action }) => Action),
    );
  }
  const iam = estate.byHand(IAMClient, "management");
  const UserName = "administrator";
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  administrator = { id: key?.AccessKeyId ?? "", secret: key?.SecretAccessKey ?? "" };
  process.env["AWS_ACCESS_KEY_ID"] = administrator.id;
  process.env["AWS_SECRET_ACCESS_KEY"] = administrator.secret;
});
afterAll(async () => estate[Symbol.asyncDispose]());

/** https://docs.getmoto.org/en/latest/docs/iam.html */
async function checkPermissions(on: boolean): Promise<void> {
  const scope = `Credential=${administrator.id}/20260101/us-east-1/iam/aws4_request`;
  const headers = { authorization: `AWS4-HMAC-SHA256 ${scope}, Signature=0` };
  const url = `${estate.sandbox.endpoint}/moto-api/reset-auth`;
  await fetch(url, { method: "POST", headers, body: on ? "0" : "inf" });
}

/** The simulator holds every call against the resource `*`. */
async function letOwnRole(account: string, without: readonly string[] = []): Promise<void> {
  const actions = ownActions.get(account) ?? [];
  const Action = actions.filter((action) => !without.includes(action));
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] };
  const policy = { RoleName: ownRole, PolicyName: "bulkhead", PolicyDocument: JSON.stringify(document) };
  await estate.byHand(IAMClient, account).send(new PutRolePolicyCommand(policy));
}

describe("Bulkhead's own role", () => {
  beforeAll(async () => {
    await estate.write(controls);
    const text = await readFile(estate.file, "utf8");
    await writeFile(estate.file, text.replace("  homeRegion", `  accessRole: ${ownRole}\n  homeRegion`));
    // The sessions are taken while nobody asks: the simulator would deny them for trusting an account.
    expect(await estate.run("plan")).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => checkPermissions(false));

  it("lacking a right, fails with its name", async () => {
    await letOwnRole("identity", ["iam:CreateOpenIDConnectProvider"]);
    await letOwnRole("one");
    await checkPermissions(true);
    const { exitCode, stderr } = await estate.run("apply", "--controls", "roles", "--yes");
    await checkPermissions(false);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("No right to call IAM CreateOpenIDConnectProvider");
  });

  it("has the rights to make everything, and to see that it is made", async () => {
    await letOwnRole("identity");
    await letOwnRole("one");
    for (const account of accounts) {
      const PolicyDocument = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`;
      const policy = { RoleName: "audit", PolicyName: "more", PolicyDocument };
      await estate.byHand(IAMClient, account).send(new PutRolePolicyCommand(policy));
    }
    await checkPermissions(true);
    expect(await estate.run("apply", "--yes")).toMatchObject({ exitCode: 0 });
    const { stdout } = await estate.run("plan");
    expect(stdout).toContain("Nothing to do");
    expect(stdout).not.toContain("is unknown");
  });
});

describe("the audit role", () => {
  it("sees settings, and changes nothing", async () => {
    const disk = createDiskCache(join(estate.file, "../audit"));
    const access = createAccess({ region, accessRole: "audit", disk, report: silent });
    const auditor = access.client(IAMClient, { account: estate.ids.get("one") ?? "", region });
    await auditor.send(new ListRolesCommand({}));
    await checkPermissions(true);
    const { Roles = [] } = await auditor.send(new ListRolesCommand({}));
    const making = auditor.send(new CreateRoleCommand({ RoleName: "own", AssumeRolePolicyDocument: "{}" }));
    await expect(making).rejects.toMatchObject({ code: "Aws.AccessDenied" });
    await checkPermissions(false);
    access.close();
    expect(Roles.map(({ RoleName }) => RoleName)).toContain("audit");
  });
});
