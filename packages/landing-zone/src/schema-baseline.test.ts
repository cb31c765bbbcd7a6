/** The section `baseline`: defaults, what it refuses and where, and the accounts that it names. */

import { describe, expect, it } from "@jest/globals";
import { head, load, problemsOf } from "./testing/fixtures.ts";

const accounts = "accounts: { one: { organizationalUnit: Root } }\n";
const baselineOf = (text: string) => load(`${head}${accounts}baseline: ${text}`).baseline;

describe("baseline", () => {
  it("fills in the defaults of what is named, and nothing else", () => {
    expect(baselineOf("{ passwordPolicy: {}, imdsv2: {} }")).toEqual({
      includeManagement: false,
      exceptions: [],
      passwordPolicy: {
        minimumLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: true,
        allowUsersToChange: true,
        remembered: 24,
        resetByAdministrator: false,
      },
      imdsv2: { hopLimit: 2 },
    });
  });

  it.each([
    ["{ s3PublicAccess: true }", "5:29 Invalid"],
    ["{ snapshotPublicAccess: block }", "5:35 Invalid"],
    ["{ defaultVpc: { removeFrom: all } }", "5:39 Invalid"],
    ["{ defaultVpc: { removeFrom: [tow] } }", "5:40 UnknownName"],
    ["{ exceptions: [{ controls: [s3PublicAccess], accounts: tow }] }", "5:66 UnknownName"],
    ["{ exceptions: [{ controls: [trail], accounts: one }] }", "5:39 Invalid"],
    ["{ alternateContacts: { security: { name: S, title: T, email: nobody, phone: '1' } } }", "5:72 Invalid"],
  ])("refuses %s with its place", (text, place) => {
    expect(problemsOf(`${head}${accounts}baseline: ${text}`).places).toEqual([`bulkhead.yaml:${place}`]);
  });
});
