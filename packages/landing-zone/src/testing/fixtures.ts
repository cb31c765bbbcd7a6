/** What the tests of this package load: a file system in memory, and the example of the design word for word. */

import { dirname, normalize } from "node:path";
import type { BulkheadError } from "@bulkhead/core";
import { formatWhere } from "@bulkhead/core";
import type { Files } from "../files.ts";
import { loadLandingZone } from "../load.ts";
import type { LandingZone } from "../model.ts";

/** Files in memory, by path. */
export function memoryFiles(contents: Readonly<Record<string, string>>): Files {
  const paths = Object.keys(contents);
  return {
    size: (path) => contents[normalize(path)]?.length,
    read: (path) => contents[normalize(path)] ?? "",
    list: (folder) =>
      paths.filter((path) => dirname(path) === normalize(folder)).map((path) => path.split("/").at(-1) ?? ""),
  };
}

export function load(yaml: string, others: Readonly<Record<string, string>> = {}): LandingZone {
  return loadLandingZone("bulkhead.yaml", memoryFiles({ "bulkhead.yaml": yaml, ...others }));
}

/** Every problem of a file as `place code`, and the texts of all of them. */
export function problemsOf(yaml: string, others: Readonly<Record<string, string>> = {}) {
  try {
    load(yaml, others);
  } catch (thrown) {
    const error = thrown as BulkheadError;
    const parts = error.parts.length > 0 ? error.parts : [error];
    return {
      places: parts.map(({ where, code }) => `${where ? formatWhere(where) : ""} ${code.replace("LandingZone.", "")}`),
      text: parts.map(({ message, next = "" }) => `${message} ${next}`).join("\n"),
    };
  }
  return { places: [], text: "" };
}

/** A head for files that are about something else. */
export const head = `version: 1
organization: { managementAccountId: "111111111111", homeRegion: eu-central-1, accountEmail: "aws+{account}@example.com" }
environments: { dev: { organizationalUnit: Dev }, prod: { organizationalUnit: Prod } }
`;

export const denyLeaving = `{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*" }]
}`;

export const designPolicies = {
  "policies/deny-leaving.json": denyLeaving,
  "policies/protect-baseline.json": denyLeaving,
  "policies/operator.json": `{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": ["ssm:StartSession"], "Resource": "*" } }`,
};

export const designExample = `version: 1
include: [teams/*.yaml]                     # one file a team, merged; a key given twice is an error
organization:
  managementAccountId: "111111111111"
  homeRegion: eu-central-1
  regions: [eu-central-1, us-east-1]        # where accounts may work
  accountEmail: "aws+{account}@example.com"
  accessRole: OrganizationAccountAccessRole # how Bulkhead enters an account
  identityAccount: identity                 # holds the IAM users; \`management\` is allowed
  logArchiveAccount: log-archive

environments:                               # in order of promotion
  dev:   { organizationalUnit: Workloads/Development }
  stage: { organizationalUnit: Workloads/Staging }
  prod:  { organizationalUnit: "Workloads/Production/{department}", protected: true }

organizationalUnits:
  Workloads/Production: { serviceControlPolicies: [deny-leaving, protect-baseline] }
serviceControlPolicies:
  deny-leaving: policies/deny-leaving.json
  protect-baseline: policies/protect-baseline.json

accounts:                                   # shared accounts, and anything out of the ordinary
  identity:    { organizationalUnit: Security }
  log-archive: { organizationalUnit: Security }
  player-prod: { id: "222222222222", email: old@example.com, previously: player-live }   # adopted, overridden, renamed
teams:                                      # an account a stage, named {team}-{environment}
  player: { environments: [dev, stage, prod], department: Video, tags: { CostCenter: "4711" } }
  ads:    { accounts: { ads-prod-eu: { environment: prod }, ads-prod-us: { environment: prod } }, department: Sales }
  ops:    { environments: [dev, prod], department: Platform }

roles:                                      # preconfigured, in every account unless narrowed; people enter with MFA
  admin:     { managedPolicies: [AdministratorAccess], maxSessionHours: 1 }
  developer: { managedPolicies: [PowerUserAccess], accounts: { environments: [dev, stage] }, maxSessionHours: 8 }
  readonly:  { managedPolicies: [ReadOnlyAccess] }
  operator:  { managedPolicies: [ReadOnlyAccess], inlinePolicy: policies/operator.json, trust: [{ account: ops-prod, role: admin }] }
  deploy:    { managedPolicies: [PowerUserAccess], trust: [{ oidc: github, subject: "repo:example/*:ref:refs/heads/main" }] }
access:                                     # which group may enter which role, where
  - { group: player-developers, roles: [developer, readonly], accounts: { team: player } }
  - { group: ops, roles: [admin], accounts: all }

users:
  directory:
    url: ldaps://ldap.example.com           # ldap:// with startTls: true, or ldif:people.ldif; plain text only with allowPlaintext: true
    bindDn: cn=reader,dc=example,dc=com
    bindPassword: { env: LDAP_PASSWORD }    # or { file: … } or { secret: arn… }
    caFile: ca.pem
  people: { base: "ou=people,dc=example,dc=com", filter: "(objectClass=inetOrgPerson)", name: "{uid}", tags: { Email: "{mail}" } }
  groups: { base: "ou=groups,dc=example,dc=com", filter: "(cn=aws-*)", name: { match: "^aws-(.+)$", to: "$1" } }
  path: /people/
  maxLeavers: 10%                           # disables and deletes together; above it none is applied until that very plan is approved
  leavers: { graceDays: 30 }

baseline:
  passwordPolicy: { minimumLength: 14 }
  accountAlias: "example-{account}"
  network: { accounts: { environments: [dev, stage, prod] }, pool: 10.0.0.0/8, vpcPrefix: 20, zones: 3, nat: none, peerings: [[ops-prod, player-prod]] }

ssh:
  access:
    - { group: player-developers, accounts: { team: player, environments: [dev, stage] }, sudo: true }
`;
