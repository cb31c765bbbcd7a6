/** Loading a whole landing zone: the example of the design, includes, and every kind of bad input at its place. */

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { starterFiles } from "./example.ts";
import { denyLeaving, designExample, designPolicies, head, load, memoryFiles, problemsOf } from "./testing/fixtures.ts";
import { whoMayEnterWhat } from "./access.ts";
import { loadLandingZone } from "./load.ts";

describe("the example of the design", () => {
  const landingZone = load(designExample, designPolicies);

  test("gives its nine accounts, each in its unit, with its email", () => {
    expect(landingZone.accounts.map((it) => [it.name, it.organizationalUnit, it.email, it.protected])).toEqual([
      ["ads-prod-eu", "Workloads/Production/Sales", "aws+ads-prod-eu@example.com", true],
      ["ads-prod-us", "Workloads/Production/Sales", "aws+ads-prod-us@example.com", true],
      ["identity", "Security", "aws+identity@example.com", false],
      ["log-archive", "Security", "aws+log-archive@example.com", false],
      ["ops-dev", "Workloads/Development", "aws+ops-dev@example.com", false],
      ["ops-prod", "Workloads/Production/Platform", "aws+ops-prod@example.com", true],
      ["player-dev", "Workloads/Development", "aws+player-dev@example.com", false],
      ["player-prod", "Workloads/Production/Video", "old@example.com", true],
      ["player-stage", "Workloads/Staging", "aws+player-stage@example.com", false],
    ]);
  });

  test("adopts, overrides and renames player-prod, which stays the team's", () => {
    expect(landingZone.accounts.find(({ name }) => name === "player-prod")).toMatchObject({
      team: "player",
      environment: "prod",
      department: "Video",
      tags: { CostCenter: "4711" },
      id: "222222222222",
      previously: "player-live",
    });
  });

  test("names every organizational unit, parents first, and attaches the policies", () => {
    expect(landingZone.organizationalUnits.map(({ path, parent }) => `${parent} > ${path}`)).toEqual([
      "Root > Security",
      "Root > Workloads",
      "Workloads > Workloads/Development",
      "Workloads > Workloads/Production",
      "Workloads/Production > Workloads/Production/Platform",
      "Workloads/Production > Workloads/Production/Sales",
      "Workloads/Production > Workloads/Production/Video",
      "Workloads > Workloads/Staging",
    ]);
    expect(landingZone.serviceControlPolicies.map(({ name, targets }) => [name, targets])).toEqual([
      ["deny-leaving", ["Workloads/Production"]],
      ["protect-baseline", ["Workloads/Production"]],
    ]);
    expect(landingZone.serviceControlPolicies[0]?.content).toBe(JSON.stringify(JSON.parse(denyLeaving)));
  });

  test("says who may enter what", () => {
    const entries = whoMayEnterWhat(landingZone).map((it) => `${it.group} ${it.role} ${it.account}`);
    expect(entries.filter((entry) => entry.startsWith("player"))).toEqual([
      "player-developers developer player-dev",
      "player-developers developer player-stage",
      "player-developers readonly player-dev",
      "player-developers readonly player-prod",
      "player-developers readonly player-stage",
    ]);
    expect(entries.filter((entry) => entry.startsWith("ops admin"))).toHaveLength(9);
    expect(whoMayEnterWhat(landingZone).every((it) => it.everywhere === (it.group === "ops"))).toBe(true);
  });

  test("only warns that teams/*.yaml matches no file yet", () => {
    expect(landingZone.warnings).toEqual(["bulkhead.yaml:2:11: teams/*.yaml matches no file"]);
  });
});

test("an empty file is refused with what to do next", () => {
  expect(() => load("")).toThrow(
    expect.objectContaining({ code: "LandingZone.Invalid", next: expect.stringContaining("bulkhead init") }),
  );
});

test("the starter landing zone loads, with three teams, nine accounts and no warning", () => {
  const landingZone = loadLandingZone("bulkhead.yaml", memoryFiles(starterFiles));
  expect(landingZone.teams).toEqual(["ads", "ops", "player"]);
  expect(landingZone.accounts).toHaveLength(9);
  expect(landingZone.warnings).toEqual([]);
});

