/** The lock file: stable text, clear errors, and a refresh that forgets nothing which it couldn't read. */

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { head, load, memoryFiles } from "./testing/fixtures.ts";
import { accountIds, formatLockFile, parseLockFile, readLockFile, refreshLockFile } from "./lock-file.ts";
import { roleArn } from "./roles.ts";

const file = "bulkhead.lock.json";

test("is sorted and stable, whatever the order", () => {
  const entries = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^\d{12}$/)), {
    selector: ([name]) => name,
  });
  fc.assert(
    fc.property(entries, (pairs) => {
      const accounts = Object.fromEntries(pairs.map(([name, id]) => [name, { id }]));
      const reversed = Object.fromEntries(pairs.toReversed().map(([name, id]) => [name, { id }]));
      const text = formatLockFile({ accounts, blocks: {} });
      expect(formatLockFile({ accounts: reversed, blocks: {} })).toBe(text);
      expect(text.endsWith("}\n")).toBe(true);
      expect(parseLockFile(text, file)).toEqual({ accounts, blocks: {} });
    }),
  );
});

test("is empty when there is none", () => {
  expect(readLockFile(file, memoryFiles({}))).toEqual({ accounts: {}, blocks: {} });
});

describe("is refused with", () => {
  test.each([
    ["a merge conflict", `{\n<<<<<<< HEAD\n`, "MergeConflict", 2, 1],
    ["broken JSON", `{ "version": 1,\n}`, "JsonInvalid", 2, 1],
    ["another version", `{ "version": 2, "accounts": {} }`, "Invalid", 1, 14],
    ["an id that is none", `{ "version": 1, "accounts": { "a": { "id": "1" } } }`, "Invalid", 1, 44],
    [
      "an account twice",
      `{ "version": 1, "accounts": { "a": {"id":"222222222222"}, "a": {"id":"222222222222"} } }`,
      "KeyGivenTwice",
      1,
      59,
    ],
  ])("%s", (_, text, code, line, column) => {
    expect(() => parseLockFile(text, file)).toThrow(
      expect.objectContaining({
        code: `LandingZone.${code}`,
        where: { file, line, column },
        next: expect.stringContaining("bulkhead refresh"),
      }),
    );
  });
});

test("says of each account what a machine without the landing zone file needs to know", () => {
  const landingZone = load(`${head}teams: { shop: { environments: [dev, prod] } }
accounts:
  shop-prod: { protected: true }
  tools: { organizationalUnit: Root }`);
  const ids = landingZone.accounts.map(({ name }, index) => [name, String(index).repeat(12)] as const);
  const lockFile = refreshLockFile({ accounts: {}, blocks: {} }, landingZone.accounts, { ids: new Map(ids) });
  expect(lockFile.accounts).toEqual({
    "shop-dev": { id: "000000000000", team: "shop", environment: "dev" },
    "shop-prod": { id: "111111111111", team: "shop", environment: "prod", protected: true },
    tools: { id: "222222222222" },
  });
  expect(parseLockFile(formatLockFile(lockFile), file)).toEqual(lockFile);
});

test("forgets what no longer holds of an account, even where its id couldn't be read", () => {
  const landingZone = load(`${head}accounts: { tools: { organizationalUnit: Root } }`);
  const old = { accounts: { tools: { id: "222222222222", team: "shop", protected: true } }, blocks: {} };
  expect(refreshLockFile(old, landingZone.accounts, { ids: new Map() }).accounts).toEqual({
    tools: { id: "222222222222" },
  });
});

const { accounts } = load(`${head}accounts:
  a: { organizationalUnit: Root }
  b: { organizationalUnit: Root, previously: old-b }
  c: { organizationalUnit: Root, id: "333333333333" }`);

test("a refresh takes what was read, keeps what wasn't, drops what left, and follows a rename", () => {
  const old = {
    accounts: { a: { id: "1" }, "old-b": { id: "2" }, gone: { id: "9" } },
    blocks: {
      "a/eu-central-1": "10.0.0.0/20",
      "old-b/eu-central-1": "10.0.16.0/20",
      "gone/eu-central-1": "10.9.0.0/20",
    },
  };
  const read = { ids: new Map([["a", "11"]]), blocks: new Map([["a/eu-central-1", "10.1.0.0/20"]]) };
  expect(refreshLockFile(old, accounts, read)).toEqual({
    accounts: { a: { id: "11" }, b: { id: "2" } },
    blocks: { "a/eu-central-1": "10.1.0.0/20", "b/eu-central-1": "10.0.16.0/20" },
  });
});

test("ids come from the file first, then from the lock file; ARNs need them", () => {
  const landingZone = load(`${head}accounts:
  a: { organizationalUnit: Root }
  c: { organizationalUnit: Root, id: "333333333333" }`);
  const ids = accountIds(landingZone, { accounts: { c: { id: "444444444444" } }, blocks: {} });
  const admin = { name: "admin", path: "/" };
  expect(roleArn(ids, "c", { name: "admin", path: "/ops/" })).toBe("arn:aws:iam::333333333333:role/ops/admin");
  expect(roleArn(ids, "management", admin, "aws-cn")).toBe("arn:aws-cn:iam::111111111111:role/admin");
  expect(() => roleArn(ids, "a", admin)).toThrow(expect.objectContaining({ code: "LandingZone.AccountIdUnknown" }));
});
