/** What runs where, as data: units by environments, what is missing, and what differs. */

import { expect, it } from "@jest/globals";
import { receipt, side } from "../testing/receipts.ts";
import { matrixOf } from "./matrix.ts";

const orders = { kind: "lambda", unit: "orders/live" } as const;
const at = (version: number, more = {}) => receipt({ from: side(1), to: side(version), ...more });

it("has what is declared, then what only receipts know", () => {
  const columns = [{ environment: "dev", receipts: [at(2), at(3, { unit: "old/live" })] }];
  const rows = matrixOf([{ kind: "cloudformation", unit: "network" }, orders], columns);
  expect(rows.map(({ unit, cells }) => [unit, cells[0]?.runs?.version])).toEqual([
    ["network", undefined],
    ["orders/live", "2"],
    ["old/live", "3"],
  ]);
});

it("marks what differs from the environment before, as far as both are known", () => {
  const columns = [
    { environment: "dev", receipts: [at(2)] },
    { environment: "qa", receipts: undefined },
    { environment: "stage", receipts: [at(2)] },
    { environment: "prod", receipts: [at(7, { to: side(7, { digest: "sha256:other" }) })] },
  ];
  const [row] = matrixOf([orders], columns);
  expect(row?.cells.map(({ status, differsFrom }) => [status, differsFrom])).toEqual([
    ["runs", null],
    ["unreadable", null],
    ["runs", null],
    ["runs", "stage"],
  ]);
});

it("shows what runs, not what was tried", () => {
  const runs = (more: object) =>
    matrixOf([orders], [{ environment: "dev", receipts: [at(2, more)] }])[0]?.cells[0]?.runs?.version;
  expect(runs({ result: "begun", to: null })).toBe("1");
  expect(runs({ result: "failed", to: side(1) })).toBe("1");
  expect(runs({ verb: "delete", to: null })).toBeUndefined();
});
