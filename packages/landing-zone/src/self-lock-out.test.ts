/** Which policies would certainly lock Bulkhead out, and which only might. */

import { describe, expect, test } from "@jest/globals";
import { head, problemsOf } from "./testing/fixtures.ts";

const estate = `${head.replace("homeRegion", "regions: [eu-central-1, eu-west-1], homeRegion")}
teams: { a: { environments: [dev, prod] } }
accounts: { a-prod: { id: "222222222222" } }
organizationalUnits: { Dev: { serviceControlPolicies: [p] }, Prod: { serviceControlPolicies: [p] } }
serviceControlPolicies: { p: p.json }
`;

function verdict(statement: object, yaml = estate): string {
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "*", Resource: "*", ...statement }] };
  return problemsOf(yaml, { "p.json": JSON.stringify(policy) }).text;
}

const role = "role/OrganizationAccountAccessRole";

describe("certain, and so refused", () => {
  test.each<[string, object, string]>([
    ["everything", {}, "iam:GetRole in us-east-1 to Bulkhead's own role in account a-dev and 1 more"],
    ["a wildcard, in any case of letters", { Action: ["S3:*", "SSM:put*"] }, "ssm:PutParameter in eu-central-1"],
    ["all but something else", { Action: undefined, NotAction: ["iam:*", "s3:*"] }, "ssm:GetParameter"],
    [
      "all but an exempt role that isn't Bulkhead's",
      { Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/Admin" } } },
      "iam:GetRole",
    ],
    [
      "one account, by its id",
      { Condition: { StringEquals: { "AWS:PrincipalAccount": ["333333333333", "222222222222"] } } },
      "in account a-prod",
    ],
    [
      "a region in which accounts may work",
      { Action: "ssm:*", Condition: { StringNotEquals: { "aws:RequestedRegion": "eu-central-1" } } },
      "ssm:GetParameter in eu-west-1",
    ],
    [
      "IAM's own region",
      { Condition: { StringNotLike: { "aws:RequestedRegion": "eu-*" } } },
      "iam:GetRole in us-east-1",
    ],
    [
      "what isn't an AWS service",
      { Condition: { BoolIfExists: { "aws:PrincipalIsAWSService": false } } },
      "iam:GetRole",
    ],
  ])("%s", (_, statement, text) => {
    expect(verdict(statement)).toContain(text);
  });
});

describe("uncertain or harmless, and so accepted", () => {
  const condition = (operator: string, key: string, value: unknown) => ({
    Condition: { [operator]: { [key]: value } },
  });
  test.each<[string, object]>([
    ["an Allow", { Effect: "Allow" }],
    ["another action", { Action: "organizations:LeaveOrganization" }],
    ["one resource", { Resource: "arn:aws:iam::*:role/protected" }],
    ["all but some resources", { Resource: undefined, NotResource: "arn:aws:iam::*:role/x" }],
    ["Bulkhead's role exempt", condition("ArnNotLike", "aws:PrincipalArn", `arn:aws:iam::*:${role}`)],
    ["Bulkhead's role exempt among others", condition("StringNotLike", "aws:PrincipalArn", ["x", `*:${role}`])],
    [
      "Bulkhead's role exempt where its id fits",
      condition("ArnNotEquals", "aws:PrincipalArn", [
        `arn:aws:iam::222222222222:${role}`,
        `arn:aws:iam::333333333333:${role}`,
      ]),
    ],
    ["an unknown key", condition("StringEquals", "aws:PrincipalTag/team", "x")],
    ["an unknown operator", condition("ForAnyValue:StringEquals", "aws:RequestedRegion", "eu-central-1")],
    ["a variable", condition("StringEquals", "aws:PrincipalArn", "arn:${aws:x}")],
    ["a wildcard that Equals doesn't have", condition("StringEquals", "aws:PrincipalArn", "*")],
    ["a wildcard over colons, in an ARN", condition("ArnLike", "aws:PrincipalArn", `arn:*:${role}`)],
    ["other regions", { Action: "ssm:*", ...condition("StringNotLike", "aws:RequestedRegion", "eu-*") }],
    ["what nothing in the file asks for", { Action: ["ec2:*", "s3:*", "iam:CreateUser", "lambda:*"] }],
  ])("%s", (_, statement) => {
    expect(verdict(statement)).toBe("");
  });

  test("a policy on a unit without accounts of ours", () => {
    expect(verdict({}, estate.replaceAll("[p]", "[]"))).toBe("");
  });
});

test("a network asks for VPCs in its accounts only", () => {
  const network = "baseline: { network: { accounts: a-prod, pool: 10.0.0.0/8, vpcPrefix: 20, zones: 3 } }";
  expect(verdict({ Action: "ec2:*" }, estate + network)).toContain("in account a-prod Exempt the role");
});
