/** What runs where: units by environments, and where neighbours differ. Pure. */

import type { Kind, Receipt, Side } from "./model.ts";

/** An environment and what its receipts say; undefined where they couldn't be read. */
export interface Column {
  readonly environment: string;
  readonly receipts: readonly Receipt[] | undefined;
}

export interface Unit {
  readonly kind: Kind;
  readonly unit: string;
}

export interface Cell {
  readonly environment: string;
  readonly status: "unreadable" | "nothing" | "runs";
  /** What runs; while a deployment is under way, what ran before. Null where nothing does. */
  readonly runs: Side | null;
  /** The last receipt, which need not be the one by which this runs: a later one may have failed. */
  readonly last: Receipt | null;
  /** The environment before this one, where its code is another. */
  readonly differsFrom: string | null;
}

export interface Row extends Unit {
  readonly cells: readonly Cell[];
}

/**
 * @param declared what stands in the deploy file; what only receipts know comes after it
 * @param columns in order of promotion
 */
export function matrixOf(declared: readonly Unit[], columns: readonly Column[]): readonly Row[] {
  const found = columns.flatMap(({ receipts = [] }) => receipts.map(({ kind, unit }) => ({ kind, unit })));
  const units = new Map([...declared, ...found].map((it) => [`${it.kind}/${it.unit}`, it]));
  return [...units.values()].map(({ kind, unit }) => {
    const cells = columns.map((column): Cell => cellOf(column, { kind, unit }));
    return {
      kind,
      unit,
      cells: cells.map((cell, index) => ({ ...cell, differsFrom: differs(cell, cells[index - 1]) })),
    };
  });
}

function cellOf({ environment, receipts }: Column, { kind, unit }: Unit): Cell {
  const empty = { environment, runs: null, last: null, differsFrom: null };
  if (receipts === undefined) return { ...empty, status: "unreadable" };
  const last = receipts.find((it) => it.kind === kind && it.unit === unit) ?? null;
  const runs = (last?.result === "begun" ? last.from : last?.to) ?? null;
  return { ...empty, status: runs === null ? "nothing" : "runs", runs, last };
}

function differs({ runs }: Cell, before: Cell | undefined): string | null {
  if (!runs?.digest || !before?.runs?.digest) return null;
  return runs.digest === before.runs.digest ? null : before.environment;
}
