/** What of an organization goes into its landing zone file, and what is left out, with a word about it. */

import { expect, it } from "@jest/globals";
import { adoptOrganization } from "./adopt.ts";
import type { FoundAccount, FoundOrganization } from "./model.ts";

const account = (name: string, organizationalUnit: string, more: Partial<FoundAccount> = {}): FoundAccount => ({
  id: "222222222222",
  name,
  email: `aws+${name}@example.com`,
  state: "ACTIVE",
  organizationalUnit,
  tags: {},
  tagsMayBeOld: false,
  ...more,
});
const adopt = (found: Partial<FoundOrganization>) =>
  adoptOrganization(
    {
      featureSet: "ALL",
      rootId: "r-1",
      policyTypeEnabled: true,
      organizationalUnits: new Map(),
      accounts: [],
      policies: [],
      ...found,
    },
    {
      managementAccountId: "111111111111",
      homeRegion: "eu-central-1",
      patterns: ["{team}-{environment}"],
      environments: ["dev", "2"],
    },
  );
const units = (...paths: string[]): ReadonlyMap<string, string> => new Map(paths.map((path) => [path, `ou-${path}`]));

it("leaves out units whose paths begin with the root's name, and whatever is in them", () => {
  const { file, warnings } = adopt({
    organizationalUnits: units("Apps", "Root/Root", "Root/Root/Apps", "Root/R/D"),
    accounts: [account("a", "Root/Root/Apps"), account("b", "Apps")],
  });
  expect(Object.keys(file.accounts ?? {})).toEqual(["b"]);
  expect(file.organizationalUnits).toEqual({});
  expect(warnings).toEqual([
    "organizational unit Root/Root isn't in the file, which can't express its name",
    "organizational unit Root/Root/Apps isn't in the file, which can't express its name",
    "organizational unit Root/R/D isn't in the file, which can't express its name",
    "account a (222222222222) isn't in the file, nor is its organizational unit Root/Root/Apps",
  ]);
});

it("writes down a unit in which nothing but the management account is", () => {
  const { file } = adopt({
    organizationalUnits: units("Payer"),
    accounts: [account("payer", "Payer", { id: "111111111111" })],
  });
  expect(file.organizationalUnits).toEqual({ Payer: {} });
});

it("takes a name for a team's only where the file takes the name of its stage", () => {
  const { file } = adopt({ accounts: [account("shop-2", "Root")] });
  expect(file).toMatchObject({ teams: {}, environments: {}, accounts: { "shop-2": { organizationalUnit: "Root" } } });
});

it.each([
  ["aws{x}@example.com", false],
  [`${"a".repeat(60)}@example.com`, false],
  ["root@localhost", false],
  ["aws+x@example.co.uk", true],
])("the file can say the email %s: %s", (email, fits) => {
  const { file, warnings } = adopt({ accounts: [account("a", "Root", { email })] });
  expect(Object.keys(file.accounts ?? {})).toEqual(fits ? ["a"] : []);
  expect(warnings).toEqual(
    fits ? [] : [`account a (222222222222) isn't in the file, which can't express its email ${email}`],
  );
});
