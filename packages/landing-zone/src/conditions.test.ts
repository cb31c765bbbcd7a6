/** Conditions against keys that are known, absent, or not known; self-lock-out.test.ts has the comparisons themselves. */

import { expect, test } from "@jest/globals";
import { conditionsHold } from "./conditions.ts";

const keys = new Map<string, string | null>([
  ["aws:principalarn", "arn:aws:iam::222222222222:role/admin"],
  ["aws:sourcearn", null],
]);

test.each([
  ["ArnEquals", "aws:PrincipalArn", "arn:aws:iam::222222222222:role/admin", "yes"],
  ["ArnNotEquals", "aws:PrincipalArn", ["arn:aws:iam::222222222222:role/admin", "x"], "no"],
  ["StringEquals", "aws:SourceArn", "arn:aws:cloudtrail:x", "no"],
  ["StringNotEquals", "aws:SourceArn", "arn:aws:cloudtrail:x", "yes"],
  ["StringEqualsIfExists", "aws:SourceArn", "arn:aws:cloudtrail:x", "yes"],
  ["ForAnyValue:StringEquals", "aws:SourceArn", "x", "no"],
  ["ForAllValues:StringEquals", "aws:SourceArn", "x", "yes"],
  ["Null", "aws:SourceArn", "true", "yes"],
  ["Null", "aws:SourceArn", "false", "no"],
  ["Null", "aws:PrincipalArn", "false", "yes"],
  ["Null", "aws:PrincipalArn", true, "no"],
  ["StringEquals", "aws:PrincipalTag/team", "ops", "maybe"],
  ["DateLessThan", "aws:PrincipalArn", "2026-01-01", "maybe"],
])("%s %s %j: %s", (operator, key, wanted, truth) => {
  expect(conditionsHold({ Condition: { [operator]: { [key]: wanted } } }, keys)).toBe(truth);
});

test("every condition has to hold, and none is none to fail", () => {
  const Condition = {
    ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::*:role/admin" },
    StringEquals: { "aws:SourceArn": "x", "s3:prefix": "y" },
  };
  expect(conditionsHold({ Condition }, keys)).toBe("no");
  expect(conditionsHold({}, keys)).toBe("yes");
});
