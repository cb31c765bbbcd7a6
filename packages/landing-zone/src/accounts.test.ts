/** Derived accounts: overrides from environment to team to account, and their names. */

import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { head, load } from "./testing/fixtures.ts";

test("an account overrides its team, which overrides its environment; tags merge", () => {
  const [account] = load(`version: 1
organization: { managementAccountId: "111111111111", homeRegion: eu-central-1, accountEmail: "aws+{account}@example.com" }
environments:
  dev: { organizationalUnit: "Env/{department}", department: e, protected: true, tags: { a: env, b: env, c: env } }
teams:
  t: { environments: [dev], department: Team, organizationalUnit: "Team/{environment}", tags: { b: team, c: team } }
accounts:
  t-dev: { email: own@example.com, protected: false, tags: { c: own } }
`).accounts;
  expect(account).toMatchObject({
    organizationalUnit: "Team/dev",
    department: "Team",
    email: "own@example.com",
    protected: false,
    tags: { a: "env", b: "team", c: "own" },
  });
});

test("a shared account can belong to an environment", () => {
  const [account] = load(`${head}accounts: { tools: { environment: prod } }`).accounts;
  expect(account).toMatchObject({ name: "tools", environment: "prod", organizationalUnit: "Prod" });
  expect(account).not.toHaveProperty("team");
});

test("AWS shows an account under its name in the file, or under its accountName", () => {
  const { accounts } = load(`${head}teams: { shop: { environments: [dev] } }
accounts:
  payer: { organizationalUnit: Root, accountName: "Company Payer (old)" }
  shop-dev: { accountName: Shop }
  tools: { organizationalUnit: Root }`);
  expect(accounts.map(({ name, accountName, email }) => [name, accountName, email])).toEqual([
    ["payer", "Company Payer (old)", "aws+payer@example.com"],
    ["shop-dev", "Shop", "aws+shop-dev@example.com"],
    ["tools", "tools", "aws+tools@example.com"],
  ]);
});

test("every team and stage has one account of its own, and one email", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
  const teams = fc.dictionary(name, fc.uniqueArray(fc.constantFrom("dev", "prod"), { minLength: 1 }));
  fc.assert(
    fc.property(teams, (estate) => {
      const lines = Object.entries(estate).map(
        ([team, stages]) => `  "${team}": { environments: [${stages.join()}] }\n`,
      );
      const { accounts } = load(`${head}teams:\n${lines.join("")}`);
      const expected = Object.entries(estate).flatMap(([team, stages]) => stages.map((stage) => `${team}-${stage}`));
      expect(accounts.map((account) => account.name)).toEqual(expected.sort());
      expect(new Set(accounts.map(({ email }) => email)).size).toBe(expected.length);
    }),
    { numRuns: 50 },
  );
});
