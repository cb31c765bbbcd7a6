/** The matrix account × control: which account has which control as the file wants it. Pure. */

import { renderTable, type JsonObject, type Style } from "@bulkhead/core";
import type { View } from "@bulkhead/plan";
import type { BaselinePlan } from "./plan.ts";

/** `ok`: as the file wants it; `drift`: a plan would change it; `unknown`: it couldn't be read, or isn't there yet. */
export type CellStatus = "ok" | "drift" | "unknown";

export interface Cell {
  readonly account: string;
  readonly control: string;
  readonly status: CellStatus;
  /** Why it is unknown, a line for each reason; empty otherwise. */
  readonly reasons: readonly string[];
}

export interface Matrix {
  /** In the order of the file. */
  readonly accounts: readonly string[];
  /** In the order of the reference. */
  readonly controls: readonly string[];
  /** Only where a control covers an account. The regions of an account are one cell: the worst of them. */
  readonly cells: readonly Cell[];
}

export function matrixOf({ plan, places, waiting }: BaselinePlan): Matrix {
  const controlOf = new Map(
    [...places, ...waiting].flatMap(({ control }) => control.kinds.map(({ name }) => [name, control.name] as const)),
  );
  const drifted = [...plan.changes, ...plan.held.map(({ change }) => change)].map(({ kind, account }) =>
    keyOf(account, controlOf.get(kind) ?? ""),
  );
  const drift = new Set(drifted);
  const cells = new Map<string, Cell>();
  const add = (account: string, control: string, reason: string | undefined): void => {
    const key = keyOf(account, control);
    const reasons = [...(cells.get(key)?.reasons ?? []), ...(reason === undefined ? [] : [reason])];
    const status = reasons.length > 0 ? "unknown" : drift.has(key) ? "drift" : "ok";
    cells.set(key, { account, control, status, reasons: [...new Set(reasons)] });
  };
  for (const place of places) {
    add(place.site.account, place.control.name, place.status === "unknown" ? place.error.message : undefined);
  }
  for (const { site, control, reason } of waiting) add(site.account, control.name, reason);
  const all = [...places, ...waiting];
  return {
    accounts: [...new Set(all.map(({ site }) => site.account))].sort(),
    controls: [...new Set(all.map(({ control }) => control.name))],
    cells: [...cells.values()],
  };
}

/** The matrix in each of the output formats. Why cells are unknown stands in the plan: deferred, or not read. */
export function matrixView(matrix: Matrix): View {
  return {
    name: "matrix",
    document: { cells: matrix.cells.map((cell): JsonObject => ({ ...cell })) },
    text: (style) => renderMatrix(matrix, style),
    markdown: () =>
      renderTable(
        ["account", ...matrix.controls],
        rowsOf(matrix, (cell) => cell?.status ?? ""),
        "markdown",
      ),
  };
}

const signs: Record<CellStatus, string> = { ok: "✓", drift: "~", unknown: "?" };

/** Controls have long names: on a terminal their columns carry numbers, explained below. */
function renderMatrix(matrix: Matrix, style: Style): string {
  const { accounts, controls } = matrix;
  if (accounts.length === 0) return style.dim("No control of the baseline covers any account.");
  const numbers = controls.map((_, index) => `${index + 1}`);
  const rows = rowsOf(matrix, (cell, column) => (cell ? signs[cell.status] : "").padEnd(numbers[column]?.length ?? 0));
  const legend = controls.map((control, index) => `${numbers[index]} ${control}`).join("  ");
  const meaning = `${signs.ok} ok  ${signs.drift} drift  ${signs.unknown} unknown`;
  return [renderTable(["account", ...numbers], rows, style), style.dim(legend), style.dim(meaning)].join("\n");
}

function rowsOf(
  { accounts, controls, cells }: Matrix,
  text: (cell: Cell | undefined, column: number) => string,
): string[][] {
  const byKey = new Map(cells.map((cell) => [keyOf(cell.account, cell.control), cell]));
  return accounts.map((account) => [
    account,
    ...controls.map((control, column) => text(byKey.get(keyOf(account, control)), column)),
  ]);
}

function keyOf(account: string, control: string): string {
  return `${account}/${control}`;
}
