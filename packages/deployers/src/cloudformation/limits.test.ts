/** The limits of what is sent beside the template. */

import { describe, expect, it } from "@jest/globals";
import { memoryFiles } from "../testing/files.ts";
import { checkValues } from "./limits.ts";
import { readPolicyFile } from "./policy.ts";

const none = new Map<string, string>();
const over = { code: "CloudFormation.TemplateLimit" };

function refusal(check: () => void): unknown {
  try {
    check();
  } catch (error) {
    return error;
  }
  throw new Error("it was let through");
}

describe("limits of values", () => {
  it("let through what just fits", () => {
    const tags = new Map(Array.from({ length: 50 }, (_, index) => [`t${index}`, "x".repeat(256)]));
    expect(() => checkValues("shop", new Map([["A", "x".repeat(4_096)]]), tags)).not.toThrow();
  });

  it("name what is too much, and never the value", () => {
    const secret = "s3cret".repeat(700);
    expect(refusal(() => checkValues("shop", new Map([["Password", secret]]), none))).toMatchObject({
      ...over,
      message: "shop has 4,200 bytes in parameter Password; CloudFormation takes 4,096",
    });
    const tags = new Map(Array.from({ length: 51 }, (_, index) => [`t${index}`, "x"]));
    expect(refusal(() => checkValues("shop", none, tags))).toMatchObject({
      ...over,
      message: expect.stringContaining("51 tags"),
    });
    expect(refusal(() => checkValues("shop", none, new Map([["A", "x".repeat(257)]])))).toMatchObject(over);
  });

  it("hold for stack policies", () => {
    const files = memoryFiles({ "large.json": JSON.stringify("x".repeat(16_384)), "good.json": "{ }" });
    expect(() => readPolicyFile("large.json", files)).toThrow(/larger than 16384 bytes/);
    expect(() => readPolicyFile("none.json", files)).toThrow(/no such file/);
    expect(readPolicyFile("good.json", files)).toBe("{}");
  });
});
