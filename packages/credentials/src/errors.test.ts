/** Failures in words: each kind has its code, names the call, and gives no secret away. */

import { BulkheadError } from "@bulkhead/core";
import { describe, expect, it } from "@jest/globals";
import { inspect } from "node:util";
import { awsErrorName, cannotEnter, explainFailure, isUnanswered, noCredentials, wrongAccount } from "./errors.ts";

const site = { service: "Organizations", operation: "ListRoots", account: "111111111111", region: "eu-central-1" };
const call = "Organizations ListRoots in account 111111111111 (eu-central-1)";

/** What AWS answered, as the SDK throws it. */
const refusal = (name: string, message = "as AWS says", fault: "client" | "server" = "client"): Error =>
  Object.assign(new Error(message), { name, $fault: fault });
const network = (code: string, message: string): Error => Object.assign(new Error(message), { code });
const unreadable = (error: Error): Error => Object.defineProperty(error, "$response", { value: {}, enumerable: false });

describe("a failure is explained", () => {
  it.each([
    ["ExpiredToken", "Credentials.Expired"],
    ["ExpiredTokenException", "Credentials.Expired"],
    ["InvalidClientTokenId", "Credentials.Invalid"],
    ["UnrecognizedClientException", "Credentials.Invalid"],
    ["SignatureDoesNotMatch", "Credentials.Invalid"],
    ["InvalidSignatureException", "Credentials.Invalid"],
    ["AuthFailure", "Credentials.Invalid"],
    ["MissingAuthenticationToken", "Credentials.Invalid"],
    ["AccessDenied", "Aws.AccessDenied"],
    ["AccessDeniedException", "Aws.AccessDenied"],
    ["UnauthorizedOperation", "Aws.AccessDenied"],
    ["Throttling", "Aws.Throttled"],
    ["TooManyRequestsException", "Aws.Throttled"],
    ["SlowDown", "Aws.Throttled"],
    ["Unknown", "Aws.NotAnAnswer"],
    ["DuplicatePolicyException", "Aws.DuplicatePolicyException"],
  ])("%s: %s, naming the call", (name, code) => {
    const raw = refusal(name);
    const error = explainFailure(raw, site);
    expect(error).toMatchObject({ code, message: expect.stringContaining(call), next: expect.any(String) });
    expect(awsErrorName(error)).toBe(name);
  });

  it.each([
    ["a refused connection", network("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1"), "Aws.Unreachable"],
    ["a certificate of somebody else", network("SELF_SIGNED_CERT_IN_CHAIN", "self-signed"), "Aws.Unreachable"],
    ["half an answer", unreadable(network("ECONNRESET", "aborted\n  Deserialization error: …")), "Aws.Unreachable"],
    ["no answer in time", Object.assign(new Error("too late"), { name: "TimeoutError" }), "Aws.Unreachable"],
    ["an answer that isn't JSON", unreadable(new SyntaxError("Unexpected token")), "Aws.NotAnAnswer"],
    ["a failure that says nothing", new Error("lost"), "Aws.Unreachable"],
    ["no credentials", Object.assign(new Error("none"), { name: "CredentialsProviderError" }), "Credentials.None"],
  ])("%s: %s", (_, raw, code) => {
    const error = explainFailure(raw, site);
    expect(error).toMatchObject({ code, next: expect.any(String), cause: raw });
  });

  it("as never sent only where that is known", () => {
    const raw = Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL" });
    const error = explainFailure(raw, site, false);
    expect(error).toMatchObject({
      code: "Aws.NotSent",
      fault: "user",
      message: `${call} couldn't be sent: Invalid URL`,
    });
    expect(isUnanswered(error)).toBe(false);
    expect(explainFailure(raw, site)).toMatchObject({ code: "Aws.Unreachable" });
  });

  it("with the right that is missing, under the service's name in IAM", () => {
    const raw = refusal("AccessDenied");
    expect(explainFailure(raw, { ...site, prefix: "organizations" })).toMatchObject({
      next: expect.stringContaining("organizations:ListRoots"),
    });
    expect(explainFailure(raw, site)).toMatchObject({ next: expect.stringContaining("this right") });
  });

  it("in one line, without the SDK's hints for programmers", () => {
    const raw = unreadable(new SyntaxError("Unexpected token '<'\n  Deserialization error: to see the raw response"));
    expect(explainFailure(raw, site).message).toBe(`The answer to ${call} is not one of AWS: Unexpected token '<'`);
  });

  it("by its code where Node has no message", () => {
    expect(explainFailure(network("ECONNREFUSED", ""), site).message).toBe(`No answer to ${call}: ECONNREFUSED`);
  });

  it("without an account where none is known", () => {
    const error = explainFailure(refusal("ExpiredToken"), { service: "STS", operation: "AssumeRole", region: "r" });
    expect(error.message).toBe("The AWS session has expired: STS AssumeRole (r).");
  });

  it("once: an explained one, and an abort, stay as they are", () => {
    const explained = explainFailure(refusal("ExpiredToken"), site);
    expect(explainFailure(explained, site)).toBe(explained);
    const abort = Object.assign(new Error("Request aborted"), { name: "AbortError" });
    expect(explainFailure(abort, site)).toBe(abort);
    expect(explainFailure("a word", site)).toMatchObject({ code: "Internal.Unexpected", message: "a word" });
  });
});

