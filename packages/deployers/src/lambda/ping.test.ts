/** Whether an answer holds what is expected. */

import { describe, expect, it } from "@jest/globals";
import { holds } from "./ping.ts";

describe("an answer", () => {
  it.each([
    [{ status: "ok", more: 1 }, { status: "ok" }],
    [{ a: { b: [1, 2], c: 3 } }, { a: { b: [1, 2] } }],
    ["pong", "pong"],
    [null, null],
    [{}, {}],
  ])("%j holds %j", (answer, expected) => expect(holds(answer, expected)).toBe(true));

  it.each([
    [{ status: "down" }, { status: "ok" }],
    [{}, { status: "ok" }],
    [{ a: [1, 2, 3] }, { a: [1, 2] }],
    ["pong", { status: "ok" }],
    [[{ status: "ok" }], { status: "ok" }],
    [undefined, {}],
    [undefined, null],
    [null, {}],
  ])("%j doesn't hold %j", (answer, expected) => expect(holds(answer, expected)).toBe(false));
});
