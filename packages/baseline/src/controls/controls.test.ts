/** What holds of every control, and the pure parts of single ones. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { formatLockFile, neededActions } from "@bulkhead/landing-zone";
import { policyOf } from "../rights.ts";
import { estateOfText } from "../testing/landing-zone.ts";
import { usesOf, type Contents } from "./default-vpc/uses.ts";
import { controls } from "./index.ts";
import { wantedMark } from "./account-mark/desired.ts";
import { partSize, partText, wantedParts } from "./published-map/desired.ts";

describe("every control", () => {
  const kinds = controls.flatMap((control) => control.kinds);

  it("has a name and kinds of its own", () => {
    for (const names of [controls.map(({ name }) => name), kinds.map(({ name }) => name)]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });
  it("explains its fields", () => {
    for (const { name, fields } of kinds)
      expect({ name, fields: Object.keys(fields).length > 0 }).toEqual({ name, fields: true });
  });
  it("depends on controls that there are", () => {
    const names = controls.map(({ name }) => name);
    for (const { dependsOn } of controls) expect(names).toEqual(expect.arrayContaining([...dependsOn]));
  });
  it("has the rights that no service control policy may take from Bulkhead", () => {
    for (const [section, needed] of Object.entries(neededActions.baseline)) {
      const { read = [], write = [] } = controls.find((control) => control.section === section)?.rights ?? {};
      const actions = [...read, ...write].flatMap((right) => right.actions);
      expect({ section, actions: actions.sort() }).toEqual({ section, actions: [...needed].sort() });
    }
  });
  it("names rights as IAM does, and those that write apart from those that read", () => {
    for (const { name, rights } of controls) {
      for (const { actions } of rights.read) {
        for (const action of actions)
          expect(`${name} ${action}`).toMatch(/ [a-z0-9-]+:(Get|List|Describe)[A-Za-z0-9]+$/);
      }
      expect(rights.write.flatMap(({ actions }) => actions).length).toBeGreaterThan(0);
    }
  });
});

it("rights become one statement for each set of resources", () => {
  const right = (action: string, ...resources: string[]) => ({ actions: [action], resources });
  const [some] = controls;
  const make = (read: ReturnType<typeof right>[], write: ReturnType<typeof right>[]) => ({
    ...some!,
    rights: { read, write },
  });
  expect(
    policyOf([
      make([right("a:Get", "*")], [right("a:Put", "x", "y")]),
      make([right("b:Get", "*")], [right("b:Put", "y", "x")]),
    ]),
  ).toEqual({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["a:Get", "b:Get"], Resource: ["*"] },
      { Effect: "Allow", Action: ["a:Put", "b:Put"], Resource: ["x", "y"] },
    ],
  });
});

describe("account-mark", () => {
  it("says what env-detect reads", () => {
    const estate = estateOfText(
      "environments: { prod: { organizationalUnit: Root, protected: true } }\nteams: { player: { environments: [prod] } }\n",
    );
    const fieldsOf = (account: string) => wantedMark({ account, region: "eu-central-1" }, estate)[0]?.fields;
    expect(fieldsOf("player-prod")).toEqual({
      name: "player-prod",
      team: "player",
      environment: "prod",
      protected: true,
    });
    expect(fieldsOf("one")).toEqual({ name: "one", team: null, environment: null, protected: false });
    expect(fieldsOf("management")).toEqual({ name: "management", team: null, environment: null, protected: false });
  });
});

describe("published-map", () => {
  const site = { account: "identity", region: "eu-central-1" };
  it("has the accounts whose ids are known, as the lock file has them", () => {
    const [part, ...others] = wantedParts(site, estateOfText("", { unknown: ["two"] }));
    expect(others).toEqual([]);
    expect(part?.fields).toEqual({
      accounts: {
        identity: { id: "000000000001" },
        "log-archive": { id: "000000000002" },
        one: { id: "000000000003" },
      },
    });
  });
  it("never has a part that SSM wouldn't take, and loses no account", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), (count) => {
        const names = Array.from({ length: count }, (_, index) => `a-rather-long-account-name-${index}`);
        const estate = estateOfText(`${names.map((name) => `  ${name}: { organizationalUnit: Root }\n`).join("")}`);
        const parts = wantedParts(site, estate);
        for (const { fields } of parts) {
          expect(Buffer.byteLength(partText(fields["accounts"] as never))).toBeLessThanOrEqual(partSize);
        }
        const merged = Object.assign({}, ...parts.map(({ fields }) => fields["accounts"] as object)) as never;
        expect(Object.keys(merged)).toHaveLength(count + 4);
        expect(formatLockFile({ accounts: merged, blocks: {} })).toContain("identity");
      }),
      { numRuns: 10 },
    );
  });
});

describe("a default VPC is unused", () => {
  const empty: Contents = {
    interfaces: [],
    subnets: [{ DefaultForAz: true }],
    routeTables: [{ Associations: [{ Main: true }] }],
    securityGroups: [{ GroupName: "default" }],
    networkAcls: [{ IsDefault: true }],
    endpoints: [],
    peerings: [{ Status: { Code: "deleted" } }],
    vpnGateways: [],
  };
  it("with nothing in it but what AWS put there", () => expect(usesOf(empty)).toEqual([]));
  it.each<[Partial<Contents>, string]>([
    [{ interfaces: [{}, {}] }, "2 × network interface"],
    [{ endpoints: [{}] }, "1 × VPC endpoint"],
    [{ vpnGateways: [{}] }, "1 × VPN gateway"],
    [{ peerings: [{ Status: { Code: "active" } }] }, "1 × peering"],
    [{ subnets: [{ DefaultForAz: false }] }, "1 × subnet of somebody's own"],
    [{ routeTables: [{ Associations: [] }] }, "1 × route table of somebody's own"],
    [{ networkAcls: [{ IsDefault: false }] }, "1 × network ACL of somebody's own"],
    [{ securityGroups: [{ GroupName: "web" }] }, "1 × security group"],
  ])("not with %j", (more, use) => expect(usesOf({ ...empty, ...more })).toEqual([use]));
});
