/** Roles: what may be said of them, who may enter, and what the audit role of the baseline adds. */

import { expect, test } from "@jest/globals";
import { whoMayEnterWhat } from "./access.ts";
import { head, load, problemsOf } from "./testing/fixtures.ts";

const accounts = `accounts: { a: { organizationalUnit: Root }, logs: { organizationalUnit: Security } }\n`;

test("a role with everything, and one with nothing but its name", () => {
  const { roles } = load(`${head}${accounts}roles:
  plain: {}
  full:
    managedPolicies: [ReadOnlyAccess, "arn:aws:iam::aws:policy/job-function/Billing"]
    permissionsBoundary: PowerUserAccess
    path: /ops/night/
    maxSessionHours: 12
    accounts: a
    adopt: true
    trust:
      - { oidc: github, subject: "repo:example/*:ref:refs/heads/main" }
      - { oidc: github, subject: "repo:example@123456/*:ref:refs/heads/main" }
      - { oidc: gitlab, subject: "project_path:example/app:ref_type:branch:ref:main" }
      - { oidc: gitlab, subject: "project_path:example/*", url: "https://gitlab.example.com" }
      - { thirdParty: "123456789012", externalId: "a1b2-c3" }
      - { account: logs, role: plain }
`);
  expect(roles).toMatchObject([
    {
      name: "full",
      managedPolicies: ["ReadOnlyAccess", "arn:aws:iam::aws:policy/job-function/Billing"],
      permissionsBoundary: "PowerUserAccess",
      path: "/ops/night/",
      maxSessionHours: 12,
      accounts: ["a"],
      adopt: true,
      trust: [
        { oidc: "github", subject: "repo:example/*:ref:refs/heads/main" },
        { oidc: "github", subject: "repo:example@123456/*:ref:refs/heads/main" },
        {
          oidc: "gitlab",
          subject: "project_path:example/app:ref_type:branch:ref:main",
          url: "https://gitlab.com",
        },
        { oidc: "gitlab", subject: "project_path:example/*", url: "https://gitlab.example.com" },
        { thirdParty: "123456789012", externalId: "a1b2-c3" },
        { account: "logs", role: "plain" },
      ],
    },
    { name: "plain", path: "/", maxSessionHours: 1, trust: [], adopt: false, accounts: ["a", "logs"] },
  ]);
  expect(roles[1]).not.toHaveProperty("permissionsBoundary");
});

test.each([
  [`{ oidc: github, subject: "repo:*/app:ref:refs/heads/main" }`, "must begin with repo:OWNER/"],
  [`{ oidc: github, subject: "repo:example@*/app:ref:refs/heads/main" }`, "must begin with repo:OWNER/"],
  [`{ oidc: github, subject: "*" }`, "must begin with repo:OWNER/"],
  [`{ oidc: github, subject: "project_path:example/app:ref_type:branch:ref:main" }`, "must begin with repo:OWNER/"],
  [`{ oidc: github, subject: "repo:example/${"$"}{aws:x}" }`, "can't hold ${"],
  [`{ oidc: gitlab, subject: "project_path:example/${"$"}{aws:x}" }`, "can't hold ${"],
  [`{ oidc: gitlab, subject: "project_path:*" }`, "must begin with project_path:GROUP/"],
  [`{ oidc: gitlab, subject: "project_path:exam?le/app" }`, "must begin with project_path:GROUP/"],
  [`{ oidc: gitlab, subject: "project_path:example/app", url: "http://gitlab.example.com" }`, "must be https://HOST"],
  [`{ oidc: gitlab, subject: "project_path:example/app", url: "https://gitlab.example.com/" }`, "must be https://HOST"],
  [`{ thirdParty: "123456789012" }`, "externalId is missing"],
  [`{ thirdParty: "1234", externalId: "abc" }`, "must be the 12 digits"],
  [`{ thirdParty: "123456789012", externalId: "a b" }`, "must be 2 to 1,224 letters"],
  [`{ account: b, role: r }`, `There is no account "b"`],
])("a trust that would let in nobody, or anybody, is refused: %s", (trust, message) => {
  const { text } = problemsOf(`${head}${accounts}roles: { r: { trust: [${trust}] } }`);
  expect(text).toContain(message);
});

test.each([
  ["path: ops/", "must begin and end with /"],
  ["path: /ops*/", "can't hold * ? or $"],
  ['path: "/${aws:username}/"', "can't hold * ? or $"],
  ["path: /ops", "must begin and end with /"],
  ["path: //", "must begin and end with /"],
  [
    `managedPolicies: [${Array.from({ length: 26 }, (_, i) => `P${String(i)}`).join(", ")}]`,
    "more than the 25 policies",
  ],
  ["permissionsBoundary: arn:aws:s3:::bucket", "must be a policy's name or ARN"],
])("what IAM would refuse is refused with its place: %s", (setting, message) => {
  const { text, places } = problemsOf(`${head}${accounts}roles: { r: { ${setting} } }`);
  expect(text).toContain(message);
  expect(places).toEqual([expect.stringMatching(/^bulkhead\.yaml:5:\d+ Invalid$/)]);
});

test("names of roles differ in more than capital letters", () => {
  const { places, text } = problemsOf(`${head}${accounts}roles: { admin: {}, Admin: {} }`);
  expect(places).toEqual(["bulkhead.yaml:5:21 RoleNameTaken"]);
  expect(text).toContain("IAM doesn't tell capital letters from small ones");
});

test("an inline policy longer than all that a role can hold is refused", () => {
  const Action = Array.from({ length: 600 }, (_, i) => `ec2:DescribeSomething${String(i)}`);
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
  const { places } = problemsOf(`${head}${accounts}roles: { r: { inlinePolicy: p.json } }`, { "p.json": policy });
  expect(places).toEqual(["bulkhead.yaml:5:29 PolicyTooLong"]);
});

test("the audit role is a role like any other: rules of access and trust can speak of it", () => {
  const landingZone = load(`${head}${accounts}
access: [{ group: auditors, roles: [audit], accounts: all }]
roles: { r: { trust: [{ account: logs, role: audit }] } }
baseline: { auditRole: { trust: [{ account: a, role: r }], maxSessionHours: 4 } }`);
  expect(landingZone.roles[0]).toMatchObject({
    name: "audit",
    managedPolicies: ["SecurityAudit", "ViewOnlyAccess"],
    maxSessionHours: 4,
    path: "/",
    accounts: ["a", "logs"],
    trust: [{ account: "a", role: "r" }],
    adopt: false,
  });
  expect(whoMayEnterWhat(landingZone).map(({ role, path, account }) => `${account}${path}${role}`)).toEqual([
    "a/audit",
    "logs/audit",
  ]);
});

test.each([
  [`roles: { audit: {} }\nbaseline: { auditRole: {} }`, "RoleNameTaken"],
  [`baseline: { auditRole: { name: OrganizationAccountAccessRole } }`, "RoleIsAccessRole"],
  [`baseline: { auditRole: { trust: [{ account: a, role: nobody }] } }`, "UnknownName"],
  [`roles: { bulkhead: {} }\nbaseline: { ownRole: Bulkhead }`, "RoleNameTaken"],
])("roles of the baseline don't clash with others, nor trust what isn't there: %s", (sections, code) => {
  const { places } = problemsOf(`${head}${accounts}${sections}`);
  expect(places).toEqual([expect.stringContaining(code)]);
});
