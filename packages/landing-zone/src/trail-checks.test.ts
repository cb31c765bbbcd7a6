/** The trail's section: its defaults, and what it needs of the rest of the file. */

import { expect, test } from "@jest/globals";
import { head, load, problemsOf } from "./testing/fixtures.ts";

const withArchive = `${head.replace("homeRegion", "logArchiveAccount: logs, homeRegion")}accounts: { a: { organizationalUnit: Root }, logs: { organizationalUnit: Root } }\n`;

test("has a default for everything", () => {
  expect(load(`${withArchive}baseline: { trail: {} }`).baseline?.trail).toEqual({
    name: "bulkhead",
    bucket: "bulkhead-trail-{accountId}-{region}",
    retentionDays: 365,
    objectLockDays: 90,
    auditors: [],
  });
});

test("auditors are roles of the log archive account, or ARNs", () => {
  const trail = `trail: { auditors: [audit, "arn:aws:iam::999999999999:role/auditors/eve"] }`;
  expect(load(`${withArchive}baseline: { auditRole: {}, ${trail} }`).baseline?.trail?.auditors).toHaveLength(2);
});

test.each([
  ["roles: { audit: {} }\nbaseline: { trail: { auditors: [adit] } }", "UnknownName", `Did you mean "audit"?`],
  [
    "roles: { audit: { accounts: a } }\nbaseline: { trail: { auditors: [audit] } }",
    "RoleNotInAccount",
    "which holds the logs, has no role audit",
  ],
  [`baseline: { trail: { auditors: ["arn:aws:iam::999999999999:role/*"] } }`, "Invalid", "must be the name of a role"],
  ["baseline: { trail: { retentionDays: 30 } }", "Invalid", "is longer than retentionDays"],
  ["baseline: { trail: { bucket: Logs } }", "Invalid", "must be lower-case"],
  ["baseline: { trail: { bucket: 'logs-{account}' } }", "Invalid", "must be lower-case"],
  [`baseline: { trail: { bucket: "${"b".repeat(53)}" } }`, "Invalid", "is too long"],
])("a trail that can't be is refused: %s", (sections, code, message) => {
  const { places, text } = problemsOf(`${withArchive}${sections}`);
  expect(places).toEqual([expect.stringContaining(code)]);
  expect(text).toContain(message);
});

test("a trail needs an account for its logs", () => {
  const { places } = problemsOf(`${head}baseline: { trail: {} }`);
  expect(places).toEqual(["bulkhead.yaml:4:13 LogArchiveMissing"]);
});
