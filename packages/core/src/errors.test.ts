/** Errors: combining them, keeping the cause, and how they are read by people and machines. */

import { describe, expect, it } from "@jest/globals";
import { asBulkheadError, BulkheadError, combineErrors, formatWhere, throwAny, type ErrorDetails } from "./errors.ts";
import { errorDocument, renderError } from "./render-error.ts";
import { createStyle } from "./style.ts";

const plain = createStyle(false);
const error = (message: string, more: Partial<ErrorDetails> = {}): BulkheadError =>
  new BulkheadError({ code: "Area.Reason", fault: "user", message, ...more });

describe("an error", () => {
  it("carries what it was made of, with its cause", () => {
    const cause = new Error("below");
    const made = error("wrong", { next: "mend it", where: { file: "a.yaml", line: 3 }, cause });
    expect(made).toMatchObject({ name: "BulkheadError", code: "Area.Reason", fault: "user", message: "wrong" });
    expect(made).toMatchObject({ next: "mend it", where: { file: "a.yaml", line: 3 }, parts: [] });
    expect(made.cause).toBe(cause);
  });

  it("has no cause where none was given", () => {
    expect("cause" in error("wrong")).toBe(false);
  });

  it("takes anything thrown for a defect of ours, except our own errors", () => {
    const ours = error("wrong");
    expect(asBulkheadError(ours)).toBe(ours);
    const cause = new RangeError("too far");
    const unexpected = asBulkheadError(cause);
    expect(unexpected).toMatchObject({ code: "Internal.Unexpected", fault: "internal", message: "too far", cause });
    expect(asBulkheadError("a word").message).toBe("a word");
    expect(asBulkheadError(undefined).message).toBe("undefined");
  });
});

describe("several errors", () => {
  it("become one with all as its parts; one stays as it is", () => {
    const [first, second] = [error("one"), error("two", { code: "Area.Other" })];
    expect(combineErrors([first])).toBe(first);
    expect(combineErrors([first, second])).toMatchObject({
      code: "Area.Reason",
      message: "2 problems",
      parts: [first, second],
    });
  });

  it("are thrown together, and nothing is thrown for none", () => {
    const [first, second] = [error("one"), error("two")];
    expect(() => throwAny([])).not.toThrow();
    expect(() => throwAny([first])).toThrow(first);
    expect(() => throwAny([first, second])).toThrow("2 problems");
  });
});

describe("a place", () => {
  it.each([
    [{ file: "a.yaml" }, "a.yaml"],
    [{ file: "a.yaml", line: 3 }, "a.yaml:3"],
    [{ file: "a.yaml", line: 3, column: 7 }, "a.yaml:3:7"],
  ])("%j is %s", (where, text) => expect(formatWhere(where)).toBe(text));
});

describe("rendered", () => {
  const full = error("wrong", { next: "Mend it.", where: { file: "a.yaml", line: 3 }, cause: new Error("below") });

  it("says where, what, its code and what to do, without the stack", () => {
    expect(renderError(full, plain, false)).toBe("error a.yaml:3: wrong (Area.Reason)\n  Mend it.");
    expect(renderError(error("wrong"), plain, false)).toBe("error wrong (Area.Reason)");
  });

  it("shows the stacks of an error and its causes when verbose", () => {
    const text = renderError(full, plain, true);
    expect(text).toMatch(/BulkheadError: wrong\n\s+at /);
    expect(text).toMatch(/caused by Error: below\n\s+at /);
  });

  it("never shows what else a cause holds", () => {
    const cause = Object.assign(new Error("below"), { request: { secret: "s3cret" } });
    expect(renderError(error("wrong", { cause }), plain, true)).not.toContain("s3cret");
    expect(JSON.stringify(errorDocument(error("wrong", { cause })))).not.toContain("s3cret");
  });

  it("shows each part, with its own stack when verbose", () => {
    const both = combineErrors([error("one", { next: "Do 1." }), error("two", { cause: new Error("below two") })]);
    expect(renderError(both, plain, false)).toBe("error one (Area.Reason)\n  Do 1.\nerror two (Area.Reason)");
    expect(renderError(both, plain, true)).toContain("caused by Error: below two");
  });

  it("is a versioned document with only what is known", () => {
    expect(errorDocument(full)).toEqual({
      kind: "error",
      version: 1,
      errors: [
        {
          code: "Area.Reason",
          fault: "user",
          message: "wrong",
          next: "Mend it.",
          where: { file: "a.yaml", line: 3 },
        },
      ],
    });
    const both = combineErrors([error("one"), error("two")]);
    expect(errorDocument(both).errors).toEqual([
      { code: "Area.Reason", fault: "user", message: "one" },
      { code: "Area.Reason", fault: "user", message: "two" },
    ]);
  });
});
