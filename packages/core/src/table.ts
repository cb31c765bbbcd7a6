/** Rows in columns, for a terminal and for Markdown. */

import type { Style } from "./style.ts";

/** Columns as wide as their widest cell; the head is bold on a terminal. Cells must be single lines. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style | "markdown",
): string {
  if (style === "markdown") {
    const line = (cells: readonly string[]): string =>
      `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
  }
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [style.bold(line(head)), ...rows.map(line)].join("\n");
}
