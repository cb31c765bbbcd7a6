import { describe, expect, test } from "@jest/globals";
import { ec2Files, surroundings } from "../testing/surroundings.ts";
import { accountOfAccessKeyId } from "./access-key-id.ts";
import { parseCredentials } from "./container.ts";
import { dmi } from "./dmi.ts";
import { lambda } from "./lambda.ts";
import { namingsOf, parseMark, readMaps } from "./names.ts";
import { readProfile } from "./profile.ts";
import { variables } from "./variables.ts";

describe("the account in an access key id", () => {
  test.each([
    ["ASIAY34FZKBOKMUTVV7A", "609629065308"],
    ["ASIAQNZGKIQY56JQ7WML", "029608264753"],
  ])("%s", (key, account) => expect(accountOfAccessKeyId(key)).toBe(account));

  test.each([
    "AKIAIOSFODNN7EXAMPLE",
    "AKIAJ4FZKBOKMUTVV7AA",
    "AROAY34FZKBOKMUTVV7A",
    "ASIAY34FZKBOKMUTVV7",
    "ASIAY34FZKBOKMUTVV71",
    "",
  ])("not in %s", (key) => expect(accountOfAccessKeyId(key)).toBeUndefined());
});

describe("variables", () => {
  const found = (env: NodeJS.ProcessEnv) =>
    variables(env).map(({ about, value, trust }) => `${about} ${value} ${trust}`);

  test.each([
    [{}, []],
    [{ GITHUB_ACTIONS: "true" }, ["platform github-actions hint"]],
    [{ GITLAB_CI: "true" }, ["platform gitlab hint"]],
    [{ AWS_LAMBDA_FUNCTION_NAME: "f" }, ["platform lambda hint"]],
    [{ ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/x" }, ["platform ecs hint"]],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token" }, ["platform eks hint"]],
    [
      {
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE:
          "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token",
      },
      ["platform eks hint"],
    ],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: "/tmp/token" }, []],
    [
      { CODEBUILD_BUILD_ARN: "arn:aws:codebuild:eu-west-1:111111111111:build/p:1" },
      ["platform codebuild hint", "account 111111111111 hint", "region eu-west-1 hint"],
    ],
    [
      { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "us-east-1" },
      ["region eu-west-1 strong", "region us-east-1 strong"],
    ],
    [{ AWS_ACCOUNT_ID: "111111111111" }, ["account 111111111111 hint"]],
    [{ BULKHEAD_ENVIRONMENT: "prod" }, ["environment prod hint"]],
  ])("%j", (env, expected) => expect(found(env)).toEqual(expected));
});

describe("DMI", () => {
  const found = (files: Record<string, string>, env = {}) =>
    dmi(surroundings(env, files)).map(({ about, value }) => `${about} ${value}`);

  test("knows EC2 on Nitro, with its instance id", () => {
    expect(found(ec2Files)).toEqual(["platform ec2", "instance i-0123456789abcdef0"]);
  });
  test("knows EC2 on Xen", () => {
    expect(found({ "/sys/hypervisor/uuid": "ec2e1916-9099\n" })).toEqual(["platform ec2"]);
  });
  test("takes Kubernetes on EC2 for EKS", () => {
    expect(found(ec2Files, { KUBERNETES_SERVICE_HOST: "10.0.0.1" })).toContain("platform eks");
  });
  test("says nothing of a laptop", () => {
    expect(found({})).toEqual([]);
    expect(
      found({ "/sys/class/dmi/id/sys_vendor": "LENOVO\n", "/sys/class/dmi/id/board_asset_tag": "i-like-it" }),
    ).toEqual([]);
  });
});

test("a Lambda function's ARN tells account and region", () => {
  const found = lambda("arn:aws-cn:lambda:cn-north-1:111111111111:function:f:live");
  expect(found.map(({ value }) => value)).toEqual(["lambda", "111111111111", "cn-north-1"]);
  expect(lambda("nonsense")).toEqual([]);
  expect(lambda(undefined)).toEqual([]);
});

