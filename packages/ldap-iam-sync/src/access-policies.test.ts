/** The policies through which groups enter roles, and those of every person. */

import { describe, expect, it } from "@jest/globals";
import { whoMayEnterWhat, type AccessEntry, type Role } from "@bulkhead/landing-zone";
import fc from "fast-check";
import { accessPolicies, groupOfPolicy, type GroupAccess } from "./access-policies.ts";
import type { PolicyStatement } from "./model.ts";
import { selfService } from "./self-service-policy.ts";
import { known, landingZone } from "./testing/small-world.ts";

const estate = landingZone();
const accessOf = (group: string, idOf = known.idOf): GroupAccess => {
  const entries = whoMayEnterWhat(estate).filter((entry) => entry.group === group);
  return accessPolicies(group, entries, estate.roles, { idOf }, "aws");
};

const enter = { Effect: "Allow", Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] };

describe("access policies", () => {
  it("name each role of each account", () => {
    expect(accessOf("players")).toEqual({
      accountsWithoutId: [],
      policies: [
        {
          name: "bulkhead-access-players-1",
          document: {
            Version: "2012-10-17",
            Statement: [
              {
                Sid: "TheseAccounts",
                ...enter,
                Resource: [
                  "arn:aws:iam::444444444444:role/developer",
                  "arn:aws:iam::444444444444:role/readonly",
                  "arn:aws:iam::555555555555:role/readonly",
                ],
              },
            ],
          },
        },
      ],
    });
  });

  it("for all accounts are bound to the organization, and need no ids", () => {
    const { policies, accountsWithoutId } = accessOf("ops", () => undefined);
    expect(accountsWithoutId).toEqual([]);
    expect(policies[0]?.document.Statement).toEqual([
      {
        Sid: "EveryAccount",
        ...enter,
        Resource: ["arn:aws:iam::*:role/admin"],
        Condition: { StringEquals: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } },
      },
    ]);
  });

  it("leave out accounts without an id, and name them", () => {
    const { policies, accountsWithoutId } = accessOf("players", (name) =>
      name === "player-dev" ? undefined : known.idOf(name),
    );
    expect(accountsWithoutId).toEqual(["player-dev"]);
    expect(policies[0]?.document.Statement[0]?.Resource).toEqual(["arn:aws:iam::555555555555:role/readonly"]);
  });

  it("of a group that enters nothing are none", () => {
    expect(accessOf("nobody").policies).toEqual([]);
  });

  it("keep the path of a role", () => {
    const roles = [{ name: "admin", path: "/teams/" } as Role];
    const entry = { group: "g", role: "admin", account: "player-dev", everywhere: false } as AccessEntry;
    const { policies } = accessPolicies("g", [entry], roles, known, "aws-cn");
    expect(policies[0]?.document.Statement[0]?.Resource).toEqual(["arn:aws-cn:iam::444444444444:role/teams/admin"]);
  });

  it("hold every right once, within IAM's 6,144 characters, however many they are", () => {
    const entryOf = (number: number): AccessEntry =>
      ({
        group: "g",
        role: `role-${number % 7}`,
        account: `account-${number}`,
        everywhere: number % 7 === 3,
      }) as AccessEntry;
    const roles = Array.from({ length: 7 }, (_, i) => ({ name: `role-${i}`, path: "/" }) as Role);
    const idOf = (name: string): string => name.slice("account-".length).padStart(12, "0");
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(5_000), { maxLength: 400 }), (numbers) => {
        const entries = numbers.map(entryOf);
        const { policies } = accessPolicies("g", entries, roles, { idOf }, "aws");
        const statements = policies.flatMap(({ document }): readonly PolicyStatement[] => document.Statement);
        const arns = statements.flatMap(({ Resource }) => Resource);
        expect(arns).toHaveLength(new Set(arns).size);
        const wanted = entries.map(({ role, account, everywhere }) =>
          everywhere ? `arn:aws:iam::*:role/${role}` : `arn:aws:iam::${idOf(account)}:role/${role}`,
        );
        expect(new Set(arns)).toEqual(new Set(wanted));
        expect(Math.max(0, ...policies.map(({ document }) => JSON.stringify(document).length))).toBeLessThanOrEqual(
          6_144,
        );
      }),
      { numRuns: 50 },
    );
  });
});

it.each([
  ["bulkhead-access-ops-1", "ops"],
  ["bulkhead-access-ops-1-12", "ops-1"],
  ["bulkhead-access-ops", undefined],
  ["bulkhead-self-service", undefined],
  ["Mine", undefined],
])("the policy %s is the group's: %s", (policy, group) => {
  expect(groupOfPolicy(policy)).toBe(group);
});

describe("the self-service policy", () => {
  const statements = selfService("/people/", "aws").document.Statement;
  const allowed = statements.flatMap(({ Effect, Action = [] }) => (Effect === "Allow" ? Action : []));
  const denied = statements.find(({ Effect }) => Effect === "Deny");

  it("lets nobody be shut out at the first sign-in with a password to be changed", () => {
    expect(denied?.NotAction).toEqual(expect.arrayContaining(["iam:ChangePassword", "iam:GetAccountPasswordPolicy"]));
  });

  it("without MFA lets no one touch keys or take MFA off, and knows no MFA as no MFA", () => {
    expect(denied?.NotAction).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/AccessKey|Deactivate|AssumeRole|Delete/)]),
    );
    expect(denied?.Condition).toEqual({ BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } });
  });

  it("allows what the exception lists, for oneself only", () => {
    expect(allowed).toEqual(
      expect.arrayContaining((denied?.NotAction ?? []).filter((action) => action !== "sts:GetSessionToken")),
    );
    const oneself = statements.filter(({ Sid = "" }) => Sid.startsWith("Own")).map(({ Resource }) => Resource);
    expect(new Set(oneself)).toEqual(new Set(["arn:aws:iam::*:user/people/${aws:username}"]));
  });
});
