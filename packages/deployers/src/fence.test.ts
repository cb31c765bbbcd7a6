/** The fence: who and where must agree, row by row of the table. */

import { describe, expect, it } from "@jest/globals";
import { checkFence, checkFlags, type Facts } from "./fence.ts";

const declared = { account: "111111111111", region: "eu-central-1", environment: "dev", protected: false };
const found: Facts = {
  account: "111111111111",
  accountName: "shop-dev",
  environment: { name: "dev", source: "bulkhead.lock.json" },
  protected: false,
};

describe("the fence", () => {
  it("lets through what agrees, and what nobody contradicts", () => {
    expect(checkFence(declared, found)).toEqual({ protected: false });
    expect(checkFence(declared, { ...found, environment: undefined, accountName: undefined })).toEqual({
      protected: false,
    });
    expect(checkFence({ ...declared, environment: undefined }, found)).toEqual({ protected: false });
  });

  it("takes an environment for protected where either side says so", () => {
    expect(checkFence({ ...declared, protected: true }, found)).toEqual({ protected: true });
    expect(checkFence(declared, { ...found, protected: true })).toEqual({ protected: true });
  });

  it.each<[string, Partial<Facts>, RegExp]>([
    [
      "another account",
      { account: "222222222222" },
      /Account 111111111111 is to be .* belong to 222222222222 \(shop-dev\)/,
    ],
    [
      "another environment",
      { environment: { name: "prod", source: "the mark" } },
      /^dev is to be deployed, but account 111111111111 \(shop-dev\) is prod, by the mark\. Nothing was changed\.$/,
    ],
  ])("stops at %s, with both sides named", (_, more, message) => {
    expect(() => checkFence(declared, { ...found, ...more })).toThrow(message);
  });

  it("stops where flags contradict the file", () => {
    const flags = { account: undefined, region: undefined };
    expect(() => checkFlags(declared, flags)).not.toThrow();
    expect(() => checkFlags(declared, { account: declared.account, region: declared.region })).not.toThrow();
    expect(() => checkFlags(declared, { ...flags, account: "222222222222" })).toThrow(
      /file says account 111111111111, but --account says 222222222222/,
    );
    expect(() => checkFlags(declared, { ...flags, region: "us-east-1" })).toThrow(
      /file says region eu-central-1, but --region says us-east-1/,
    );
  });
});