describe("includes", () => {
  const main = `${head}include: [teams/*.yaml]\n`;

  test("are merged; lists of rules are joined; paths are relative to the file that names them", () => {
    const landingZone = load(`${main}roles: { admin: {} }\naccess: [{ group: a, roles: [admin], accounts: all }]`, {
      "teams/a.yaml": `teams: { a: { environments: [dev] } }
access:
  - { group: b, roles: [admin], accounts: a-dev }
serviceControlPolicies: { deny-leaving: deny-leaving.json }
organizationalUnits: { Root: { serviceControlPolicies: [deny-leaving] } }`,
      "teams/deny-leaving.json": denyLeaving,
      "teams/.hidden.yaml": "nonsense: 1",
    });
    expect(landingZone.accounts.map(({ name, where }) => [name, where])).toEqual([
      ["a-dev", { file: "teams/a.yaml", line: 1, column: 30 }],
    ]);
    expect(landingZone.access.map(({ group, where }) => [group, where.file, where.line])).toEqual([
      ["a", "bulkhead.yaml", 6],
      ["b", "teams/a.yaml", 3],
    ]);
    expect(landingZone.serviceControlPolicies[0]?.targets).toEqual(["Root"]);
  });

  test("come to the same whichever file a team stands in", () => {
    const teams = ["ads", "ops", "player", "web"].map((name) => `${name}: { environments: [dev, prod] }`);
    const accountsOf = (order: readonly number[], files: readonly number[]) => {
      const byFile: Record<string, string> = {};
      for (const team of order) {
        const file = `teams/${String(files[team])}.yaml`;
        byFile[file] = `${byFile[file] ?? "teams:\n"}  ${teams[team] ?? ""}\n`;
      }
      return load(main, byFile).accounts.map((account) => ({ ...account, where: undefined }));
    };
    const expected = accountsOf([0, 1, 2, 3], [0, 0, 0, 0]);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
        (order, files) => {
          expect(accountsOf(order, files)).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("that give a key twice are refused with both places, at the second", () => {
    const { places, text } = problemsOf(`${main}teams: { a: { environments: [dev] } }\n`, {
      "teams/a.yaml": "teams:\n  b: {}\n  a: {}\norganization: { homeRegion: us-east-1 }\n",
    });
    expect(places).toEqual(["teams/a.yaml:3:3 KeyGivenTwice", "teams/a.yaml:4:17 KeyGivenTwice"]);
    expect(text).toContain("bulkhead.yaml:5:10");
  });

  test("name a file that isn't there, or a file with faults", () => {
    expect(problemsOf(`${head}include: [more.yaml]`).places).toEqual(["bulkhead.yaml:4:11 FileMissing"]);
    const faults = problemsOf(main, { "teams/a.yaml": "teams:\n  a: { enviroments: [dev] }" });
    expect(faults.places).toEqual(["teams/a.yaml:2:8 UnknownKey"]);
    expect(faults.text).toContain('Did you mean "environments"?');
  });
});

describe("bad input is refused at its place", () => {
  const policy = (statement: string) => `{ "Version": "2012-10-17",\n "Statement": ${statement} }`;
  const cases: Record<
    string,
    [yaml: string, expected: string[], text: string | RegExp, others?: Record<string, string>]
  > = {
    "broken YAML": ["version: 1\nteams: [", ["bulkhead.yaml:2:9 YamlInvalid"], ""],
    "an unquoted secret that is an alias": ["users: *hunter2", ["bulkhead.yaml:1:8 YamlInvalid"], /^(?!.*hunter2)/s],
    "an unquoted secret that is a tag": ["users: !hunter2 x", ["bulkhead.yaml:1:8 YamlInvalid"], /^(?!.*hunter2)/s],
    "a merge conflict": [`${head}<<<<<<< HEAD\n`, ["bulkhead.yaml:4:1 MergeConflict"], ""],
    "an empty file": ["", ["bulkhead.yaml:1:1 Invalid"], "map of sections"],
    "no version and organization": [
      "teams: {}",
      ["bulkhead.yaml:1:1 Invalid", "bulkhead.yaml:1:1 Invalid"],
      "organization is missing",
    ],
    "an unknown section": [`${head}temas: {}`, ["bulkhead.yaml:4:1 UnknownKey"], 'Did you mean "teams"?'],
    "a key given twice": [`${head}teams:\n  a: {}\n  a: {}`, ["bulkhead.yaml:6:3 KeyGivenTwice"], "bulkhead.yaml:5:3"],
    "a prototype as a key": [`${head}__proto__: { a: 1 }`, ["bulkhead.yaml:4:1 UnknownKey"], "__proto__"],
    "an unquoted account id": [
      head.replace('"111111111111"', "111111111111"),
      ["bulkhead.yaml:2:38 Invalid"],
      "Put quotes around it",
    ],
    "a mistyped key and a wrong name, in one go": [
      `${head}teams: { a: { environments: [dev, prd], departmnt: x } }`,
      ["bulkhead.yaml:4:35 UnknownName", "bulkhead.yaml:4:41 UnknownKey"],
      'Did you mean "prod"?',
    ],
    "a broken rule and a wrong name, in one go": [
      `${head}teams: { a: { environments: [prd] } }\nssh: { access: 3 }`,
      ["bulkhead.yaml:4:30 UnknownName", "bulkhead.yaml:5:16 Invalid"],
      "must be a list",
    ],
    "a mistyped key of a selector": [
      `${head}access: [{ group: a, roles: [r], accounts: { teem: a } }]`,
      ["bulkhead.yaml:4:46 UnknownKey"],
      'Did you mean "team"?',
    ],
    "an email for all accounts": [
      head.replace("{account}", "x"),
      ["bulkhead.yaml:2:94 Invalid"],
      "must contain {account}",
    ],
    "an unknown placeholder": [
      `${head}teams: { a: { organizationalUnit: "X/{stage}" } }`,
      ["bulkhead.yaml:4:35 Invalid"],
      "{stage} that doesn't exist; there are {account}, {team}, {environment}, {department}",
    ],
    "a placeholder without a value": [
      `${head}teams: { a: { environments: [dev], organizationalUnit: "X/{department}" } }`,
      ["bulkhead.yaml:4:56 PlaceholderUnset"],
      "{department} has no value for account a-dev",
    ],
    "two accounts with one email": [
      `${head}accounts:
  a: { organizationalUnit: Root, email: One@example.com }
  b: { organizationalUnit: Root, email: one@example.com }`,
      ["bulkhead.yaml:6:41 EmailTaken"],
      "a (bulkhead.yaml:5:41)",
    ],
    "an email that is too long": [
      `${head}accounts: { a${"a".repeat(48)}: { organizationalUnit: Root } }`,
      ["bulkhead.yaml:2:94 EmailInvalid"],
      "65 characters",
    ],
    "an email that isn't ASCII": [
      `${head}accounts: { a: { organizationalUnit: Root, email: jörg@example.com } }`,
      ["bulkhead.yaml:4:51 EmailInvalid"],
      "AWS refuses",
    ],
    "two accounts with one name": [
      `${head}environments: { a-b: { organizationalUnit: Dev }, b: { organizationalUnit: Dev } }
teams:
  x: { environments: [a-b] }
  x-a: { environments: [b] }`.replace(/environments: \{ dev.*\n/, ""),
      ["bulkhead.yaml:6:25 AccountNameTaken"],
      "bulkhead.yaml:5:23",
    ],
    "a name that is too long": [
      `${head}teams: { t${"t".repeat(40)}: { accounts: {}, environments: [dev] } }`
        .replace("dev: {", `dev${"v".repeat(9)}: {`)
        .replace("[dev]", `[dev${"v".repeat(9)}]`),
      ["bulkhead.yaml:2:94 EmailInvalid", "bulkhead.yaml:4:84 AccountNameTooLong"],
      "longer than AWS's 50",
    ],
    "one id twice, or the management account's": [
      `${head}accounts:
  a: { organizationalUnit: Root, id: "222222222222" }
  b: { organizationalUnit: Root, id: "222222222222" }
  c: { organizationalUnit: Root, id: "111111111111" }`,
      ["bulkhead.yaml:6:38 AccountIdTaken", "bulkhead.yaml:7:38 AccountIdTaken"],
      "the management account",
    ],
    "a rename to a name in use": [
      `${head}accounts:
  a: { organizationalUnit: Root, previously: b }
  b: { organizationalUnit: Root }`,
      ["bulkhead.yaml:5:46 RenameToNameInUse"],
      "in use",
    ],
    "a reserved name": [
      `${head}accounts: { all: { organizationalUnit: Root } }`,
      ["bulkhead.yaml:4:13 Invalid"],
      "reserved",
    ],
    "an account without a unit": [
      `${head}accounts: { a: {} }`,
      ["bulkhead.yaml:4:13 OrganizationalUnitMissing"],
      "Add `organizationalUnit",
    ],
    "a unit six levels deep": [
      `${head}accounts: { x: { organizationalUnit: a/b/c/d/e/f } }`,
      ["bulkhead.yaml:4:38 OrganizationalUnitInvalid"],
      "6 levels deep; AWS takes 5",
    ],
    "a unit with an empty part, and one below Root": [
      `${head}organizationalUnits:\n  a//b: {}\n  Root/a: {}`,
      ["bulkhead.yaml:5:3 OrganizationalUnitInvalid", "bulkhead.yaml:6:3 OrganizationalUnitInvalid"],
      "empty part",
    ],
    "bad tags": [
      `${head}teams: { a: { tags: { "aws:x": a, b: 4711, c: "a;b" } } }`,
      ["bulkhead.yaml:4:23 Invalid", "bulkhead.yaml:4:38 Invalid", "bulkhead.yaml:4:47 Invalid"],
      "reserved for AWS",
    ],
    "too many tags": [
      `${head}accounts: { a: { organizationalUnit: Root, tags: { ${Array.from({ length: 51 }, (_, i) => `t${String(i)}: x`).join(", ")} } } }`,
      ["bulkhead.yaml:4:13 TooManyTags"],
      "50",
    ],
    "an identity account that isn't there": [
      head.replace("homeRegion", "identityAccount: identiy, homeRegion") +
        "accounts: { identity: { organizationalUnit: Root } }",
      ["bulkhead.yaml:2:71 UnknownName"],
      'Did you mean "identity"?',
    ],
    "selectors that name nothing": [
      `${head}teams: { player: { environments: [dev] } }
roles: { r: {} }
access:
  - { group: g, roles: [r], accounts: player }
  - { group: g, roles: [r], accounts: [player-dev, all, management] }
  - { group: g, roles: [r], accounts: { team: playr, environments: [dev, stage], organizationalUnit: Devv } }`,
      [
        "bulkhead.yaml:7:39 UnknownName",
        "bulkhead.yaml:8:52 UnknownName",
        "bulkhead.yaml:8:57 UnknownName",
        "bulkhead.yaml:9:47 UnknownName",
        "bulkhead.yaml:9:74 UnknownName",
        "bulkhead.yaml:9:102 UnknownName",
      ],
      "write { team: player }",
    ],
    "a role that isn't there": [
      `${head}roles: { admin: {} }\naccess: [{ group: g, roles: [amdin], accounts: all }]`,
      ["bulkhead.yaml:5:30 UnknownName"],
      'Did you mean "admin"?',
    ],
    "a role that an account lacks": [
      `${head}teams: { a: { environments: [dev, prod] } }
roles: { r: { accounts: { environment: dev }, trust: [{ account: a-prod, role: r }] } }
access: [{ group: g, roles: [r], accounts: [a-dev, a-prod] }, { group: g, roles: [r], accounts: { environment: prod } }]`,
      [
        "bulkhead.yaml:5:80 RoleNotInAccount",
        "bulkhead.yaml:6:30 RoleNotInAccount",
        "bulkhead.yaml:6:83 RoleNotInAccount",
      ],
      "Role r doesn't exist in a-prod",
    ],
    "Bulkhead's own role": [
      `${head}roles: { OrganizationAccountAccessRole: {} }`,
      ["bulkhead.yaml:4:10 RoleIsAccessRole"],
      "Bulkhead enters",
    ],
    "any repository of the world": [
      `${head}roles: { r: { trust: [{ oidc: github, subject: "*" }] } }`,
      ["bulkhead.yaml:4:48 Invalid"],
      "must begin with repo:OWNER/",
    ],
    "a number that is too large": [
      `${head}roles: { r: { maxSessionHours: 13 } }`,
      ["bulkhead.yaml:4:32 Invalid"],
      "must be at most 12",
    ],
    "a peering with nobody": [
      `${head}teams: { a: { environments: [dev] } }
baseline: { network: { accounts: all, pool: 10.0.0.0/8, vpcPrefix: 20, zones: 3, peerings: [[a-dev, a-prod]] } }`,
      ["bulkhead.yaml:5:101 UnknownName"],
      'There is no account "a-prod"',
    ],
    "a secret in the file": [
      `${head}users:
  directory: { url: "ldaps://x", bindDn: cn=x, bindPassword: hunter2 }
  people: { base: b, filter: f, name: "{uid}" }
  groups: { base: b, filter: f }`,
      ["bulkhead.yaml:5:62 Invalid"],
      /^(?!.*hunter2).*a secret never stands in this file/s,
    ],
    "a password sent in the clear": [
      `${head}users:
  directory: { url: "ldap://x" }
  people: { base: b, filter: f, name: "{uid}" }
  groups: { base: b, filter: f }`,
      ["bulkhead.yaml:5:21 Invalid"],
      "unencrypted",
    ],
    "a policy that isn't declared": [
      `${head}organizationalUnits: { Dev: { serviceControlPolicies: [deny] } }`,
      ["bulkhead.yaml:4:56 UnknownName"],
      'no service control policy "deny"',
    ],
    "a policy file that isn't there": [
      `${head}serviceControlPolicies: { a: a.json }`,
      ["bulkhead.yaml:4:30 FileMissing"],
      "There is no file a.json",
    ],
    "a policy that isn't JSON": [
      `${head}serviceControlPolicies: { a: a.json }`,
      ["a.json:2:16 JsonInvalid"],
      "isn't JSON from here on",
      { "a.json": policy("[},") },
    ],
    "a policy of another shape": [
      `${head}serviceControlPolicies: { a: a.json }`,
      ["a.json:2:27 Invalid", "a.json:2:35 UnknownKey"],
      'Did you mean "Action"?',
      {
        "a.json": policy(`{ "Effect": "Deny", "Actions": "a:*", "Resource": "*", "Condition": {} }`).replace(
          '"Effect": "Deny"',
          '"Effect": "deny"',
        ),
      },
    ],
    "a policy that is too long": [
      head.replace("homeRegion", "quotas: { serviceControlPolicyCharacters: 50 }, homeRegion") +
        "serviceControlPolicies: { a: a.json }",
      ["bulkhead.yaml:4:30 PolicyTooLong"],
      "AWS takes 50",
      { "a.json": denyLeaving },
    ],
    "too many policies on one unit": [
      head.replace("homeRegion", "quotas: { serviceControlPoliciesPerTarget: 1 }, homeRegion") +
        "serviceControlPolicies: { a: a.json }\norganizationalUnits: { Dev: { serviceControlPolicies: [a] } }",
      ["bulkhead.yaml:5:55 TooManyPolicies"],
      "FullAWSAccess included",
      { "a.json": denyLeaving },
    ],
    "a policy that locks Bulkhead out": [
      `${head}teams: { a: { environments: [dev] } }
organizationalUnits: { Root: { serviceControlPolicies: [a] } }
serviceControlPolicies: { a: a.json }`,
      ["a.json:2:16 SelfLockOut"],
      "would deny iam:GetRole in us-east-1 to Bulkhead's own role in account a-dev",
      { "a.json": policy(`[{ "Effect": "Deny", "Action": "*", "Resource": "*" }]`) },
    ],
  };

  test.each(Object.entries(cases))("%s", (_, [yaml, expected, text, others]) => {
    const found = problemsOf(yaml, others);
    expect(found.places).toEqual(expected);
    expect(found.text).toMatch(text);
  });

  test("a file that isn't there suggests `bulkhead init`", () => {
    expect(() => loadLandingZone("none.yaml", memoryFiles({}))).toThrow(
      expect.objectContaining({ code: "LandingZone.FileMissing", next: expect.stringContaining("bulkhead init") }),
    );
  });

  test("a file that is too big, or that the system refuses", () => {
    const files = memoryFiles({ "bulkhead.yaml": head });
    expect(() => loadLandingZone("bulkhead.yaml", { ...files, size: () => 5_000_001 })).toThrow(/larger than 5 MB/);
    const refuse = (): never => {
      throw new Error("EACCES: permission denied");
    };
    expect(() => loadLandingZone("bulkhead.yaml", { ...files, read: refuse })).toThrow(/can't be read: EACCES/);
  });

  test("an entity bomb", () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `x${String(i + 1)}: &a${String(i + 1)} [${`*a${String(i)},`.repeat(10)}]`,
    );
    expect(problemsOf(`x0: &a0 [1]\n${levels.join("\n")}`).text).toContain("aliases too often");
  });
});

test("anchors and aliases are followed, also for places", () => {
  const yaml = `${head}teams:\n  a: &team { environments: [dev], department: X, tags: { a: "1" } }\n  b: *team`;
  expect(load(yaml).accounts.map(({ name, where }) => [name, where.line])).toEqual([
    ["a-dev", 5],
    ["b-dev", 5],
  ]);
});

test("what looks like an oversight is a warning", () => {
  const { warnings } = load(
    `${head}teams: { a: {} }\nserviceControlPolicies: { p: p.json }\nssh: { access: [{ group: g, accounts: { team: a } }] }`,
    { "p.json": denyLeaving },
  );
  expect(warnings).toEqual([
    "bulkhead.yaml:6:39: no account is selected",
    "bulkhead.yaml:5:27: service control policy p is attached to nothing",
  ]);
});
