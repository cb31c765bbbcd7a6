// Tests the sandbox through the AWS SDK: each rule of AWS, each fault, and that nothing is left behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { AccountClient, GetContactInformationCommand, PutAccountNameCommand } from "@aws-sdk/client-account";
import {
  AttachPolicyCommand,
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DeleteOrganizationalUnitCommand,
  DeletePolicyCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListCreateAccountStatusCommand,
  ListHandshakesForAccountCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  OrganizationsClient,
  paginateListAccounts,
  UpdatePolicyCommand,
} from "@aws-sdk/client-organizations";
import {
  AssumeRoleCommand,
  DecodeAuthorizationMessageCommand,
  GetCallerIdentityCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import type { Credentials } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { MANAGEMENT_ACCOUNT, Refusal, startSandbox } from "./index.ts";
import type { Sandbox } from "./index.ts";

jest.setTimeout(120_000);

const ALLOW_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

const CUT = /socket hang up|ECONNRESET/;

let sandbox: Sandbox;
let organizations: OrganizationsClient;
let sts: STSClient;
let account: AccountClient;

beforeAll(async () => {
  sandbox = await startSandbox({ organization: true });
  organizations = new OrganizationsClient(configFor(sandbox));
  sts = new STSClient(configFor(sandbox));
  account = new AccountClient(configFor(sandbox));
});
beforeEach(() => sandbox.reset());
afterEach(() => {
  sandbox.faults.clear();
});
afterAll(async () => {
  await sandbox.stop();
});

function configFor({ env }: Sandbox, credentials?: Credentials) {
  return {
    endpoint: env["AWS_ENDPOINT_URL"]!,
    region: env["AWS_REGION"]!,
    maxAttempts: 1,
    credentials: {
      accessKeyId: credentials?.AccessKeyId ?? env["AWS_ACCESS_KEY_ID"]!,
      secretAccessKey: credentials?.SecretAccessKey ?? env["AWS_SECRET_ACCESS_KEY"]!,
      ...(credentials?.SessionToken === undefined ? {} : { sessionToken: credentials.SessionToken }),
    },
  };
}

async function rootId(): Promise<string> {
  return (await organizations.send(new ListRootsCommand({}))).Roots![0]!.Id!;
}

async function requestAccount(name: string, email = `${name}@example.com`): Promise<string> {
  const created = await organizations.send(new CreateAccountCommand({ AccountName: name, Email: email }));
  expect(created.CreateAccountStatus?.State).toBe("IN_PROGRESS");
  return created.CreateAccountStatus!.Id!;
}

async function pollAccount(id: string) {
  const polled = await organizations.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: id }));
  return polled.CreateAccountStatus!;
}

async function makeAccount(name: string): Promise<string> {
  const id = await requestAccount(name);
  await pollAccount(id);
  return (await pollAccount(id)).AccountId!;
}

async function makeUnit(parent: string, name: string): Promise<string> {
  const made = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId: parent, Name: name }));
  return made.OrganizationalUnit!.Id!;
}

async function makePolicy(name: string): Promise<string> {
  const input = { Name: name, Description: "", Type: "SERVICE_CONTROL_POLICY", Content: ALLOW_ALL } as const;
  return (await organizations.send(new CreatePolicyCommand(input))).Policy!.PolicySummary!.Id!;
}

async function accountNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListAccounts({ client: organizations }, {})) {
    expect(page.Accounts!.length).toBeLessThanOrEqual(20);
    names.push(...page.Accounts!.map((it) => it.Name!));
  }
  return names;
}

