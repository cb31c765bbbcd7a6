/** Trust policies, word for word: what stands in them decides who enters. */

import { expect, test } from "@jest/globals";
import type { RoleTrust } from "@bulkhead/landing-zone";
import { issuersOf, trustOfAccount, trustPolicy, type TrustContext } from "./trust.ts";

const context: TrustContext = {
  accountId: "222222222222",
  identityAccountId: "333333333333",
  partition: "aws",
  idOf: (account) => ({ ops: "444444444444", tools: "555555555555" })[account] ?? "",
  arnOf: (account, role) => `arn:aws:iam::${context.idOf(account)}:role/${role}`,
};

function statements(...trusts: RoleTrust[]): unknown {
  return trustPolicy(trusts, context)["Statement"];
}

const people = [
  {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::333333333333:root" },
    Action: "sts:AssumeRole",
    Condition: {
      Bool: { "aws:MultiFactorAuthPresent": "true" },
      StringEquals: { "sts:RoleSessionName": "${aws:username}" },
    },
  },
  {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::333333333333:root" },
    Action: "sts:SetSourceIdentity",
    Condition: { StringEquals: { "sts:SourceIdentity": "${aws:username}" } },
  },
];

test("people enter with MFA, in their own name, and nobody else does", () => {
  expect(trustPolicy([], context)).toEqual({ Version: "2012-10-17", Statement: people });
});

test("roles of other accounts enter as themselves, without MFA; one statement an account", () => {
  const trusts: RoleTrust[] = [
    { account: "tools", role: "ci" },
    { account: "ops", role: "night" },
    { account: "ops", role: "admin" },
    { account: "ops", role: "admin" },
  ];
  const entrants = {
    ArnEquals: { "aws:PrincipalArn": ["arn:aws:iam::444444444444:role/admin", "arn:aws:iam::444444444444:role/night"] },
  };
  const fromTools = { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::555555555555:role/ci" } };
  const kept = { StringEqualsIfExists: { "sts:SourceIdentity": "${aws:SourceIdentity}" } };
  const ops = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::444444444444:root" } };
  const tools = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::555555555555:root" } };
  expect(statements(...trusts)).toEqual([
    ...people,
    { ...ops, Action: "sts:AssumeRole", Condition: entrants },
    { ...ops, Action: "sts:SetSourceIdentity", Condition: { ...entrants, ...kept } },
    { ...tools, Action: "sts:AssumeRole", Condition: fromTools },
    { ...tools, Action: "sts:SetSourceIdentity", Condition: { ...fromTools, ...kept } },
  ]);
});

test("tokens must be for AWS; subjects are compared as they are, and as patterns only where they have a *", () => {
  const github = "token.actions.githubusercontent.com";
  const open = (issuer: string, Condition: object) => ({
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::222222222222:oidc-provider/${issuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition,
  });
  const trusts: RoleTrust[] = [
    { oidc: "github", subject: "repo:example/*:ref:refs/heads/main" },
    { oidc: "github", subject: "repo:example/web:environment:prod" },
    { oidc: "github", subject: "repo:example/app:environment:prod" },
    { oidc: "gitlab", subject: "project_path:example/app:ref_type:branch:ref:main", url: "https://gitlab.com" },
    { oidc: "gitlab", subject: "project_path:example/*", url: "https://gitlab.example.com/sub" },
  ];
  expect(statements(...trusts)).toEqual([
    ...people,
    open("gitlab.com", {
      StringEquals: {
        "gitlab.com:aud": "sts.amazonaws.com",
        "gitlab.com:sub": "project_path:example/app:ref_type:branch:ref:main",
      },
    }),
    open("gitlab.example.com/sub", {
      StringEquals: { "gitlab.example.com/sub:aud": "sts.amazonaws.com" },
      StringLike: { "gitlab.example.com/sub:sub": "project_path:example/*" },
    }),
    open(github, {
      StringEquals: {
        [`${github}:aud`]: "sts.amazonaws.com",
        [`${github}:sub`]: ["repo:example/app:environment:prod", "repo:example/web:environment:prod"],
      },
    }),
    open(github, {
      StringEquals: { [`${github}:aud`]: "sts.amazonaws.com" },
      StringLike: { [`${github}:sub`]: "repo:example/*:ref:refs/heads/main" },
    }),
  ]);
  expect(issuersOf(trustPolicy(trusts, context))).toEqual(["gitlab.com", "gitlab.example.com/sub", github]);
});

test("third parties say their external id, each its own", () => {
  const trusts: RoleTrust[] = [
    { thirdParty: "666666666666", externalId: "one" },
    { thirdParty: "777777777777", externalId: "two" },
  ];
  const party = (id: string, externalId: string) => ({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${id}:root` },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "sts:ExternalId": externalId } },
  });
  expect(statements(...trusts)).toEqual([...people, party("666666666666", "one"), party("777777777777", "two")]);
});

test("Bulkhead's own role is entered from one account; other partitions have other ARNs", () => {
  expect(trustOfAccount("111111111111", "aws-cn")).toEqual({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws-cn:iam::111111111111:root" }, Action: "sts:AssumeRole" }],
  });
});

test("no issuer is found where none is trusted", () => {
  expect(issuersOf(trustPolicy([], context))).toEqual([]);
  expect(issuersOf(undefined)).toEqual([]);
});