describe("a wrong signature", () => {
  const echo = [
    "The request signature we calculated does not match the signature you provided.",
    "",
    "The Canonical String for this request should have been",
    "'POST\n/\n\nhost:sts.amazonaws.com\nx-amz-security-token:T0KEN\n'",
  ].join("\n");

  it.each(["SignatureDoesNotMatch", "InvalidSignatureException"])("(%s) doesn't give the token away", (name) => {
    const error = explainFailure(refusal(name, echo), site) as BulkheadError;
    expect(error.message).toContain("does not match");
    const cause = error.cause as Error;
    for (const text of [error.message, error.stack, cause.stack, inspect(error, { showHidden: true })]) {
      expect(text).not.toContain("T0KEN");
    }
  });
});

describe("unanswered", () => {
  it.each([
    ["a broken connection", network("ECONNRESET", "socket hang up"), true],
    ["an answer that isn't AWS's", unreadable(new SyntaxError("<")), true],
    ["a failure inside AWS", refusal("InternalFailure", "", "server"), true],
    ["a refusal", refusal("AccessDenied"), false],
    ["what nobody knows", new Error("lost"), true],
  ])("%s: %s", (_, raw, expected) => expect(isUnanswered(explainFailure(raw, site))).toBe(expected));

  it("is said of explained errors only", () => {
    expect(isUnanswered(network("ECONNRESET", "socket hang up"))).toBe(false);
  });
});

describe("the name of AWS", () => {
  it("is known of raw and explained errors, and of nothing else", () => {
    const raw = refusal("DuplicatePolicyException");
    expect(awsErrorName(raw)).toBe("DuplicatePolicyException");
    expect(awsErrorName(explainFailure(raw, site))).toBe("DuplicatePolicyException");
    expect(awsErrorName(new BulkheadError({ code: "A.B", fault: "user", message: "" }))).toBeUndefined();
    expect(awsErrorName("DuplicatePolicyException")).toBeUndefined();
  });
});

describe("errors of access", () => {
  it("name what a person needs to know", () => {
    const role = "arn:aws:iam::222222222222:role/Access";
    const wrong = wrongAccount("111111111111", "222222222222", "arn:aws:iam::222222222222:user/ann");
    for (const part of ["account 222222222222", "user/ann", "account 111111111111 is meant"]) {
      expect(wrong.message).toContain(part);
    }
    const closed = cannotEnter("222222222222", role, refusal("AccessDenied"));
    for (const part of ["Account 222222222222", role, "as AWS says"]) expect(closed.message).toContain(part);
    expect(noCredentials(new Error("Could not load credentials")).message).toContain("Could not load credentials");
  });
});
