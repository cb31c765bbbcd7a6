import { expect, test } from "@jest/globals";
import { signedHeaders } from "./sigv4.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const request = {
  url: new URL("https://example.amazonaws.com/"),
  headers: {},
  body: "",
  service: "service",
  region: "us-east-1",
  credentials,
  now: new Date("2015-08-30T12:36:00Z"),
};

test("signs as AWS's test suite does (post-vanilla)", () => {
  expect(signedHeaders(request)["authorization"]).toBe(
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
      "SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  );
});

test("signs the session token with the rest", () => {
  const headers = signedHeaders({ ...request, credentials: { ...credentials, sessionToken: "token" } });
  expect(headers).toMatchObject({ "x-amz-security-token": "token" });
  expect(headers["authorization"]).toContain("SignedHeaders=host;x-amz-date;x-amz-security-token");
});
