/** Whole surroundings, played by real HTTP servers: who is asked, and what comes out. */

import { afterAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detectIn } from "./detect-in.ts";
import { detectEnvironment } from "./detect.ts";
import type { DetectOptions } from "./model.ts";
import { document, serve, serveAws, serveImds, silence, text, type Server } from "./testing/servers.ts";
import { ec2Files, keys, lockFile, surroundings } from "./testing/surroundings.ts";

const lock = { "/srv/bulkhead.lock.json": lockFile };
const imdsAt = ({ url }: Server): NodeJS.ProcessEnv => ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: url });
const awsAt = ({ url }: Server): NodeJS.ProcessEnv => ({ AWS_ENDPOINT_URL: url, AWS_REGION: "eu-central-1" });
const ecsTask = JSON.stringify({
  Cluster: "c",
  TaskARN: "arn:aws:ecs:eu-central-1:111111111111:task/c/0123",
});

async function detect(env: NodeJS.ProcessEnv, files: Record<string, string> = lock, options: DetectOptions = {}) {
  const environment = await detectIn(surroundings(env, files), options);
  const { account, environment: stage, region, platform, unanswered } = environment;
  const summary = [account.value, account.trust, stage.value, region.value, platform.value].join(" ");
  return { ...environment, summary, unanswered };
}

describe("EC2", () => {
  test("is known by its identity document, over IMDSv2", async () => {
    await using imds = await serveImds();
    const found = await detect(imdsAt(imds), { ...ec2Files, ...lock });
    expect(found.summary).toBe("111111111111 strong dev eu-central-1 ec2");
    expect(found.unanswered).toEqual([]);
    expect(imds.requests).toEqual(["PUT /latest/api/token", "GET /latest/dynamic/instance-identity/document"]);
  });

  test("isn't asked when that is switched off", async () => {
    await using imds = await serveImds();
    const found = await detect({ ...imdsAt(imds), AWS_EC2_METADATA_DISABLED: "true" }, { ...ec2Files, ...lock });
    expect(found.summary).toBe("    ec2");
    expect(imds.requests).toEqual([]);
  });

  test("with keys of its own account needs no call to STS", async () => {
    await using imds = await serveImds({ document: JSON.stringify({ ...document, accountId: "609629065308" }) });
    await using aws = await serveAws({});
    const found = await detect({ ...imdsAt(imds), ...awsAt(aws), ...keys("ASIAY34FZKBOKMUTVV7A") }, ec2Files, {
      accounts: { x: { id: "609629065308" } },
    });
    expect(found.account).toMatchObject({ value: "609629065308", trust: "strong" });
    expect(aws.requests).toEqual([]);
  });

  test("with left-over keys of another account is a conflict that names both", async () => {
    await using imds = await serveImds();
    await using aws = await serveAws({ AKIAOTHER: "222222222222" });
    const env = { ...imdsAt(imds), ...awsAt(aws), ...keys("AKIAOTHER") };
    await expect(detect(env, { ...ec2Files, ...lock })).rejects.toMatchObject({
      code: "EnvDetect.Conflict",
      message:
        "The account is 222222222222 by GetCallerIdentity (the keys in the variables), but 111111111111 by instance identity document.",
    });
    const meant = await detect(env, { ...ec2Files, ...lock }, { crossAccount: true });
    expect(meant.summary).toBe("222222222222 proof prod eu-central-1 ec2");
  });

  test("whose firmware names another instance than the document is a conflict", async () => {
    await using imds = await serveImds({ document: JSON.stringify({ ...document, instanceId: "i-other" }) });
    await expect(detect(imdsAt(imds), { ...ec2Files, ...lock })).rejects.toMatchObject({ code: "EnvDetect.Conflict" });
  });

  test("can prove its account, and read its mark, with the instance's role", async () => {
    await using imds = await serveImds();
    const mark = JSON.stringify({ name: "player-dev", team: "player", environment: "dev", protected: false });
    await using aws = await serveAws({ ASIAROLE: "111111111111" }, { ASIAROLE: mark });
    const found = await detect({ ...imdsAt(imds), ...awsAt(aws) }, ec2Files, { prove: true });
    expect(found.summary).toBe("111111111111 proof dev eu-central-1 ec2");
    expect(found.environment).toMatchObject({ trust: "proof", evidence: [{ source: "/bulkhead/account in SSM" }] });
  });
});

