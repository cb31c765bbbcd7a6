/** Roles against the sandbox: made, repaired, taken over, replaced, left alone; and finished after being cut off. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DetachRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { AwsRequest } from "@bulkhead/sandbox";
import { join } from "node:path";
import { openEstate, type Estate } from "../../testing/estate.ts";

const only = ["--controls", "roles"];
const nothing = "Nothing to do";
const github = "token.actions.githubusercontent.com";
const roles = `roles:
  admin: { managedPolicies: [AdministratorAccess] }
  deploy:
    managedPolicies: [PowerUserAccess, ViewOnlyAccess]
    maxSessionHours: 4
    path: /ci/
    permissionsBoundary: PowerUserAccess
    accounts: one
    trust: [{ oidc: github, subject: "repo:example/*:ref:refs/heads/main" }, { account: two, role: admin }]
`;
const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(["identity", "one", "two"], roles);
});
afterAll(async () => estate[Symbol.asyncDispose]());
beforeEach(async () => {
  await estate.reset();
  await estate.write(roles);
});

const iam = (account = "one"): IAMClient => estate.byHand(IAMClient, account);
const plan = async (): Promise<string> => (await estate.run("plan", ...only)).stdout;
const apply = (): ReturnType<Estate["run"]> => estate.run("apply", ...only, "--yes");
const anybody = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
});

describe("plan, apply, plan", () => {
  it("makes every role where it belongs, with the identity provider that it trusts", async () => {
    expect(await plan()).toContain("+ create role admin in two");
    expect(await apply()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Applied: 5 changed.") });
    expect(await plan()).toContain(nothing);

    const { Role: role } = await iam().send(new GetRoleCommand({ RoleName: "deploy" }));
    expect(role).toMatchObject({
      Path: "/ci/",
      MaxSessionDuration: 14_400,
      PermissionsBoundary: { PermissionsBoundaryArn: "arn:aws:iam::aws:policy/PowerUserAccess" },
      Tags: [{ Key: "bulkhead:managed", Value: "true" }],
    });
    const trust = decodeURIComponent(role?.AssumeRolePolicyDocument ?? "");
    expect(trust).toContain(`"Federated":"arn:aws:iam::${estate.ids.get("one") ?? ""}:oidc-provider/${github}"`);
    expect(trust).toContain(`"aws:PrincipalArn":"arn:aws:iam::${estate.ids.get("two") ?? ""}:role/admin"`);
    expect(trust).toContain(`"AWS":"arn:aws:iam::${estate.ids.get("identity") ?? ""}:root"`);
    const provider = await iam().send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn() }));
    expect(provider.ClientIDList).toEqual(["sts.amazonaws.com"]);
  });

  it("asks little: two calls an account, two more where there is an identity provider", async () => {
    await apply();
    estate.sandbox.clearCalls();
    await plan();
    const calls = estate.sandbox.calls().filter((name) => name.startsWith("iam:"));
    expect(calls.sort()).toEqual([
      ...Array<string>(3).fill("iam:GetAccountAuthorizationDetails"),
      "iam:GetOpenIDConnectProvider",
      "iam:ListOpenIDConnectProviders",
      ...Array<string>(3).fill("iam:ListRoles"),
    ]);
  });
});

describe("holes that were opened by hand", () => {
  it("are shown with their fields, and put right", async () => {
    await apply();
    const RoleName = "deploy";
    await iam().send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: anybody }));
    await iam().send(
      new AttachRolePolicyCommand({ RoleName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
    );
    await iam().send(new DetachRolePolicyCommand({ RoleName, PolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess" }));
    await iam().send(new PutRolePolicyCommand({ RoleName, PolicyName: "more", PolicyDocument: everything }));
    await iam().send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 43_200 }));
    await iam().send(
      new PutRolePermissionsBoundaryCommand({
        RoleName,
        PermissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    );

    const shown = await plan();
    expect(shown).toContain("~ change role deploy in one");
    expect(shown).toContain("maxSessionSeconds: 43200 → 14400");
    expect(shown).toContain(
      'permissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess" → "arn:aws:iam::aws:policy/PowerUserAccess"',
    );
    expect(shown).toMatch(/trust\.Statement\[0\]\.Principal\.AWS: "\*" → "arn:aws:iam::\d{12}:root"/);
    expect(shown).toContain('inlinePolicies[0].name: "more" → ');
    expect(shown).toContain("managedPolicies[0]");

    expect(await apply()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Applied: 1 changed.") });
    expect(await plan()).toContain(nothing);
    const { AttachedPolicies = [] } = await iam().send(new ListAttachedRolePoliciesCommand({ RoleName }));
    expect(AttachedPolicies.map(({ PolicyName }) => PolicyName).sort()).toEqual(["PowerUserAccess", "ViewOnlyAccess"]);
    expect((await iam().send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual([]);
  });

  it("are closed before anybody new may enter: what is added comes last", async () => {
    await apply();
    await estate.write(
      roles
        .replace("[PowerUserAccess, ViewOnlyAccess]", "[ReadOnlyAccess]")
        .replace('"repo:example/*:ref:refs/heads/main"', '"repo:example/*"')
        .replace("    permissionsBoundary: PowerUserAccess\n", ""),
    );
    estate.sandbox.clearCalls();
    expect(await apply()).toMatchObject({ exitCode: 0 });
    const writes = estate.sandbox.calls().filter((name) => /^iam:(Put|Delete|Detach|Attach|Update)/.test(name));
    expect(writes).toEqual([
      "iam:DetachRolePolicy",
      "iam:DetachRolePolicy",
      "iam:UpdateAssumeRolePolicy",
      "iam:DeleteRolePermissionsBoundary",
      "iam:AttachRolePolicy",
    ]);
    expect(await plan()).toContain(nothing);
  });

  it("a tag, a description or a role of somebody else's is no drift", async () => {
    await apply();
    await iam().send(new TagRoleCommand({ RoleName: "deploy", Tags: [{ Key: "Team", Value: "ops" }] }));
    await iam().send(new UpdateRoleCommand({ RoleName: "deploy", MaxSessionDuration: 14_400, Description: "by hand" }));
    await iam().send(new CreateRoleCommand({ RoleName: "theirs", AssumeRolePolicyDocument: anybody }));
    expect(await plan()).toContain(nothing);
  });
});

describe("a role that somebody else has made", () => {
  const RoleName = "admin";
  const make = () => iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: anybody }));

  it("is left alone, and the plan says how to take it over", async () => {
    await make();
    const shown = await plan();
    expect(shown).toContain("take over role admin in one");
    expect(shown).toContain(
      "take it over by `adopt: true` at the role in the file, or by the tag bulkhead:managed=true",
    );
    expect(await apply()).toMatchObject({ stdout: expect.stringContaining("Applied: 4 changed.") });
    const { Role: role } = await iam().send(new GetRoleCommand({ RoleName }));
    expect(JSON.parse(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ""))).toEqual(JSON.parse(anybody));
  });

  it.each([
    [
      "the file says so",
      () => estate.write(roles.replace("[AdministratorAccess]", "[AdministratorAccess], adopt: true")),
    ],
    [
      "it is tagged by hand",
      () => iam().send(new TagRoleCommand({ RoleName, Tags: [{ Key: "bulkhead:managed", Value: "true" }] })),
    ],
  ])("is taken over where %s", async (_, handOver) => {
    await make();
    await handOver();
    expect(await apply()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Applied: 5 changed.") });
    expect(await plan()).toContain(nothing);
  });

  it("is told from ours by its capital letters, and held back", async () => {
    await iam().send(new CreateRoleCommand({ RoleName: "Admin", AssumeRolePolicyDocument: anybody }));
    expect(await plan()).toContain("its name in AWS is Admin, and IAM takes both for one");
  });
});

describe("an identity provider that is there already", () => {
  it("keeps its audiences, and gets ours", async () => {
    await iam().send(new CreateOpenIDConnectProviderCommand({ Url: `https://${github}`, ClientIDList: ["theirs"] }));
    expect(await plan()).toContain(`~ let tokens of ${github} in one be for AWS`);
    // moto has no such call: the request is checked instead.
    const asked: AwsRequest["input"][] = [];
    estate.sandbox.faults.script("iam:AddClientIDToOpenIDConnectProvider", ({ input }) => {
      asked.push(input);
      return { body: "<AddClientIDToOpenIDConnectProviderResponse/>" };
    });
    expect(await apply()).toMatchObject({ exitCode: 0 });
    expect(asked).toEqual([
      expect.objectContaining({ OpenIDConnectProviderArn: providerArn(), ClientID: "sts.amazonaws.com" }),
    ]);
    const provider = await iam().send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn() }));
    expect(provider.ClientIDList).toEqual(["theirs"]);
  });
});

describe("a role whose path changes", () => {
  it("is replaced, if it is ours", async () => {
    await apply();
    await iam().send(new CreateInstanceProfileCommand({ InstanceProfileName: "profile" }));
    await iam().send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "profile", RoleName: "deploy" }));
    await estate.write(roles.replace("/ci/", "/pipelines/"));
    expect(await plan()).toContain("replace role deploy in one: its path can't be changed");
    expect(await apply()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Applied: 1 changed.") });
    expect((await iam().send(new GetRoleCommand({ RoleName: "deploy" }))).Role?.Path).toBe("/pipelines/");
    expect(await plan()).toContain(nothing);
  });
});

describe("a role that has left the file", () => {
  it("is listed, and stays", async () => {
    await apply();
    await estate.write("roles: { admin: { managedPolicies: [AdministratorAccess], accounts: two } }");
    const shown = await plan();
    expect(shown).toContain("role deploy in one is no longer in the file; it stays, and can be entered as before");
    expect(shown).toContain("role admin in identity is no longer in the file");
    expect(shown).not.toContain("AccessRole");
    expect(await apply()).toMatchObject({ exitCode: 0 });
    expect((await iam().send(new GetRoleCommand({ RoleName: "deploy" }))).Role?.RoleName).toBe("deploy");
  });
});

describe("the roles of the baseline", () => {
  it("an auditor sees all accounts; Bulkhead's own role is entered instead of the access role", async () => {
    const baseline = "baseline: { auditRole: {}, ownRole: bulkhead }";
    await estate.write(baseline);
    expect(await apply()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Applied: 6 changed.") });
    const { AttachedPolicies = [] } = await iam().send(new ListAttachedRolePoliciesCommand({ RoleName: "audit" }));
    expect(AttachedPolicies.map(({ PolicyName }) => PolicyName).sort()).toEqual(["SecurityAudit", "ViewOnlyAccess"]);
    expect(await plan()).toContain(nothing);
  });
});

describe("the access role as Bulkhead's own", () => {
  const RoleName = "OrganizationAccountAccessRole";

  it("is taken over, and gets its rights before it loses all others", async () => {
    await iam().send(
      new AttachRolePolicyCommand({ RoleName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
    );
    await estate.write(`baseline: { ownRole: ${RoleName} }`);
    expect(await plan()).toContain(`take over role ${RoleName} in one`);
    estate.sandbox.clearCalls();
    expect(await estate.run("apply", ...only, "--accounts", "one", "--yes")).toMatchObject({ exitCode: 0 });
    const writes = estate.sandbox.calls().filter((name) => /^iam:(Put|Detach|Update|Tag)/.test(name));
    expect(writes).toEqual(["iam:PutRolePolicy", "iam:DetachRolePolicy", "iam:TagRole"]);
    expect(await apply()).toMatchObject({ exitCode: 0 });
    expect(await plan()).toContain(nothing);
  });
});

describe("a role that IAM doesn't know yet", () => {
  it("gets its policies a moment later", async () => {
    const message = "The role with name admin cannot be found.";
    const fault = { kind: "fail", status: 404, code: "NoSuchEntity", message } as const;
    estate.sandbox.faults.at(1, fault, { operation: "iam:AttachRolePolicy", times: 2 });
    expect(await apply()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Applied: 5 changed.") });
  });
});

describe("a mistake in the file", () => {
  it("a policy that AWS doesn't have is named, and the other roles are made", async () => {
    await estate.write(roles.replace("AdministratorAccess", "AdminstratorAccess"));
    const { exitCode, stdout } = await apply();
    expect(exitCode).toBe(1);
    expect(stdout).toContain("There is no policy arn:aws:iam::aws:policy/AdminstratorAccess to give to role admin.");
    expect(stdout).toContain("Applied: 2 changed");
  });
});

describe("an apply that is cut off at a call", () => {
  it("is finished by the next, and by the same plan once more", async () => {
    const saved = join(estate.file, "..", "plan.json");
    let call = 1;
    for (let disturbed = true; disturbed; call++) {
      await estate.reset();
      await estate.run("plan", ...only, "--out", saved);
      estate.sandbox.clearCalls();
      // IAM's calls alone: the lease and the sessions have tests of their own.
      const fault = { kind: "fail", status: 400, code: "ValidationError" } as const;
      estate.sandbox.faults.at(call, fault, { operation: "iam:*", times: 1_000 });
      await estate.run("apply", saved, "--yes");
      estate.sandbox.faults.clear();
      disturbed = estate.sandbox.calls().filter((name) => name.startsWith("iam:")).length >= call;
      const second = await estate.run("apply", saved, "--yes");
      expect({ call, ...second }).toMatchObject({ call, exitCode: 0 });
      expect({ call, plan: await plan() }).toEqual({ call, plan: expect.stringContaining(nothing) });
    }
    // 4 roles with a read, a creation and their 5 policies, and an identity provider.
    expect(call).toBeGreaterThan(15);
  });
});

function providerArn(): string {
  return `arn:aws:iam::${estate.ids.get("one") ?? ""}:oidc-provider/${github}`;
}