describe("accounts", () => {
  test("a creation is done at the second poll, and the account is seen only then", async () => {
    const id = await requestAccount("player-dev");
    expect(await pollAccount(id)).toMatchObject({ State: "IN_PROGRESS", AccountName: "player-dev" });
    expect(await accountNames()).toEqual(["master"]);
    const done = await pollAccount(id);
    expect(done.State).toBe("SUCCEEDED");
    expect(await accountNames()).toEqual(["master", "player-dev"]);
    const described = await organizations.send(new DescribeAccountCommand({ AccountId: done.AccountId }));
    expect(described.Account).toMatchObject({ Email: "player-dev@example.com", State: "ACTIVE" });
    expect(await pollAccount(id)).toMatchObject({ State: "SUCCEEDED", AccountId: done.AccountId });
  });

  test("ListCreateAccountStatus counts as a poll, for a client that was started anew", async () => {
    await requestAccount("player-dev");
    const list = new ListCreateAccountStatusCommand({ States: ["IN_PROGRESS", "SUCCEEDED"] });
    expect((await organizations.send(list)).CreateAccountStatuses).toMatchObject([{ State: "IN_PROGRESS" }]);
    expect((await organizations.send(list)).CreateAccountStatuses).toMatchObject([{ State: "SUCCEEDED" }]);
    const failed = new ListCreateAccountStatusCommand({ States: ["FAILED"] });
    expect((await organizations.send(failed)).CreateAccountStatuses).toEqual([]);
  });

  test("at most five creations are in progress", async () => {
    for (let i = 0; i < 5; i += 1) await requestAccount(`a${String(i)}`);
    await expect(requestAccount("a5")).rejects.toMatchObject({
      name: "ConstraintViolationException",
      Reason: "ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED",
    });
  });

  test("an email is used once, even by a closed account", async () => {
    const first = await makeAccount("player-dev");
    await organizations.send(new CloseAccountCommand({ AccountId: first }));
    const again = await requestAccount("other", "Player-Dev@example.com");
    await pollAccount(again);
    expect(await pollAccount(again)).toMatchObject({ State: "FAILED", FailureReason: "EMAIL_ALREADY_EXISTS" });
    expect(await accountNames()).toEqual(["master", "player-dev"]);
  });

  test("the same request twice, at the same moment, makes one account", async () => {
    const ids = await Promise.all([requestAccount("player-dev"), requestAccount("player-dev")]);
    for (const id of ids) await pollAccount(id);
    const states = await Promise.all(ids.map(pollAccount));
    expect(states.map((it) => it.State).sort()).toEqual(["FAILED", "SUCCEEDED"]);
    expect(states.find((it) => it.State === "FAILED")?.FailureReason).toBe("CONCURRENT_ACCOUNT_MODIFICATION");
  });

  test("an unknown creation is not found", async () => {
    const unknown = pollAccount("car-00000000");
    await expect(unknown).rejects.toMatchObject({ name: "CreateAccountStatusNotFoundException" });
  });

  test("lists come in pages of 20", async () => {
    await using many = await startSandbox({ organization: true, createAccountPolls: 0 });
    const client = new OrganizationsClient(configFor(many));
    const create = (i: number) =>
      new CreateAccountCommand({ AccountName: `a${String(i)}`, Email: `a${String(i)}@example.com` });
    for (let i = 0; i < 120; i += 1) await client.send(create(i));
    const sizes: number[] = [];
    const ids = new Set<string>();
    for await (const page of paginateListAccounts({ client }, {})) {
      sizes.push(page.Accounts!.length);
      for (const it of page.Accounts!) ids.add(it.Id!);
    }
    expect(sizes).toEqual([20, 20, 20, 20, 20, 20, 1]);
    expect(ids.size).toBe(121);
    const { Accounts, NextToken } = await client.send(new ListAccountsCommand({ MaxResults: 3 }));
    expect([Accounts!.length, NextToken === undefined]).toEqual([3, false]);
    await expect(client.send(new ListAccountsCommand({ MaxResults: 21 }))).rejects.toMatchObject({
      Reason: "MAX_VALUE_EXCEEDED",
    });
    await expect(client.send(new ListAccountsCommand({ NextToken: "x" }))).rejects.toMatchObject({
      Reason: "INVALID_NEXT_TOKEN",
    });
  });

  test("PutAccountName renames a member, with trusted access", async () => {
    const id = await makeAccount("player-live");
    const rename = new PutAccountNameCommand({ AccountId: id, AccountName: "player-prod" });
    await expect(account.send(rename)).rejects.toMatchObject({ name: "AccessDeniedException" });
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: "account.amazonaws.com" }));
    await account.send(rename);
    await account.send(new PutAccountNameCommand({ AccountName: "management" }));
    expect(await accountNames()).toEqual(["management", "player-prod"]);
    const described = await organizations.send(new DescribeAccountCommand({ AccountId: id }));
    expect(described.Account?.Name).toBe("player-prod");
    const listed = await organizations.send(new ListAccountsForParentCommand({ ParentId: await rootId() }));
    expect(listed.Accounts?.map((it) => it.Name)).toEqual(["management", "player-prod"]);
    const own = new PutAccountNameCommand({ AccountId: MANAGEMENT_ACCOUNT, AccountName: "x" });
    await expect(account.send(own)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});

