/** Access to the sandbox: who we are, which accounts are entered how often, and what is said when something is wrong. */

import { CreateAccountCommand, ListRootsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { BulkheadError, Event } from "@bulkhead/core";
import { MANAGEMENT_ACCOUNT, startSandbox, type Sandbox } from "@bulkhead/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { createAccess, type Access, type AccessOptions } from "./access.ts";
import { createDiskCache, noDiskCache } from "./disk-cache.ts";

const region = "eu-central-1";
const accessRole = "OrganizationAccountAccessRole";
const secretKey = "n3ver-to-be-shown";
const home = { account: MANAGEMENT_ACCOUNT, region };
const nowhere = "999999999999";

let sandbox: Sandbox;
let events: Event[];
const opened: Access[] = [];
const environment = { ...process.env };

beforeAll(async () => {
  sandbox = await startSandbox({ organization: true, createAccountPolls: 0 });
});
beforeEach(() => {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith("AWS_"));
  process.env = { ...Object.fromEntries(others), ...sandbox.env, AWS_SECRET_ACCESS_KEY: secretKey };
  events = [];
});
afterEach(async () => {
  for (const access of opened.splice(0)) access.close();
  await sandbox.reset();
});
afterAll(async () => {
  process.env = environment;
  await sandbox.stop();
});

function open(options: Partial<AccessOptions> = {}): Access {
  const report = (event: Event): void => void events.push(event);
  const access = createAccess({ region, accessRole, disk: noDiskCache, report, ...options });
  opened.push(access);
  return access;
}
const askWho = async (access: Access, account: string): Promise<string | undefined> => {
  const answer = await access.client(STSClient, { account, region }).send(new GetCallerIdentityCommand({}));
  return answer.Account;
};
const listRoots = (access: Access, attempts?: number): Promise<unknown> =>
  access.client(OrganizationsClient, home, attempts).send(new ListRootsCommand({}));
const callsOf = (name: string): number => sandbox.calls().filter((call) => call === name).length;

/** Makes an account that can be entered, and starts counting calls after it. */
async function makeAccount(name = "player-dev"): Promise<string> {
  const input = { AccountName: name, Email: `${name}@example.com`, RoleName: accessRole };
  const access = open();
  const { CreateAccountStatus } = await access.client(OrganizationsClient, home).send(new CreateAccountCommand(input));
  sandbox.clearCalls();
  return CreateAccountStatus!.AccountId!;
}

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "bulkhead-access-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const failure = async (work: Promise<unknown>): Promise<BulkheadError> =>
  work.then(
    () => Promise.reject(new Error("it should have failed")),
    (error: BulkheadError) => error,
  );

/** GetCallerIdentity as somebody else would answer it. */
const identityOf = (account: string): { body: string } => ({
  body: `<GetCallerIdentityResponse><GetCallerIdentityResult>
    <Arn>arn:aws:iam::${account}:user/somebody</Arn><UserId>AIDA</UserId><Account>${account}</Account>
  </GetCallerIdentityResult></GetCallerIdentityResponse>`,
});

/** Runs code in a process of its own, where Node's own errors are what they are for users. It answers with JSON. */
async function inProcess<T>(code: string, env: Readonly<Record<string, string>> = {}): Promise<T> {
  const program = `
    import { createAccess, createDiskCache, noDiskCache } from "@bulkhead/credentials";
    import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
    import { ListRootsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
    const open = (options) => createAccess({ region: "${region}", accessRole: "${accessRole}", disk: noDiskCache, report: () => undefined, ...options });
    const failure = (work) => work.then(() => undefined, ({ code, message, stack, cause }) => ({ code, message, stack, cause: cause?.stack }));
    const answer = await (async () => { ${code} })();
    process.stdout.write(JSON.stringify(answer) ?? "null");
  `;
  const child = spawn(process.execPath, ["--conditions=@bulkhead/source", "--input-type=module", "-e", program], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, ...env },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  await once(child, "close");
  expect(output.stderr).toBe("");
  return JSON.parse(output.stdout) as T;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly stack: string;
  readonly cause: string;
}

