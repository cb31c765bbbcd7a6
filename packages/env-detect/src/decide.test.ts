import { describe, expect, test } from "@jest/globals";
import { decide } from "./decide.ts";
import type { Finding, Gathered, Naming } from "./findings.ts";
import type { Side, Trust } from "./model.ts";

const A = "111111111111";
const B = "222222222222";

const account = (side: Side, value: string, trust: Trust, source = `${trust} of ${side}`): Finding => ({
  about: "account",
  side,
  source,
  value,
  trust,
});
const naming: Naming = {
  source: "the map",
  trust: "strong",
  name: "player-dev",
  team: "player",
  environment: "dev",
  protected: false,
};

function decided(findings: readonly Finding[], more: Partial<Gathered> & { crossAccount?: boolean } = {}) {
  const { crossAccount = false, ...gathered } = more;
  return decide({ findings, namings: [], unidentified: undefined, unanswered: [], ...gathered }, { crossAccount });
}

describe("the account", () => {
  test("is the credentials', as sure as the best that says so", () => {
    const environment = decided([account("credentials", A, "hint"), account("credentials", A, "proof")]);
    expect(environment.account).toMatchObject({ value: A, trust: "proof" });
    expect(environment.account.evidence).toHaveLength(2);
  });

  test("is the machine's where no credentials are set", () => {
    expect(decided([account("machine", A, "strong")]).account).toMatchObject({ value: A, trust: "strong" });
  });

  test("gains from a machine that agrees", () => {
    const environment = decided([account("credentials", A, "hint"), account("machine", A, "strong")]);
    expect(environment.account).toMatchObject({ value: A, trust: "strong" });
  });

  test("is no more than a hint while some credentials are unidentified", () => {
    const environment = decided([account("machine", A, "proof")], { unidentified: "profile x" });
    expect(environment.account).toMatchObject({ value: A, trust: "hint" });
  });

  test("is unknown when nothing says it", () => {
    expect(decided([]).account).toEqual({ value: undefined, trust: undefined, evidence: [] });
  });

  test.each([
    [
      "two credentials",
      account("credentials", A, "proof", "GetCallerIdentity"),
      account("credentials", B, "strong", "role_arn"),
    ],
    [
      "machine and credentials",
      account("credentials", A, "proof", "GetCallerIdentity"),
      account("machine", B, "strong", "IMDS"),
    ],
    [
      "a mere hint of the credentials",
      account("machine", A, "strong", "IMDS"),
      account("credentials", B, "hint", "access key id"),
    ],
    ["two machines", account("machine", A, "strong", "IMDS"), account("machine", B, "strong", "ECS")],
  ])("conflicts: %s; the message names both", (_name, one, other) => {
    const error = thrown(() => decided([one, other]));
    expect(error).toMatchObject({ code: "EnvDetect.Conflict", fault: "user" });
    for (const { source, value } of [one, other]) {
      expect(error).toHaveProperty("message", expect.stringContaining(`${value} by ${source}`));
    }
  });

  test("is the credentials' on another account's machine, when that is meant", () => {
    const findings = [account("credentials", A, "strong"), account("machine", B, "proof")];
    expect(decided(findings, { crossAccount: true }).account).toMatchObject({ value: A, trust: "strong" });
  });

  test("is the credentials' in a CI job, whose runner may be anywhere", () => {
    const ci: Finding = { about: "platform", side: "machine", source: "GITLAB_CI", value: "gitlab", trust: "hint" };
    const findings = [account("credentials", A, "proof"), account("machine", B, "strong"), ci];
    expect(decided(findings).account).toMatchObject({ value: A, trust: "proof" });
    expect(() => decided([...findings, account("credentials", B, "hint")])).toThrow("111111111111");
  });
});

describe("names", () => {
  const known = account("credentials", A, "proof");

  test("come with the weaker of the account's trust and the naming's", () => {
    const environment = decided([account("credentials", A, "hint")], { namings: [naming] });
    expect(environment.accountName).toMatchObject({ value: "player-dev", trust: "hint" });
    expect(decided([known], { namings: [naming] }).environment).toMatchObject({ value: "dev", trust: "strong" });
    expect(decided([known], { namings: [{ ...naming, trust: "proof" }] }).team).toMatchObject({
      value: "player",
      trust: "proof",
    });
  });

  test("keep false apart from unknown", () => {
    expect(decided([known], { namings: [naming] }).protected.value).toBe(false);
    expect(decided([known]).protected.value).toBeUndefined();
  });

  test("conflict when two maps, or a variable, say otherwise", () => {
    const other = { ...naming, source: "the mark", environment: "prod" };
    expect(() => decided([known], { namings: [naming, other] })).toThrow("dev by the map, but prod by the mark");
    const stated: Finding = {
      about: "environment",
      side: "configuration",
      source: "BULKHEAD_ENVIRONMENT",
      value: "prod",
      trust: "hint",
    };
    expect(() => decided([known, stated], { namings: [naming] })).toThrow(
      "dev by the map, but prod by BULKHEAD_ENVIRONMENT",
    );
  });

  test("of the environment by a variable alone are a hint", () => {
    const stated: Finding = { about: "environment", side: "configuration", source: "V", value: "prod", trust: "hint" };
    expect(decided([stated]).environment).toMatchObject({ value: "prod", trust: "hint" });
  });
});

describe("the region", () => {
  const region = (side: Side, value: string): Finding => ({
    about: "region",
    side,
    source: side,
    value,
    trust: "strong",
  });

  test("is the configured one; the machine's is no contradiction", () => {
    expect(decided([region("machine", "eu-west-1"), region("configuration", "us-east-1")]).region.value).toBe(
      "us-east-1",
    );
    expect(decided([region("machine", "eu-west-1")]).region.value).toBe("eu-west-1");
  });
});

describe("the platform", () => {
  const platform = (value: string): Finding => ({
    about: "platform",
    side: "machine",
    source: value,
    value,
    trust: "strong",
  });

  test("is the innermost", () => {
    expect(decided([platform("ec2"), platform("eks"), platform("gitlab")]).platform.value).toBe("gitlab");
    expect(decided([platform("ec2"), platform("eks")]).platform.value).toBe("eks");
    expect(decided([]).platform).toMatchObject({ value: "other", trust: "hint" });
  });
});

test("an instance that is another than the firmware says is a conflict", () => {
  const instance = (source: string, value: string): Finding => ({
    about: "instance",
    side: "machine",
    source,
    value,
    trust: "strong",
  });
  expect(() => decided([instance("DMI", "i-1"), instance("document", "i-2")])).toThrow(
    "i-1 by DMI, but i-2 by document",
  );
});

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
