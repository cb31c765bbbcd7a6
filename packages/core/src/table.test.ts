/** Tables: columns that line up on a terminal, rows that Markdown can read. */

import { expect, it } from "@jest/globals";
import { createStyle } from "./style.ts";
import { renderTable } from "./table.ts";

const head = ["Name", "Id"];

it("lines columns up and leaves no spaces at the end", () => {
  const rows = [
    ["player-dev", "1"],
    ["ads", "222"],
    ["ops", ""],
  ];
  expect(renderTable(head, rows, createStyle(false))).toBe(
    ["Name        Id", "player-dev  1", "ads         222", "ops"].join("\n"),
  );
});

it("has a bold head where there are colours", () => {
  expect(renderTable(head, [["a", "b"]], createStyle(true))).toBe("\u001b[1mName  Id\u001b[22m\na     b");
});

it("is only a head without rows", () => {
  expect(renderTable(head, [], createStyle(false))).toBe("Name  Id");
});

it("is a Markdown table with pipes escaped", () => {
  expect(renderTable(head, [["a|b", "1"]], "markdown")).toBe("| Name | Id |\n| --- | --- |\n| a\\|b | 1 |");
});