describe("ECS", () => {
  test("is known by its task's ARN, and IMDS is not asked", async () => {
    await using task = await serve(text(ecsTask));
    await using imds = await serveImds();
    const env = {
      ...imdsAt(imds),
      ECS_CONTAINER_METADATA_URI_V4: `${task.url}/v4/abc`,
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x",
    };
    expect((await detect(env)).summary).toBe("111111111111 strong dev eu-central-1 ecs");
    expect(task.requests).toEqual(["GET /v4/abc/task"]);
    expect(imds.requests).toEqual([]);
  });
});

describe("EKS", () => {
  const webIdentity = {
    KUBERNETES_SERVICE_HOST: "10.0.0.1",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
    AWS_ROLE_ARN: "arn:aws:iam::222222222222:role/service",
    AWS_REGION: "eu-west-1",
  };

  test("with a role for the service account is known by the role's ARN", async () => {
    expect((await detect(webIdentity)).summary).toBe("222222222222 strong prod eu-west-1 eks");
  });

  test("that reaches its node's metadata in another account is a conflict", async () => {
    await using imds = await serveImds();
    await expect(detect({ ...webIdentity, ...imdsAt(imds) }, { ...lock, ...ec2Files })).rejects.toMatchObject({
      message: expect.stringContaining("222222222222 by AWS_ROLE_ARN, but 111111111111 by instance identity document"),
    });
  });

  test("with Pod Identity is known by asking STS with the pod's credentials", async () => {
    const token = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token";
    await using agent = await serve(text(JSON.stringify({ AccessKeyId: "ASIAPOD", SecretAccessKey: "s", Token: "t" })));
    await using aws = await serveAws({ ASIAPOD: "222222222222" });
    const found = await detect(
      {
        ...awsAt(aws),
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: token,
      },
      { ...lock, [token]: "pod-token\n" },
    );
    expect(found.summary).toBe("222222222222 proof prod eu-central-1 eks");
    expect(agent.headers[0]).toMatchObject({ authorization: "pod-token" });
  });

  test("without an identity of its own has its node's account, and never uses the node's role", async () => {
    await using imds = await serveImds();
    const found = await detect({ ...imdsAt(imds), KUBERNETES_SERVICE_HOST: "10.0.0.1" }, ec2Files);
    expect(found.summary).toBe("111111111111 strong  eu-central-1 eks");
    expect(imds.requests.filter((request) => request.includes("security-credentials"))).toEqual([]);
  });

  test("never sends the pod's token to a stranger", async () => {
    const found = await detect({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://example.com/x",
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "t",
    });
    expect(found.unanswered).toEqual([
      {
        source: "GetCallerIdentity (the container's credentials)",
        reason: "AWS_CONTAINER_CREDENTIALS_FULL_URI is no address for it",
      },
    ]);
  });
});

describe("Lambda", () => {
  const lambda = { AWS_LAMBDA_FUNCTION_NAME: "f", AWS_SESSION_TOKEN: "t", ...keys("ASIAY34FZKBOKMUTVV7A") };

  test("is known by STS, and IMDS is not asked", async () => {
    await using aws = await serveAws({ ASIAY34FZKBOKMUTVV7A: "111111111111" });
    await using imds = await serveImds();
    const found = await detect({ ...lambda, ...awsAt(aws), ...imdsAt(imds) });
    expect(found.summary).toBe("111111111111 proof dev eu-central-1 lambda");
    expect(found.account.evidence).toHaveLength(1);
    expect(imds.requests).toEqual([]);
  });

  test("asks nobody when the invocation's ARN and the key id agree", async () => {
    await using aws = await serveAws({});
    const found = await detect(
      { ...lambda, ...awsAt(aws) },
      {},
      {
        invokedFunctionArn: "arn:aws:lambda:eu-central-1:609629065308:function:f",
        accounts: { x: { id: "609629065308", environment: "prod" } },
      },
    );
    expect(found.summary).toBe("609629065308 strong prod eu-central-1 lambda");
    expect(aws.requests).toEqual([]);
  });
});

