import { describe, expect, test } from "@jest/globals";
import { createPublicKey } from "node:crypto";
import { parseIdentityDocument, verifyIdentityDocument } from "./identity-document.ts";
import { signingKeys } from "./signing-keys.ts";

const document = { accountId: "111111111111", region: "eu-central-1", instanceId: "i-1" };

describe("AWS's keys", () => {
  test.each([...signingKeys])("%s is an RSA key", (_region, key) => {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({
      key: Buffer.from(key, "base64"),
      type: "spki",
      format: "der",
    });
    expect(asymmetricKeyType).toBe("rsa");
    expect(asymmetricKeyDetails).toEqual({ modulusLength: 1024, publicExponent: 65537n });
  });
});

test.each([
  "",
  "null",
  "[]",
  "<html>",
  JSON.stringify({ ...document, accountId: 111111111111 }),
  JSON.stringify({ ...document, accountId: "1111" }),
  JSON.stringify({ ...document, region: "evil.example/" }),
  JSON.stringify({ ...document, instanceId: null }),
])("%s is no identity document", (text) => {
  expect(parseIdentityDocument(text)).toBeUndefined();
  expect(() => verifyIdentityDocument(text, "")).toThrow("no instance identity document");
});

test("a signature that isn't AWS's is refused", () => {
  const refused = expect.objectContaining({ code: "EnvDetect.BadSignature" });
  expect(() => verifyIdentityDocument(JSON.stringify(document), "")).toThrow(refused);
  expect(() => verifyIdentityDocument(JSON.stringify(document), "AAAA")).toThrow(
    "AWS's key for eu-central-1 didn't sign it",
  );
});

test("a region without a known certificate is refused, and says what to do", () => {
  const elsewhere = JSON.stringify({ ...document, region: "mars-north-1" });
  expect(() => verifyIdentityDocument(elsewhere, "AAAA")).toThrow("No certificate is known for region mars-north-1");
});