describe("at home", () => {
  it("works with our own credentials, without AssumeRole", async () => {
    const access = open();
    await listRoots(access);
    expect(sandbox.calls()).toEqual(["sts:GetCallerIdentity", "organizations:ListRoots"]);
  });

  it("knows who we are, and asks once however many want to know", async () => {
    const access = open();
    const all = await Promise.all([access.identity(), access.identity(), access.expectAccount(MANAGEMENT_ACCOUNT)]);
    expect(all[0]).toEqual({
      account: MANAGEMENT_ACCOUNT,
      arn: `arn:aws:iam::${MANAGEMENT_ACCOUNT}:user/admin`,
      partition: "aws",
    });
    expect(sandbox.calls()).toEqual(["sts:GetCallerIdentity"]);
  });

  it("asks again after it could not be told", async () => {
    const access = open();
    sandbox.faults.at(1, { kind: "fail", status: 403, code: "ExpiredToken" });
    await expect(access.identity()).rejects.toMatchObject({ code: "Credentials.Expired" });
    expect((await access.identity()).account).toBe(MANAGEMENT_ACCOUNT);
  });

  it("doesn't ask in the next run, nor take a spoilt note for an answer", async () => {
    await withFolder(async (folder) => {
      const disk = createDiskCache(folder);
      await open({ disk }).identity();
      await open({ disk }).identity();
      expect(sandbox.calls()).toEqual(["sts:GetCallerIdentity"]);
      for (const spoilt of [{ account: MANAGEMENT_ACCOUNT }, { account: "1", arn: "a", partition: "aws" }, null, []]) {
        sandbox.clearCalls();
        await open({ disk: { ...disk, read: async () => spoilt } }).identity();
        expect(sandbox.calls()).toEqual(["sts:GetCallerIdentity"]);
      }
    });
  });
});

describe("in another account", () => {
  it("enters once, however many clients, regions and calls there are", async () => {
    const account = await makeAccount();
    const access = open();
    const answers = await Promise.all(
      ["eu-central-1", "us-east-1", "eu-west-1"].flatMap((where) => {
        const client = access.client(STSClient, { account, region: where });
        return Array.from({ length: 5 }, () => client.send(new GetCallerIdentityCommand({})));
      }),
    );
    expect(new Set(answers.map(({ Account }) => Account))).toEqual(new Set([account]));
    expect([callsOf("sts:AssumeRole"), callsOf("sts:GetCallerIdentity")]).toEqual([1, 16]);
  });

  it("shows our own name, cut to what STS takes", async () => {
    const account = await makeAccount();
    const seen: unknown[] = [];
    sandbox.faults.script("sts:AssumeRole", ({ input }) => void seen.push(input));
    await askWho(open(), account);
    sandbox.faults.script("sts:GetCallerIdentity", {
      body: identityOf(MANAGEMENT_ACCOUNT).body.replace("somebody", `a b/${"x".repeat(80)}`),
    });
    await askWho(open(), account);
    expect(seen).toMatchObject([
      { RoleArn: `arn:aws:iam::${account}:role/${accessRole}`, RoleSessionName: "bulkhead-admin" },
      { RoleSessionName: `bulkhead-${"x".repeat(55)}` },
    ]);
  });

  it("gives one client for a type, place and number of attempts", () => {
    const access = open();
    const client = access.client(STSClient, home);
    expect(access.client(STSClient, { ...home })).toBe(client);
    for (const other of [
      access.client(STSClient, home, 1),
      access.client(STSClient, { ...home, region: "us-east-1" }),
      access.client(STSClient, { ...home, account: nowhere }),
      access.client(OrganizationsClient, home),
    ]) {
      expect(other).not.toBe(client);
    }
  });

  it("uses the session of the process before it, without any call to STS", async () => {
    const account = await makeAccount();
    await withFolder(async (folder) => {
      await askWho(open({ disk: createDiskCache(folder) }), account);
      sandbox.clearCalls();
      await inProcess(
        `const access = open({ disk: createDiskCache(${JSON.stringify(folder)}) });
        await access.client(OrganizationsClient, { account: "${account}", region: "${region}" }).send(new ListRootsCommand({})).catch(() => undefined);`,
      );
      expect(sandbox.calls()).toEqual(["organizations:ListRoots"]);
    });
  });

  it("keeps what is on disk private, whoever looks", async () => {
    const account = await makeAccount();
    await withFolder(async (root) => {
      const folder = join(root, "sessions");
      await askWho(open({ disk: createDiskCache(folder) }), account);
      const names = await readdir(folder);
      expect(names).toHaveLength(2);
      for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}\.json$/);
      const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
      expect(texts.join()).not.toContain(secretKey);
    });
  });

  it("says which account and role refused, and can enter once they don't", async () => {
    const account = await makeAccount();
    const access = open();
    sandbox.faults.at(2, { kind: "fail", status: 403, code: "AccessDenied", message: "not trusted" });
    const error = await failure(askWho(access, account));
    expect(error).toMatchObject({ code: "Credentials.CannotEnter", fault: "user" });
    for (const part of [`Account ${account}`, `role/${accessRole}`, "not trusted"])
      expect(error.message).toContain(part);
    expect(await askWho(access, account)).toBe(account);
    expect(await failure(askWho(access, nowhere))).toMatchObject({ code: "Credentials.CannotEnter" });
  });

  it("gives a session up that AWS ended before its time, so that the next run works", async () => {
    const account = await makeAccount();
    await withFolder(async (folder) => {
      const disk = createDiskCache(folder);
      const access = open({ disk });
      await askWho(access, account);
      sandbox.expireSessions();
      expect(await failure(askWho(access, account))).toMatchObject({ code: "Credentials.Expired" });
      expect(await askWho(open({ disk }), account)).toBe(account);
      expect(callsOf("sts:AssumeRole")).toBe(2);
    });
  });
});

