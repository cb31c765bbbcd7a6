import { describe, expect, test } from "@jest/globals";
import type { Environment, Evidence, Fact, Trust } from "./model.ts";
import { check, type Expectation, type RequireOptions } from "./require.ts";

function fact<T>(
  value: T | undefined,
  source: string,
  trust: Trust = "strong",
  side: Evidence["side"] = "configuration",
): Fact<T> {
  return value === undefined
    ? { value, trust: undefined, evidence: [] }
    : { value, trust, evidence: [{ source, value: String(value), trust, side }] };
}

const dev: Environment = {
  account: fact("111111111111", "GetCallerIdentity", "proof", "credentials"),
  accountName: fact("player-dev", "bulkhead.lock.json"),
  team: fact("player", "bulkhead.lock.json"),
  environment: fact("dev", "bulkhead.lock.json"),
  region: fact("eu-central-1", "AWS_REGION"),
  protected: fact(false, "bulkhead.lock.json"),
  platform: fact("other", "nothing", "hint"),
  unanswered: [],
};

describe("what holds", () => {
  test.each<[Expectation]>([
    [{}],
    [{ environment: "dev" }],
    [{ environment: "dev", account: "111111111111", region: "eu-central-1" }],
    [{ account: "player-dev" }],
    [{ region: "eu-central-1" }],
  ])("%j", (expected) => expect(() => check(expected, dev)).not.toThrow());

  test("a region alone needs no account", () => {
    expect(() => check({ region: "eu-central-1" }, { ...dev, account: fact<string>(undefined, "") })).not.toThrow();
  });
});

describe("what doesn't", () => {
  const unknown = fact<string>(undefined, "");
  const silent = [{ source: "instance metadata", reason: "no answer within 270 ms" }];
  test.each<[string, Expectation, Partial<Environment>, RequireOptions, string, string]>([
    [
      "another environment",
      { environment: "prod" },
      {},
      {},
      "WrongEnvironment",
      "prod is required, but this is dev: account 111111111111 (player-dev), by GetCallerIdentity and bulkhead.lock.json.",
    ],
    [
      "another account",
      { account: "222222222222" },
      {},
      {},
      "WrongAccount",
      "Account 222222222222 is required, but this is account 111111111111 (player-dev), by GetCallerIdentity and bulkhead.lock.json.",
    ],
    ["another account's name", { account: "player-prod" }, {}, {}, "WrongAccount", "Account player-prod is required"],
    [
      "another region",
      { region: "us-east-1" },
      {},
      {},
      "WrongRegion",
      "Region us-east-1 is required, but this is eu-central-1, by AWS_REGION.",
    ],
    [
      "no account",
      { environment: "prod" },
      { account: unknown, environment: unknown, unanswered: silent },
      {},
      "NoAnswer",
      "the account is not known",
    ],
    [
      "a hint of the account",
      { environment: "dev" },
      { account: fact("111111111111", "access key id", "hint") },
      {},
      "NoAnswer",
      "dev is required, but the account is 111111111111 only by access key id, which is not enough.",
    ],
    [
      "no proof",
      { environment: "dev" },
      { account: fact("111111111111", "role_arn", "strong") },
      { prove: true },
      "NoAnswer",
      "only by role_arn",
    ],
    [
      "no name",
      { environment: "prod" },
      { environment: unknown, accountName: unknown },
      {},
      "Unnamed",
      "nothing says what account 111111111111, by GetCallerIdentity is",
    ],
    [
      "a hint of the environment",
      { environment: "dev" },
      { environment: fact("dev", "BULKHEAD_ENVIRONMENT", "hint") },
      {},
      "Unnamed",
      "nothing says",
    ],
    ["no region", { region: "us-east-1" }, { region: unknown }, {}, "NoAnswer", "none is set"],
  ])("%s", (_name, expected, differs, options, code, message) => {
    const run = (more: RequireOptions) => () => check(expected, { ...dev, ...differs }, { ...options, ...more });
    expect(run({})).toThrow(expect.objectContaining({ code: `EnvDetect.${code}` }));
    expect(run({})).toThrow(message);
    // What is unknown can be allowed; what is wrong can't.
    if (code.startsWith("Wrong")) expect(run({ unknown: "allow" })).toThrow(message);
    else expect(run({ unknown: "allow" })).not.toThrow();
  });

  test("each configured region counts, as SDKs differ in which they read", () => {
    const region: Fact<string> = {
      value: "eu-central-1",
      trust: "strong",
      evidence: [
        { source: "AWS_REGION", value: "eu-central-1", trust: "strong", side: "configuration" },
        { source: "AWS_DEFAULT_REGION", value: "us-east-1", trust: "strong", side: "configuration" },
        { source: "IMDS", value: "eu-west-1", trust: "strong", side: "machine" },
      ],
    };
    expect(() => check({ region: "eu-central-1" }, { ...dev, region })).toThrow("us-east-1, by AWS_DEFAULT_REGION");
  });
});

test("a refusal for want of an answer says who didn't give one", () => {
  const unanswered = [{ source: "instance metadata", reason: "no answer within 270 ms" }];
  const nothing = { ...dev, account: fact<string>(undefined, ""), unanswered };
  expect(() => check({ environment: "dev" }, nothing)).toThrow(
    expect.objectContaining({ fault: "aws", next: "instance metadata: no answer within 270 ms." }),
  );
});