describe("CI", () => {
  test("CodeBuild is proven with its container's credentials", async () => {
    await using agent = await serve(
      text(JSON.stringify({ AccessKeyId: "ASIABUILD", SecretAccessKey: "s", Token: "t" })),
    );
    await using aws = await serveAws({ ASIABUILD: "111111111111" });
    const found = await detect({
      ...awsAt(aws),
      CODEBUILD_BUILD_ARN: "arn:aws:codebuild:eu-central-1:111111111111:build/p:1",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: agent.url,
    });
    expect(found.summary).toBe("111111111111 proof dev eu-central-1 codebuild");
  });

  test.each([
    ["GITHUB_ACTIONS", "github-actions"],
    ["GITLAB_CI", "gitlab"],
  ])("%s on a runner in a tools account has the account of its credentials", async (variable, platform) => {
    await using imds = await serveImds({ document: JSON.stringify({ ...document, accountId: "333333333333" }) });
    await using aws = await serveAws({ AKIADEPLOY: "222222222222" });
    const env = { [variable]: "true", ...imdsAt(imds), ...awsAt(aws), ...keys("AKIADEPLOY") };
    expect((await detect(env, { ...ec2Files, ...lock })).summary).toBe(
      `222222222222 proof prod eu-central-1 ${platform}`,
    );
  });
});

describe("a laptop", () => {
  const config = (text: string) => ({ ...lock, "/home/someone/.aws/config": text });

  test("with an SSO profile is known without asking anybody", async () => {
    const found = await detect(
      { AWS_PROFILE: "prod" },
      config("[profile prod]\nsso_session = s\nsso_account_id = 222222222222\nregion = eu-central-1"),
    );
    expect(found.summary).toBe("222222222222 strong prod eu-central-1 other");
    expect(found.protected).toMatchObject({ value: true, trust: "strong" });
  });

  test("without credentials is unknown at once", async () => {
    const found = await detect({});
    expect(found.summary).toBe("    other");
    expect(found.unanswered).toEqual([]);
  });

  test("with keys is known by STS, which overrules what the key id seems to carry", async () => {
    await using aws = await serveAws({ ASIAY34FZKBOKMUTVV7A: "222222222222" });
    const found = await detect({ ...awsAt(aws), ...keys("ASIAY34FZKBOKMUTVV7A"), AWS_SESSION_TOKEN: "t" });
    expect(found.summary).toBe("222222222222 proof prod eu-central-1 other");
    expect(aws.headers[0]).toMatchObject({
      "x-amz-security-token": "t",
      authorization: expect.stringContaining("/eu-central-1/sts/"),
    });
  });

  test("with both keys and a profile looks at both, since tools differ in which they take", async () => {
    await using aws = await serveAws({ AKIADEV: "111111111111" });
    const env = { ...awsAt(aws), ...keys("AKIADEV"), AWS_PROFILE: "prod" };
    await expect(detect(env, config("[profile prod]\nsso_account_id = 222222222222"))).rejects.toMatchObject({
      message:
        "The account is 111111111111 by GetCallerIdentity (the keys in the variables), but 222222222222 by sso_account_id of profile prod.",
    });
  });

  test("whose AWS_ACCOUNT_ID says otherwise than its credentials is a conflict", async () => {
    await using aws = await serveAws({ AKIADEV: "111111111111" });
    await expect(detect({ ...awsAt(aws), ...keys("AKIADEV"), AWS_ACCOUNT_ID: "222222222222" })).rejects.toMatchObject({
      code: "EnvDetect.Conflict",
    });
  });

  test("without a lock file learns the names from the account's own mark", async () => {
    const mark = JSON.stringify({ name: "player-prod", team: "player", environment: "prod", protected: true });
    await using aws = await serveAws({ AKIAPROD: "222222222222" }, { AKIAPROD: mark });
    const found = await detect({ ...awsAt(aws), ...keys("AKIAPROD") }, {});
    expect(found).toMatchObject({ accountName: { value: "player-prod" }, protected: { value: true, trust: "proof" } });
    expect(aws.requests).toHaveLength(2);
  });

  test("whose account has no mark has no names", async () => {
    await using aws = await serveAws({ AKIAPROD: "222222222222" });
    const found = await detect({ ...awsAt(aws), ...keys("AKIAPROD") }, {});
    expect(found.environment.value).toBeUndefined();
    expect(found.unanswered).toEqual([
      { source: "/bulkhead/account in SSM", reason: "it answered ParameterNotFound (HTTP 400)" },
    ]);
  });

  describe("with a profile that only the SDK can read", () => {
    const folder = mkdtempSync(join(tmpdir(), "env-detect-"));
    const configFile = join(folder, "config");
    const keysOfProcess = JSON.stringify({ Version: 1, AccessKeyId: "AKIAPROCESS", SecretAccessKey: "s" });
    const settings = `[profile works]\ncredential_process = echo '${keysOfProcess}'\n[profile fails]\ncredential_process = false\n`;
    writeFileSync(configFile, settings);
    afterAll(() => rmSync(folder, { recursive: true }));
    const withProfile = (aws: Server, profile: string) =>
      detect({ ...awsAt(aws), AWS_PROFILE: profile, AWS_CONFIG_FILE: configFile }, { ...lock, [configFile]: settings });

    test("is proven with what the peer reads", async () => {
      await using aws = await serveAws({ AKIAPROCESS: "222222222222" });
      const found = await withProfile(aws, "works");
      expect(found.summary).toBe("222222222222 proof prod eu-central-1 other");
    });

    test("is unknown where the peer finds nothing", async () => {
      await using aws = await serveAws({});
      const found = await withProfile(aws, "fails");
      expect(found.account.value).toBeUndefined();
      expect(found.unanswered).toEqual([
        {
          source: "GetCallerIdentity (profile fails)",
          reason: expect.stringContaining("the SDK found no credentials"),
        },
      ]);
    });
  });
});