describe("the proof of the account", () => {
  it("passes in the right one, and asks STS once a run", async () => {
    const account = await makeAccount();
    const access = open();
    await Promise.all([access.proveAccount(account), access.proveAccount(account)]);
    await access.proveAccount(account);
    expect(sandbox.calls()).toEqual(["sts:GetCallerIdentity", "sts:AssumeRole", "sts:GetCallerIdentity"]);
  });

  it("fails where STS names another account, with both in the message", async () => {
    const access = open();
    await access.expectAccount(MANAGEMENT_ACCOUNT);
    sandbox.faults.script("sts:GetCallerIdentity", identityOf("222222222222"));
    const error = await failure(access.proveAccount(MANAGEMENT_ACCOUNT));
    expect(error).toMatchObject({ code: "Credentials.WrongAccount", fault: "user" });
    for (const part of ["222222222222", MANAGEMENT_ACCOUNT, "user/somebody"]) expect(error.message).toContain(part);
  });

  it("isn't taken from the disk", async () => {
    await withFolder(async (folder) => {
      const disk = createDiskCache(folder);
      sandbox.faults.script("sts:GetCallerIdentity", identityOf("222222222222"));
      await open({ disk }).identity();
      sandbox.faults.clear();
      const access = open({ disk });
      await access.expectAccount("222222222222");
      await expect(access.proveAccount("222222222222")).rejects.toMatchObject({ code: "Credentials.WrongAccount" });
    });
  });

  it("is asked for again after it failed", async () => {
    const access = open();
    sandbox.faults.at(2, { kind: "fail", status: 403, code: "ExpiredToken" });
    const proofs = [access.proveAccount(MANAGEMENT_ACCOUNT), access.proveAccount(MANAGEMENT_ACCOUNT)];
    const outcomes = await Promise.allSettled(proofs);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await access.proveAccount(MANAGEMENT_ACCOUNT);
  });

  it("leaves no rejection unhandled, which would end the process", async () => {
    sandbox.faults.at(1, { kind: "fail", status: 403, code: "ExpiredToken" }, { times: 10 });
    const codes = await inProcess(
      `const access = open();
      const first = await failure(access.proveAccount("${MANAGEMENT_ACCOUNT}"));
      const second = await failure(access.identity());
      await new Promise((resolve) => setTimeout(resolve, 10));
      return [first.code, second.code];`,
    );
    expect(codes).toEqual(["Credentials.Expired", "Credentials.Expired"]);
  });

  it("is refused at the first look where the credentials are known to belong elsewhere", async () => {
    const error = await failure(open().expectAccount(nowhere));
    expect(error).toMatchObject({ code: "Credentials.WrongAccount" });
    for (const part of [nowhere, MANAGEMENT_ACCOUNT]) expect(error.message).toContain(part);
    expect(sandbox.calls()).toEqual(["sts:GetCallerIdentity"]);
  });
});

describe("credentials that are no use", () => {
  it("unknown to AWS", async () => {
    process.env["AWS_ACCESS_KEY_ID"] = "AKIAUNKNOWN000000000";
    await expect(open().identity()).rejects.toMatchObject({ code: "Credentials.Invalid", fault: "user" });
  });

  it("expired", async () => {
    sandbox.faults.script("*", ({ protocol }) => ({
      status: 403,
      body: protocol === "query" ? "<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>" : {},
    }));
    await expect(open().identity()).rejects.toMatchObject({ code: "Credentials.Expired", fault: "user" });
  });

  it("not there at all", async () => {
    const nobody = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
    const error = await inProcess<Failure>("return failure(open().identity());", nobody);
    expect(error.code).toBe("Credentials.None");
    expect(sandbox.calls()).toEqual([]);
  });

  it("of a profile that doesn't exist", async () => {
    const error = await inProcess<Failure>('return failure(open({ profile: "nobody" }).identity());');
    expect(error).toMatchObject({ code: "Credentials.None", message: expect.stringContaining("in profile nobody") });
  });
});

