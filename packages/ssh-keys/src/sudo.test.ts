/** The text of sudo rules. */

import { expect, test } from "@jest/globals";
import type { Login } from "./login.ts";
import { sudoers, sudoRulesText } from "./sudo.ts";

test("sudo rules name people, a line each, and read back as they were", () => {
  const text = sudoRulesText(["alice", "bob"] as Login[]);
  expect(text.split("\n").slice(1)).toEqual([
    "alice ALL=(ALL:ALL) NOPASSWD: ALL",
    "bob ALL=(ALL:ALL) NOPASSWD: ALL",
    "",
  ]);
  expect([...sudoers(text.split("\n"))]).toEqual(["alice", "bob"]);
  expect(sudoRulesText([])).toMatch(/^#[^\n]*\n$/);
});