describe("organizational units", () => {
  test("a name is used once under a parent, also at the same moment", async () => {
    const root = await rootId();
    const results = await Promise.allSettled([makeUnit(root, "Security"), makeUnit(root, "Security")]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(makeUnit(root, "Security")).rejects.toMatchObject({ name: "DuplicateOrganizationalUnitException" });
    await makeUnit(await makeUnit(root, "Workloads"), "Security");
  });

  test("units nest five deep", async () => {
    let parent = await rootId();
    for (let depth = 1; depth <= 5; depth += 1) parent = await makeUnit(parent, `d${String(depth)}`);
    await expect(makeUnit(parent, "d6")).rejects.toMatchObject({
      name: "ConstraintViolationException",
      Reason: "OU_DEPTH_LIMIT_EXCEEDED",
    });
  });

  test("only an empty unit can be deleted, and lets go of its policies", async () => {
    const root = await rootId();
    await organizations.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType: "SERVICE_CONTROL_POLICY" }));
    const outer = await makeUnit(root, "Workloads");
    const inner = await makeUnit(outer, "Production");
    const policy = await makePolicy("deny-leaving");
    await organizations.send(new AttachPolicyCommand({ PolicyId: policy, TargetId: inner }));
    const remove = (id: string) =>
      organizations.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: id }));
    await expect(remove(outer)).rejects.toMatchObject({ name: "OrganizationalUnitNotEmptyException" });
    await remove(inner);
    await remove(outer);
    await organizations.send(new DeletePolicyCommand({ PolicyId: policy }));
    const left = await organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId: root }));
    expect(left.OrganizationalUnits).toEqual([]);
  });
});

describe("policies", () => {
  const policy = (content: string) =>
    new CreatePolicyCommand({ Name: "p", Description: "", Type: "SERVICE_CONTROL_POLICY", Content: content });

  test("content is JSON of at most 10,240 characters, in a policy of a name of its own", async () => {
    const tooLong = JSON.stringify({ Version: "2012-10-17", Statement: [], Id: "x".repeat(10_240) });
    await expect(organizations.send(policy("{"))).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
    await expect(organizations.send(policy(tooLong))).rejects.toMatchObject({
      Reason: "POLICY_CONTENT_LIMIT_EXCEEDED",
    });
    const id = await makePolicy("p");
    await expect(makePolicy("p")).rejects.toMatchObject({ name: "DuplicatePolicyException" });
    const update = new UpdatePolicyCommand({ PolicyId: id, Content: tooLong });
    await expect(organizations.send(update)).rejects.toMatchObject({ Reason: "POLICY_CONTENT_LIMIT_EXCEEDED" });
    await organizations.send(new UpdatePolicyCommand({ PolicyId: id, Description: "new" }));
  });

  test("a policy is attached once, and only if its type is enabled", async () => {
    const root = await rootId();
    const attach = new AttachPolicyCommand({ PolicyId: await makePolicy("p"), TargetId: root });
    await expect(organizations.send(attach)).rejects.toMatchObject({ name: "PolicyTypeNotEnabledException" });
    await organizations.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType: "SERVICE_CONTROL_POLICY" }));
    await organizations.send(attach);
    await expect(organizations.send(attach)).rejects.toMatchObject({ name: "DuplicatePolicyAttachmentException" });
  });
});