describe("a profile", () => {
  const read = (config: string, credentials = "", env: NodeJS.ProcessEnv = {}) =>
    readProfile(
      surroundings(env, { "/home/someone/.aws/config": config, "/home/someone/.aws/credentials": credentials }),
    );

  test.each([
    ["role_arn = arn:aws:iam::222222222222:role/admin\nsource_profile = base", "222222222222 strong"],
    ["sso_account_id = 222222222222", "222222222222 strong"],
    ["login_session = arn:aws:iam::222222222222:user/someone", "222222222222 strong"],
    ["aws_account_id=222222222222", "222222222222 hint"],
  ])("leads to an account: %s", (settings, expected) => {
    const profile = read(
      `[default]\nregion = x\n[profile prod]\n${settings} # a comment\n[profile other]\nrole_arn = x`,
      "",
      {
        AWS_PROFILE: "prod",
      },
    );
    const accounts = profile.findings.filter(({ about }) => about === "account");
    expect(accounts.map(({ value, trust }) => `${value} ${trust}`)).toEqual([expected]);
  });

  test("has a region, and keys from the credentials file", () => {
    const profile = read(
      "[default]\r\nregion = eu-west-1\r\ns3 =\r\n  region = ignored\r\n",
      "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n[other]\naws_access_key_id = AKIA2",
    );
    expect(profile).toMatchObject({
      name: "default",
      hasCredentials: true,
      keys: { accessKeyId: "AKIA1", secretAccessKey: "s" },
    });
    expect(profile.findings.map(({ value }) => value)).toEqual(["eu-west-1"]);
  });

  test("has no say in the region where a variable has", () => {
    const profile = readProfile(
      surroundings({ AWS_REGION: "eu-west-1" }, { "/home/someone/.aws/config": "[default]\nregion = us-east-1" }),
    );
    expect(profile.findings).toEqual([]);
  });

  test("of a role doesn't stand for the keys that it starts from", () => {
    const profile = read(
      "[default]\nrole_arn = arn:aws:iam::222222222222:role/r",
      "[default]\naws_access_key_id = A\naws_secret_access_key = s",
    );
    expect(profile.keys).toBeUndefined();
  });

  test("may have no credentials at all", () => {
    expect(read("[default]\nregion = eu-west-1").hasCredentials).toBe(false);
    expect(read("[default]\ncredential_process = x").hasCredentials).toBe(true);
  });

  test("is read from where the variables say", () => {
    const profile = readProfile(
      surroundings({ AWS_PROFILE: "p", AWS_CONFIG_FILE: "/c" }, { "/c": "[profile p]\nsso_account_id = 111111111111" }),
    );
    expect(profile.findings).toHaveLength(1);
  });
});

describe("names", () => {
  const lock = (accounts: unknown) => surroundings({}, { "/srv/bulkhead.lock.json": JSON.stringify({ accounts }) });

  test("come from the nearest lock file above, and from the given map", () => {
    const maps = readMaps(lock({ a: { id: "111111111111", environment: "dev", cidr: "10.0.0.0/20" } }), {
      accounts: { b: { id: "111111111111", environment: "dev", protected: true } },
    });
    expect(namingsOf(maps, "111111111111")).toEqual([
      {
        source: "the given accounts",
        trust: "strong",
        name: "b",
        team: undefined,
        environment: "dev",
        protected: true,
      },
      {
        source: "bulkhead.lock.json",
        trust: "strong",
        name: "a",
        team: undefined,
        environment: "dev",
        protected: false,
      },
    ]);
    expect(namingsOf(maps, "222222222222")).toEqual([]);
    expect(readMaps(surroundings(), {})).toEqual([]);
  });

  test.each([
    ["no accounts", undefined],
    ["a malformed id", { a: { id: "123" } }],
    ["a number for an id", { a: { id: 111111111111 } }],
    ["a malformed protection", { a: { id: "111111111111", protected: "yes" } }],
    ["one id twice", { a: { id: "111111111111" }, b: { id: "111111111111" } }],
  ])("refuse %s", (_what, accounts) => {
    expect(() => readMaps(lock(accounts), {})).toThrow(expect.objectContaining({ code: "EnvDetect.BadMap" }));
  });

  test("refuse a lock file that is no JSON, or was named and isn't there", () => {
    const broken = surroundings({}, { "/srv/project/bulkhead.lock.json": "{" });
    expect(() => readMaps(broken, {})).toThrow("/srv/project/bulkhead.lock.json is not JSON");
    expect(() => readMaps(surroundings(), { lockFile: "/x" })).toThrow("/x can't be read");
  });

  test("are in the account's own mark", () => {
    expect(parseMark('{"name":"a","environment":"prod","protected":true,"more":1}')).toEqual({
      name: "a",
      team: undefined,
      environment: "prod",
      protected: true,
    });
    for (const wrong of ["", "null", '"a"', "{}", '{"name":1}', '{"name":"a","protected":"true"}']) {
      expect(() => parseMark(wrong)).toThrow("not of the shape");
    }
  });
});

test("an answer that holds no credentials is never quoted", () => {
  for (const body of ["very-secret", '{"SecretAccessKey":"very-secret"}', '{"a": very-secret']) {
    expect(() => parseCredentials(body)).toThrow(
      expect.objectContaining({ message: "it answered what are no credentials" }),
    );
  }
});
