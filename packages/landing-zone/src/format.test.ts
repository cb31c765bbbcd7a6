/** A landing zone file from data: what is written loads as what was meant, whatever the names are. */

import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatLandingZone } from "./format.ts";
import { load } from "./testing/fixtures.ts";

const organization = {
  managementAccountId: "111111111111",
  homeRegion: "eu-central-1",
  accountEmail: "aws+{account}@example.com",
};

test("is laid out as a person would: sections as blocks, an entry a line", () => {
  const text = formatLandingZone(
    {
      version: 1,
      organization,
      environments: { dev: { organizationalUnit: "Apps" } },
      accounts: { payer: { organizationalUnit: "Root", accountName: "Payer: old" } },
      teams: { shop: { environments: ["dev"], accounts: { web: { environment: "dev" } } } },
    },
    " Found.",
  );
  expect(text).toBe(`# Found.

version: 1

organization:
  managementAccountId: "111111111111"
  homeRegion: eu-central-1
  accountEmail: aws+{account}@example.com

environments:
  dev: { organizationalUnit: Apps }

accounts:
  payer: { organizationalUnit: Root, accountName: "Payer: old" }

teams:
  shop: { environments: [ dev ], accounts: { web: { environment: dev } } }
`);
});

test("loads as what was written, with any text as the name of a unit or an account in AWS", () => {
  const part = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
    .filter((text) => !/[{}/]/.test(text) && text.trim() !== "" && text !== "Root" && text !== "__proto__");
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), part, (path, accountName) => {
      const unit = path.join("/");
      const input = {
        version: 1 as const,
        organization,
        organizationalUnits: { [unit]: {} },
        accounts: { payer: { id: "222222222222", organizationalUnit: unit, accountName } },
      };
      const { organizationalUnits, accounts } = load(formatLandingZone(input, " Found."));
      expect(organizationalUnits.at(-1)?.path).toBe(unit);
      expect(accounts).toMatchObject([{ name: "payer", organizationalUnit: unit, accountName }]);
    }),
  );
});
