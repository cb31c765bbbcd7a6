/** A receipt as text: whole where it fits, cut where it must be, and never misread. */

import { describe, expect, it } from "@jest/globals";
import { receipt, side } from "../testing/receipts.ts";
import { encodeReceipt, parseReceipt } from "./format.ts";

const name = "/bulkhead/receipts/shop/dev/lambda/orders/live";
const whole = receipt({ from: side(1), to: side(2), commit: "c".repeat(40), job: "https://ci.example.com/1" });

describe("a receipt as text", () => {
  it("is read as it was written", () => {
    expect(parseReceipt(name, encodeReceipt(whole))).toEqual(whole);
  });

  it("fits a standard parameter, and keeps all that decides", () => {
    const reason = "ü\u0000\n{{{ssm:x}}}".repeat(1_000);
    const job = `https://ci.example.com/${"x".repeat(4_000)}`;
    for (const more of [{ reason }, { job }, { reason, job }]) {
      const text = encodeReceipt({ ...whole, ...more });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
      expect(text).not.toContain("{{");
      expect(parseReceipt(name, text)).toMatchObject({ from: whole.from, to: whole.to, result: "done" });
    }
    expect(parseReceipt(name, encodeReceipt({ ...whole, reason })).job).toBe(whole.job);
  });

  it("of a newer format is said to be so", () => {
    const newer = JSON.stringify({ ...whole, version: 2 });
    expect(() => parseReceipt(name, newer)).toThrow(
      expect.objectContaining({ code: "Receipt.NewerVersion", message: expect.stringContaining(name) }),
    );
  });

  it("with more in it is still read, and anything else is no receipt", () => {
    expect(parseReceipt(name, JSON.stringify({ ...whole, more: 1 }))).toEqual(whole);
    for (const text of ["{", "null", "[]", "{}", JSON.stringify({ ...whole, result: "perhaps" })]) {
      expect(() => parseReceipt(name, text)).toThrow(expect.objectContaining({ code: "Receipt.Unreadable" }));
    }
  });
});
