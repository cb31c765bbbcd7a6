/** Which roles an account is to have, and with what. */

import { expect, test } from "@jest/globals";
import type { Control } from "../../control.ts";
import { estateOfText } from "../../testing/landing-zone.ts";
import { wantedRoles } from "./desired.ts";

const one = { account: "one", region: "global" };

test("the short form: people enter with MFA, AWS's policies by their names, an hour at most", () => {
  const estate = estateOfText("roles: { admin: { managedPolicies: [AdministratorAccess] } }");
  expect(wantedRoles(one, estate, [])).toEqual([
    {
      kind: "role",
      name: "admin",
      fields: {
        path: "/",
        trust: {
          Version: "2012-10-17",
          Statement: [
            expect.objectContaining({ Principal: { AWS: "arn:aws:iam::000000000001:root" }, Action: "sts:AssumeRole" }),
            expect.objectContaining({ Action: "sts:SetSourceIdentity" }),
          ],
        },
        maxSessionSeconds: 3_600,
        managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"],
        inlinePolicies: [],
        permissionsBoundary: null,
        tags: { "bulkhead:managed": "true" },
      },
    },
  ]);
});

test("everything a role may have", () => {
  const estate = estateOfText(`roles:
  ops:
    managedPolicies: [ViewOnlyAccess, service-role/AWSLambdaRole, "arn:aws:iam::000000000003:policy/own", ViewOnlyAccess]
    inlinePolicy: policy.json
    permissionsBoundary: PowerUserAccess
    path: /night/
    maxSessionHours: 8
    trust: [{ oidc: github, subject: "repo:example/app:environment:prod" }, { account: two, role: ops }]`);
  const [provider, role, ...others] = wantedRoles(one, estate, []);
  expect(provider).toEqual({
    kind: "oidc-provider",
    name: "token.actions.githubusercontent.com",
    fields: { audiences: { "sts.amazonaws.com": true } },
  });
  expect(role?.fields).toMatchObject({
    path: "/night/",
    maxSessionSeconds: 28_800,
    managedPolicies: [
      "arn:aws:iam::000000000003:policy/own",
      "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
      "arn:aws:iam::aws:policy/service-role/AWSLambdaRole",
    ],
    inlinePolicies: [
      {
        name: "bulkhead",
        document: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "ssm:StartSession", Resource: "*" }],
        },
      },
    ],
    permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess",
  });
  expect(JSON.stringify(role?.fields["trust"])).toContain('"arn:aws:iam::000000000004:role/night/ops"');
  expect(others).toEqual([]);
});

test("an account has only the roles that belong to it, and an identity provider only where a role needs it", () => {
  const estate = estateOfText(`roles:
  deploy: { accounts: two, trust: [{ oidc: gitlab, subject: "project_path:example/app" }] }
baseline: { auditRole: { name: look } }`);
  const namesIn = (account: string) => wantedRoles({ account, region: "global" }, estate, []).map(({ name }) => name);
  expect(namesIn("one")).toEqual(["look"]);
  expect(namesIn("two")).toEqual(["gitlab.com", "deploy", "look"]);
});

test("another partition has other ARNs", () => {
  const estate = estateOfText("roles: { r: { managedPolicies: [ReadOnlyAccess] } }", { partition: "aws-us-gov" });
  const text = JSON.stringify(wantedRoles(one, estate, []));
  expect(text).toContain("arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess");
  expect(text).not.toContain("arn:aws:");
});

test("a role waits for the account that holds the people, and for those whose roles it trusts", () => {
  const trusting = "roles: { r: { accounts: one, trust: [{ account: two, role: s }] }, s: {} }";
  for (const account of ["identity", "two"]) {
    const estate = estateOfText(trusting, { unknown: [account] });
    expect(() => wantedRoles(one, estate, [])).toThrow(expect.objectContaining({ code: "Baseline.AccountUnknown" }));
  }
});

test("a trust policy longer than AWS takes is refused, with its place", () => {
  const trusts = Array.from(
    { length: 80 },
    (_, i) => `{ oidc: github, subject: "repo:example/app-number-${String(i)}:environment:prod" }`,
  );
  const estate = estateOfText(`roles:\n  r: { trust: [${trusts.join(", ")}] }`);
  expect(() => wantedRoles(one, estate, [])).toThrow(
    expect.objectContaining({
      code: "Baseline.TrustTooLong",
      where: expect.objectContaining({ file: "bulkhead.yaml" }),
    }),
  );
});

const control = (name: string, scope: Control["scope"]["name"], read: string[], write: string[]): Control =>
  ({
    name,
    scope: { name: scope, sites: () => [] },
    rights: {
      read: [{ actions: read, resources: ["*"] }],
      write: [{ actions: write, resources: ["arn:aws:iam::*:role/*"] }],
    },
  }) as Partial<Control> as Control;

test("Bulkhead's own role has the rights of the controls, each once, and is entered from the management account", () => {
  const estate = estateOfText("baseline: { ownRole: bulkhead }", { partition: "aws-cn" });
  const controls = [
    control("a", "account", ["iam:ListRoles", "iam:GetRole"], ["iam:CreateRole"]),
    control("b", "account and region", ["iam:GetRole"], ["iam:TagRole"]),
    control("c", "organization", ["kms:GetKeyPolicy"], ["iam:PassRole"]),
  ];
  const [role] = wantedRoles(one, estate, controls);
  expect(role).toMatchObject({
    kind: "role",
    name: "bulkhead",
    fields: {
      trust: { Statement: [{ Principal: { AWS: "arn:aws-cn:iam::111111111111:root" }, Action: "sts:AssumeRole" }] },
      managedPolicies: [],
      inlinePolicies: [
        {
          name: "bulkhead",
          document: {
            Version: "2012-10-17",
            Statement: [
              { Effect: "Allow", Action: ["iam:GetRole", "iam:ListRoles"], Resource: ["*"] },
              { Effect: "Allow", Action: ["iam:CreateRole", "iam:TagRole"], Resource: ["arn:aws-cn:iam::*:role/*"] },
            ],
          },
        },
      ],
    },
  });
  const inArchive = JSON.stringify(wantedRoles({ ...one, account: "log-archive" }, estate, controls));
  expect(inArchive).toContain("kms:GetKeyPolicy");
});