describe("a profile with a one-time code", () => {
  const serial = `arn:aws:iam::${MANAGEMENT_ACCOUNT}:mfa/ann`;
  const withProfile = async <T>(code: string): Promise<T> => {
    const account = await makeAccount();
    return withFolder(async (folder) => {
      const config = join(folder, "config");
      const lines = [
        "[profile base]",
        "aws_access_key_id = AKIASANDBOX0MANAGER0",
        `aws_secret_access_key = ${secretKey}`,
        "[profile ann]",
        `role_arn = arn:aws:iam::${account}:role/${accessRole}`,
        "source_profile = base",
        `mfa_serial = ${serial}`,
      ];
      await writeFile(config, lines.join("\n"));
      const env = { AWS_CONFIG_FILE: config, AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
      return inProcess<T>(code, env);
    });
  };

  it("asks for it once, however much is called", async () => {
    const asked = await withProfile(
      `const asked = [];
      const access = open({ profile: "ann", askMfaCode: async (serial) => { asked.push(serial); return "123456"; } });
      const place = { account: (await access.identity()).account, region: "${region}" };
      await Promise.all([1, 2, 3].map(() => access.client(STSClient, place).send(new GetCallerIdentityCommand({}))));
      return asked;`,
    );
    expect(asked).toEqual([serial]);
  });

  it("is an error where nobody can be asked", async () => {
    const error = await withProfile<Failure>('return failure(open({ profile: "ann" }).identity());');
    expect(error).toMatchObject({ code: "Credentials.None", message: expect.stringMatching(/multi-factor/) });
  });

  it("stays interrupted where the question was", async () => {
    const name = await withProfile(
      `const askMfaCode = () => Promise.reject(Object.assign(new Error("Interrupted"), { name: "AbortError" }));
      return open({ profile: "ann", askMfaCode }).identity().catch((error) => error.name);`,
    );
    expect(name).toBe("AbortError");
  });
});

describe("an endpoint that isn't AWS", () => {
  it("refuses the connection", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    for (const host of ["127.0.0.1", "localhost"]) {
      const env = { AWS_ENDPOINT_URL: `http://${host}:${port}` };
      const error = await inProcess<Failure>("return failure(open().identity());", env);
      expect(error.code).toBe("Aws.Unreachable");
      expect(error.message).toMatch(/STS GetCallerIdentity.*ECONNREFUSED/);
    }
  });

  it("is no address, and nothing is sent", async () => {
    const error = await inProcess<Failure>("return failure(open().identity());", { AWS_ENDPOINT_URL: "nonsense" });
    expect(error).toMatchObject({ code: "Aws.NotSent", message: expect.stringContaining("Invalid URL") });
  });

  it("is looked for in a region that can't be, and nothing is sent", async () => {
    const error = await inProcess<Failure>('return failure(open({ region: "eu central" }).identity());');
    expect(error).toMatchObject({ code: "Aws.NotSent", message: expect.stringContaining("eu central") });
    expect(sandbox.calls()).toEqual([]);
  });

  it.each(["cut", "cutAfter", "half"] as const)("breaks off (%s), each time it is asked", async (kind) => {
    sandbox.faults.at(1, { kind }, { times: 10 });
    const error = await inProcess<Failure>("return failure(open().identity());");
    expect(error).toMatchObject({ code: "Aws.Unreachable", message: expect.not.stringContaining("\n") });
    expect(callsOf("sts:GetCallerIdentity")).toBe(3);
  });

  it("answers with a page of HTML, in place of any service", async () => {
    sandbox.faults.at(1, { kind: "notAws" });
    await expect(open().identity()).rejects.toMatchObject({ code: "Aws.NotAnAnswer" });
    sandbox.faults.at(2, { kind: "notAws" });
    await expect(listRoots(open())).rejects.toMatchObject({ code: "Aws.NotAnAnswer" });
    sandbox.faults.at(2, { kind: "notAws" });
    await expect(askWho(open(), nowhere)).rejects.toMatchObject({ code: "Aws.NotAnAnswer" });
  });

  it("answers with a proxy's refusal", async () => {
    sandbox.faults.script("*", { status: 403, body: "<html><body>Forbidden</body></html>" });
    await expect(open().identity()).rejects.toMatchObject({ code: "Aws.NotAnAnswer" });
  });
});