describe("given credentials", () => {
  test("come before all that the surroundings have", async () => {
    await using aws = await serveAws({ AKIAGIVEN: "222222222222", AKIADEV: "111111111111" });
    const credentials = () => Promise.resolve({ accessKeyId: "AKIAGIVEN", secretAccessKey: "s" });
    const found = await detect({ ...awsAt(aws), ...keys("AKIADEV") }, lock, { credentials });
    expect(found.summary).toBe("222222222222 proof prod eu-central-1 other");
  });

  test("that can't be loaded are told without a stranger's words", async () => {
    const credentials = () => Promise.reject(new Error("very-secret"));
    const found = await detect({}, lock, { credentials });
    expect(found.unanswered).toEqual([
      { source: "GetCallerIdentity (the given credentials)", reason: "they can't be loaded (Error)" },
    ]);
  });
});

describe("detectEnvironment", () => {
  const env = (aws: Server, key: string) => ({ ...awsAt(aws), ...keys(key), AWS_EC2_METADATA_DISABLED: "true" });
  const accounts = { dev: { id: "111111111111", environment: "dev" } };

  test("asks once for the same question, also at the same time, and again for another", async () => {
    await using aws = await serveAws({ AKIA1: "111111111111", AKIA2: "111111111111" });
    const [one, other] = await Promise.all([
      detectEnvironment({ env: env(aws, "AKIA1"), accounts }),
      detectEnvironment({ env: env(aws, "AKIA1"), accounts }),
    ]);
    expect(other).toBe(one);
    await detectEnvironment({ env: env(aws, "AKIA1"), accounts });
    expect(aws.requests).toHaveLength(1);
    await detectEnvironment({ env: env(aws, "AKIA2"), accounts });
    expect(aws.requests).toHaveLength(2);
  });

  test("asks again after an answer that wasn't whole", async () => {
    await using aws = await serveAws({});
    await detectEnvironment({ env: env(aws, "AKIAX"), accounts });
    await detectEnvironment({ env: env(aws, "AKIAX"), accounts });
    expect(aws.requests).toHaveLength(2);
  });

  test("gives up on what hangs, while it still hangs", async () => {
    await using aws = await serve(silence);
    await using imds = await serve(silence);
    const found = await detectEnvironment({
      env: { ...awsAt(aws), ...keys("AKIAHANG"), ...imdsAt(imds), HOME: "/nowhere" },
      accounts,
    });
    expect(found.unanswered.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("no answer within 270 ms"),
      "no answer within 3000 ms",
    ]);
  });
});