describe("access", () => {
  const enter = (id: string, role = "OrganizationAccountAccessRole") =>
    sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${id}:role/${role}`, RoleSessionName: "test" }));
  const whoAmI = async (credentials?: Credentials) =>
    new STSClient(configFor(sandbox, credentials)).send(new GetCallerIdentityCommand({}));

  test("the key of the environment is the administrator of the management account", async () => {
    expect(await whoAmI()).toMatchObject({
      Account: MANAGEMENT_ACCOUNT,
      Arn: `arn:aws:iam::${MANAGEMENT_ACCOUNT}:user/admin`,
    });
  });

  test("AssumeRole enters an account that was created", async () => {
    const id = await makeAccount("player-dev");
    const { Credentials: entered } = await enter(id);
    const arn = `arn:aws:sts::${id}:assumed-role/OrganizationAccountAccessRole/test`;
    expect(await whoAmI(entered)).toMatchObject({ Account: id, Arn: arn });
  });

  test("AssumeRole is denied for a role, an account or a closed account that isn't there", async () => {
    const id = await makeAccount("player-dev");
    const arn = `arn:aws:iam::${id}:role/absent`;
    await expect(enter(id, "absent")).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: arn:aws:iam::${MANAGEMENT_ACCOUNT}:user/admin is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      $metadata: { httpStatusCode: 403 },
    });
    await expect(enter("999999999999")).rejects.toMatchObject({ name: "AccessDenied" });
    await organizations.send(new CloseAccountCommand({ AccountId: id }));
    await expect(enter(id)).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("a key that was never given out is refused, in the words of each protocol", async () => {
    const config = configFor(sandbox, {
      AccessKeyId: "AKIAAAAAAAAAAAAAAAAA",
      SecretAccessKey: "x",
      SessionToken: undefined,
      Expiration: undefined,
    });
    const list = new OrganizationsClient(config).send(new ListRootsCommand({}));
    await expect(list).rejects.toMatchObject({ name: "UnrecognizedClientException" });
    const identity = new STSClient(config).send(new GetCallerIdentityCommand({}));
    await expect(identity).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    const name = new AccountClient(config).send(new PutAccountNameCommand({ AccountName: "x" }));
    await expect(name).rejects.toMatchObject({ name: "UnrecognizedClientException" });
  });

  test("sessions expire, the administrator's key doesn't", async () => {
    const { Credentials: entered } = await enter(await makeAccount("player-dev"));
    sandbox.expireSessions();
    await expect(whoAmI(entered)).rejects.toMatchObject({ name: "ExpiredToken" });
    await whoAmI();
  });
});

describe("what moto lacks", () => {
  test.each([
    [
      "JSON",
      () => organizations.send(new ListHandshakesForAccountCommand({})),
      "organizations ListHandshakesForAccount",
    ],
    [
      "query",
      () => sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage: "x" })),
      "sts DecodeAuthorizationMessage",
    ],
    ["REST", () => account.send(new GetContactInformationCommand({})), "account GetContactInformation"],
  ])("%s: the error names the call", async (_protocol, send, call) => {
    await expect(send()).rejects.toMatchObject({
      name: "SandboxUnsupported",
      message: expect.stringContaining(`the sandbox has no ${call}`),
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
  });
});

describe("faults", () => {
  const list = () => organizations.send(new ListRootsCommand({}));
  const elapsed = async (work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };

  test("fail, at the second call of an operation, twice", async () => {
    const options = { operation: "organizations:ListRoots", times: 2 };
    sandbox.faults.at(2, { kind: "fail", status: 500, code: "ServiceException" }, options);
    await list();
    await accountNames();
    await expect(list()).rejects.toMatchObject({ name: "ServiceException" });
    await expect(list()).rejects.toMatchObject({ name: "ServiceException" });
    await list();
  });

  test("delay and latency", async () => {
    sandbox.faults.at(1, { kind: "delay", ms: 120 });
    expect(await elapsed(list)).toBeGreaterThan(110);
    sandbox.faults.latency(60, "organizations:*");
    expect(await elapsed(list)).toBeGreaterThan(55);
  });

  test("cut: AWS never got the call", async () => {
    sandbox.faults.at(1, { kind: "cut" });
    await expect(makeUnit("r-none", "Security")).rejects.toThrow(CUT);
    sandbox.faults.at(2, { kind: "cut" });
    await expect(rootId().then((root) => makeUnit(root, "Security"))).rejects.toThrow(CUT);
    await makeUnit(await rootId(), "Security");
  });

  test("cutAfter: AWS did the work", async () => {
    const root = await rootId();
    sandbox.faults.at(1, { kind: "cutAfter" });
    await expect(makeUnit(root, "Security")).rejects.toThrow(CUT);
    await expect(makeUnit(root, "Security")).rejects.toMatchObject({ name: "DuplicateOrganizationalUnitException" });
  });

  test("half an answer, and an answer that isn't AWS's", async () => {
    sandbox.faults.at(1, { kind: "half" });
    await expect(list()).rejects.toThrow();
    sandbox.faults.at(1, { kind: "notAws" });
    await expect(list()).rejects.toThrow(/Unexpected token/);
  });

  test("before and after run at their moment, and can cut", async () => {
    const root = await rootId();
    const seen: string[] = [];
    const unit = "organizations:CreateOrganizationalUnit";
    const note = (moment: string, result?: "cut") => async (request: { name: string }) => {
      await sleep(1);
      seen.push(`${moment} ${request.name}`);
      return result;
    };
    sandbox.faults.at(1, { kind: "before", run: note("before", "cut") }, { operation: unit });
    await expect(makeUnit(root, "Security")).rejects.toThrow(CUT);
    sandbox.faults.at(1, { kind: "after", run: note("after", "cut") }, { operation: unit });
    await expect(makeUnit(root, "Security")).rejects.toThrow(CUT);
    sandbox.faults.at(1, { kind: "before", run: note("before") }, { operation: unit });
    await expect(makeUnit(root, "Security")).rejects.toMatchObject({ name: "DuplicateOrganizationalUnitException" });
    expect(seen).toEqual([`before ${unit}`, `after ${unit}`, `before ${unit}`]);
  });

  test("throttling speaks each service's words", async () => {
    sandbox.faults.throttle("organizations:*", { rate: 10, burst: 2 });
    sandbox.faults.throttle("sts:GetCallerIdentity", { rate: 0.01, burst: 0 });
    await list();
    await list();
    await expect(list()).rejects.toMatchObject({ name: "TooManyRequestsException", $retryable: undefined });
    await sleep(150);
    await list();
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: "Throttling" });
  });

  test("a test can give the answer itself", async () => {
    sandbox.faults.script("organizations:ListRoots", { body: { Roots: [], NextToken: "more" } });
    expect(await list()).toMatchObject({ Roots: [], NextToken: "more" });
    sandbox.faults.script("organizations:ListRoots", new Refusal(400, "FinalizingOrganizationException", "Wait."));
    await expect(list()).rejects.toMatchObject({ name: "FinalizingOrganizationException", message: "Wait." });
    sandbox.faults.script("*", (request) =>
      request.service === "sts" ? new Refusal(403, "AccessDenied", "No.") : undefined,
    );
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

describe("the sandbox itself", () => {
  test("calls are counted in order", async () => {
    await rootId();
    await sts.send(new GetCallerIdentityCommand({}));
    expect(sandbox.calls()).toEqual(["organizations:ListRoots", "sts:GetCallerIdentity"]);
    sandbox.clearCalls();
    expect(sandbox.calls()).toEqual([]);
  });

  test("a reset empties moto and the front, and ids come again", async () => {
    const first = { root: await rootId(), id: await makeAccount("player-dev") };
    const session = await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${first.id}:role/OrganizationAccountAccessRole`,
        RoleSessionName: "test",
      }),
    );
    await account.send(new PutAccountNameCommand({ AccountName: "renamed" }));
    await requestAccount("pending");
    sandbox.faults.at(1, { kind: "cut" }, { times: 100 });
    await sandbox.reset();
    expect(sandbox.calls()).toEqual([]);
    expect(await accountNames()).toEqual(["master"]);
    expect((await organizations.send(new ListCreateAccountStatusCommand({}))).CreateAccountStatuses).toEqual([]);
    const stale = new STSClient(configFor(sandbox, session.Credentials)).send(new GetCallerIdentityCommand({}));
    await expect(stale).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    await sandbox.reset();
    expect({ root: await rootId(), id: await makeAccount("player-dev") }).toEqual(first);
  });

  test("two sandboxes run side by side, and one starts without an organization", async () => {
    await using other = await startSandbox();
    const client = new OrganizationsClient(configFor(other));
    await expect(client.send(new ListRootsCommand({}))).rejects.toMatchObject({
      name: "AWSOrganizationsNotInUseException",
    });
    await client.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    await requestAccount("player-dev");
    expect((await client.send(new ListCreateAccountStatusCommand({}))).CreateAccountStatuses).toEqual([]);
    await other.stop();
    await expect(client.send(new ListRootsCommand({}))).rejects.toThrow(/ECONNREFUSED/);
  });

  test("a starter that is killed leaves neither moto nor its folder", async () => {
    const script = `
      const { startMoto } = await import(${JSON.stringify(join(import.meta.dirname, "moto.ts"))});
      const { pid, folder } = await startMoto();
      console.log(JSON.stringify({ pid, folder }));`;
    const starter = spawn(process.execPath, ["--experimental-strip-types", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface(starter.stdout), "line")) as [string];
    const moto = JSON.parse(line) as { pid: number; folder: string };
    expect([isAlive(moto.pid), existsSync(moto.folder)]).toEqual([true, true]);
    starter.kill("SIGKILL");
    await waitUntil(() => !isAlive(moto.pid) && !existsSync(moto.folder));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function waitUntil(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > 10_000) throw new Error("It did not come about within 10 s.");
    await sleep(20);
  }
}
