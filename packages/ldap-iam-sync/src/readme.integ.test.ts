/** The README's file and rights are what the code takes and needs. */

import { expect, it } from "@jest/globals";
import { loadLandingZone } from "@bulkhead/landing-zone";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const block = (language: string): string => readme.split("```" + language + "\n")[1]?.split("```")[0] ?? "";

it("has a landing zone file that loads without a warning", () => {
  const text = block("yaml");
  const files = { size: () => text.length, read: () => text, list: () => [] };
  const { users, warnings } = loadLandingZone("bulkhead.yaml", files);
  expect(users?.people.name).toBe("{uid}");
  expect(warnings).toEqual([]);
});

it("has every right that the calls to IAM need", () => {
  const { Statement } = JSON.parse(block("json")) as { Statement: { Action: string | string[] }[] };
  const granted = Statement.flatMap(({ Action }) => Action);
  const sources = globSync("*.ts", { cwd: import.meta.dirname }).filter((file) => !file.endsWith(".test.ts"));
  const calls = sources
    .map((file) => readFileSync(join(import.meta.dirname, file), "utf8"))
    .flatMap((text) => [...text.matchAll(/new ([A-Z]\w+)Command\(/g)].map((match) => match[1] ?? ""))
    .filter((call) => call !== "GetSecretValue");
  expect(calls).toContain("CreateUser");
  const isGranted = (call: string): boolean =>
    granted.some(
      (action) => action === `iam:${call}` || (action.endsWith("*") && `iam:${call}`.startsWith(action.slice(0, -1))),
    );
  expect(calls.filter((call) => !isGranted(call))).toEqual([]);
  const writes = granted.filter((action) => /^iam:(?!Get|List)/.test(action));
  expect(writes.filter((action) => !calls.includes(action.slice("iam:".length)))).toEqual([]);
});