describe("calls", () => {
  it("are counted, with the repeats that throttling costs", async () => {
    const access = open();
    sandbox.faults.at(1, { kind: "fail", status: 400, code: "Throttling" }, { times: 2 });
    await listRoots(access);
    expect([...access.calls.byApi()]).toEqual([
      ["Organizations:ListRoots", { calls: 1, attempts: 1 }],
      ["STS:GetCallerIdentity", { calls: 1, attempts: 3 }],
    ]);
    expect(access.calls.total()).toBe(sandbox.calls().length);
  });

  it("are sent once by a client that must never repeat, and again by others", async () => {
    const access = open();
    await access.identity();
    sandbox.clearCalls();
    for (const kind of [{ kind: "cutAfter" }, { kind: "fail", status: 500, code: "InternalFailure" }] as const) {
      sandbox.faults.at(1, kind);
      await listRoots(access, 1).catch(() => undefined);
    }
    expect(callsOf("organizations:ListRoots")).toBe(2);
    sandbox.faults.at(1, { kind: "fail", status: 500, code: "InternalFailure" });
    await listRoots(access);
    expect(callsOf("organizations:ListRoots")).toBe(4);
  });

  it("name the operation, the account and AWS's reason when a right is missing", async () => {
    const access = open();
    await access.identity();
    const reason = "User is not authorized to perform: organizations:ListRoots";
    sandbox.faults.at(1, { kind: "fail", status: 400, code: "AccessDeniedException", message: reason });
    const error = await failure(listRoots(access));
    expect(error).toMatchObject({
      code: "Aws.AccessDenied",
      fault: "user",
      next: expect.stringContaining("organizations:ListRoots"),
    });
    for (const part of ["Organizations ListRoots", MANAGEMENT_ACCOUNT, reason]) expect(error.message).toContain(part);
  });

  it("are told as details, attempt by attempt", async () => {
    await listRoots(open());
    expect(events).toEqual([
      { type: "detail", message: `STS GetCallerIdentity in our own account (${region})` },
      { type: "detail", message: `Organizations ListRoots in ${MANAGEMENT_ACCOUNT} (${region})` },
    ]);
  });

  it("that are aborted stay aborted, and are no failure of AWS", async () => {
    const controller = new AbortController();
    controller.abort();
    const { signal } = controller;
    const sent = open().client(OrganizationsClient, home).send(new ListRootsCommand({}), { abortSignal: signal });
    await expect(sent).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("secrets", () => {
  it("appear in no error and no event, whatever goes wrong", async () => {
    const account = await makeAccount();
    await withFolder(async (folder) => {
      const disk = createDiskCache(folder);
      const access = open({ disk });
      await askWho(access, account);
      const kept = await Promise.all((await readdir(folder)).map((name) => disk.read(name.slice(0, 64))));
      const session = kept.find((it) => "sessionToken" in (it as object)) as Record<string, string>;
      const secrets = [secretKey, session["secretAccessKey"]!, session["sessionToken"]!];
      for (const secret of secrets) expect(secret.length).toBeGreaterThan(10);

      const echo = `Wrong signature.\n\nx-amz-security-token:${secrets[2]!}\n`;
      const faults = [
        { kind: "fail", status: 403, code: "SignatureDoesNotMatch", message: echo },
        { kind: "fail", status: 403, code: "AccessDenied" },
        { kind: "fail", status: 403, code: "InvalidClientTokenId" },
        { kind: "fail", status: 400, code: "ValidationError" },
        { kind: "fail", status: 500, code: "InternalFailure" },
        { kind: "notAws" },
        { kind: "half" },
        { kind: "cutAfter" },
      ] as const;
      const shown: string[] = [];
      for (const fault of faults) {
        sandbox.faults.at(1, fault);
        const client = access.client(STSClient, { account, region }, 1);
        const error = await failure(client.send(new GetCallerIdentityCommand({})));
        for (let it: unknown = error; it instanceof Error; it = it.cause) {
          shown.push(it.message, it.stack ?? "", JSON.stringify(it), inspect(it, { depth: Infinity }));
        }
        sandbox.faults.clear();
      }
      // The answer that carries a secret, broken off in the middle.
      for (const kind of ["half", "cutAfter"] as const) {
        sandbox.faults.at(1, { kind }, { operation: "sts:AssumeRole", times: 10 });
        const fresh = `open().client(STSClient, { account: "${account}", region: "${region}" })`;
        shown.push(JSON.stringify(await inProcess(`return failure(${fresh}.send(new GetCallerIdentityCommand({})));`)));
      }
      const all = [...shown, JSON.stringify(events)].join("\n");
      expect(all).toContain("Wrong signature.");
      for (const secret of secrets) expect(all).not.toContain(secret);
    });
  });
});
