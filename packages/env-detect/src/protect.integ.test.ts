/** The guard in a real client of the AWS SDK, against a server that counts what reaches it. */

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  CloseAccountCommand,
  DescribeOrganizationCommand,
  OrganizationsClient,
  TagResourceCommand,
  RemoveAccountFromOrganizationCommand,
} from "@aws-sdk/client-organizations";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consent } from "./consent.ts";
import { protect, type ProtectRules } from "./protect.ts";
import { serve, serveAws, type Server } from "./testing/servers.ts";

const accounts = {
  "player-dev": { id: "111111111111", environment: "dev" },
  "player-prod": { id: "222222222222", environment: "prod", protected: true },
};
const close = new CloseAccountCommand({ AccountId: "999999999999" });

let api: Server;
let sts: Server;
beforeEach(async () => {
  api = await serve(
    (_request, response) => void response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end("{}"),
  );
  sts = await serveAws({
    AKIADEV: "111111111111",
    AKIAPROD: "222222222222",
    AKIAODD: "333333333333",
    AKIAONCE: "222222222222",
    AKIALATER: "222222222222",
  });
  process.env["AWS_ENDPOINT_URL_STS"] = sts.url;
});
afterEach(async () => {
  delete process.env["AWS_ENDPOINT_URL_STS"];
  delete process.env["BULKHEAD_CONSENT"];
  await api[Symbol.asyncDispose]();
  await sts[Symbol.asyncDispose]();
});

function client(accessKeyId: string, rules: ProtectRules, accountId?: string) {
  const credentials = { accessKeyId, secretAccessKey: "s", ...(accountId === undefined ? {} : { accountId }) };
  return protect(new OrganizationsClient({ region: "us-east-1", endpoint: api.url, credentials, maxAttempts: 1 }), {
    accounts,
    ...rules,
  });
}

describe("the account", () => {
  test("that was meant is asked for once for all clients, and calls go through", async () => {
    await client("AKIAONCE", { environment: "prod", account: "222222222222" }).send(
      new DescribeOrganizationCommand({}),
    );
    await client("AKIAONCE", { environment: "prod" }).send(new TagResourceCommand({ ResourceId: "x", Tags: [] }));
    expect(sts.requests).toHaveLength(1);
    expect(api.requests).toHaveLength(2);
  });

  test("is never taken from what the credentials merely state", async () => {
    const stated = client("AKIADEV", { environment: "prod" }, "222222222222");
    await expect(stated.send(new DescribeOrganizationCommand({}))).rejects.toMatchObject({
      code: "EnvDetect.WrongEnvironment",
    });
    expect(api.requests).toEqual([]);
  });

  test.each<[string, string, ProtectRules, string, string]>([
    [
      "another account",
      "AKIADEV",
      { account: "222222222222" },
      "EnvDetect.WrongAccount",
      "Organizations:DescribeOrganization was not sent: its account must be 222222222222, but the client's credentials are of account 111111111111 (player-dev, dev).",
    ],
    [
      "another environment",
      "AKIADEV",
      { environment: "prod" },
      "EnvDetect.WrongEnvironment",
      "its account must be of prod",
    ],
    [
      "an account that nobody names",
      "AKIAODD",
      { environment: "prod" },
      "EnvDetect.Unnamed",
      "credentials are of account 333333333333",
    ],
    [
      "credentials that STS refuses",
      "AKIANOBODY",
      { environment: "prod" },
      "EnvDetect.NoAnswer",
      "InvalidClientTokenId",
    ],
  ])("of %s: even a read doesn't leave the process", async (_what, key, rules, code, message) => {
    await expect(client(key, rules).send(new DescribeOrganizationCommand({}))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(api.requests).toEqual([]);
  });

  test("is asked for again after STS failed", async () => {
    const guarded = client("AKIALATER", { environment: "prod" });
    process.env["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1";
    await expect(guarded.send(new DescribeOrganizationCommand({}))).rejects.toMatchObject({
      code: "EnvDetect.NoAnswer",
    });
    process.env["AWS_ENDPOINT_URL_STS"] = sts.url;
    await guarded.send(new DescribeOrganizationCommand({}));
    expect(api.requests).toHaveLength(1);
  });
});

describe("a destroying call", () => {
  const refused = {
    code: "EnvDetect.Protected",
    next: expect.stringContaining("222222222222/prod/Organizations:CloseAccount/TIME"),
  };

  test("in a protected environment doesn't leave the process; the error says how to allow it", async () => {
    await expect(client("AKIAPROD", { environment: "prod" }).send(close)).rejects.toMatchObject({
      ...refused,
      message:
        "Organizations:CloseAccount was not sent: it destroys, and account 222222222222 (player-prod, prod) is protected.",
    });
    expect(api.requests).toEqual([]);
  });

  test("elsewhere goes through", async () => {
    await client("AKIADEV", { environment: "dev" }).send(close);
    await client("AKIAPROD", { environment: "prod", protected: false }).send(close);
    expect(api.requests).toHaveLength(2);
  });

  test("in an account that nobody names is refused", async () => {
    await expect(client("AKIAODD", { account: "333333333333" }).send(close)).rejects.toMatchObject({
      code: "EnvDetect.Protected",
    });
  });

  test("is refused when any of two maps protects the account", async () => {
    const lax = { "player-prod": { id: "222222222222", environment: "prod" } };
    const folder = mkdtempSync(join(tmpdir(), "env-detect-"));
    const lockFile = join(folder, "bulkhead.lock.json");
    writeFileSync(lockFile, JSON.stringify({ accounts }));
    const guarded = client("AKIAPROD", { environment: "prod", accounts: lax, lockFile });
    rmSync(folder, { recursive: true });
    await expect(guarded.send(close)).rejects.toMatchObject(refused);
  });

  test("is what the rules' own judgement says, where it says anything", async () => {
    const destroying = ({ operation }: { operation: string }) =>
      operation === "TagResource" ? true : operation === "CloseAccount" ? false : undefined;
    const guarded = client("AKIAPROD", { environment: "prod", destroying });
    await guarded.send(close);
    await expect(guarded.send(new TagResourceCommand({ ResourceId: "x", Tags: [] }))).rejects.toMatchObject({
      code: "EnvDetect.Protected",
    });
    await expect(
      guarded.send(new RemoveAccountFromOrganizationCommand({ AccountId: "999999999999" })),
    ).rejects.toMatchObject({
      code: "EnvDetect.Protected",
    });
  });

  test("goes through with a consent for it, given to another process", async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    process.env["BULKHEAD_CONSENT"] = `222222222222/prod/Organizations:CloseAccount/${soon}`;
    await client("AKIAPROD", { environment: "prod" }).send(close);
    expect(api.requests).toHaveLength(1);
    process.env["BULKHEAD_CONSENT"] = `111111111111/prod/Organizations:CloseAccount/${soon}`;
    await expect(client("AKIAPROD", { environment: "prod" }).send(close)).rejects.toMatchObject(refused);
  });

  test("goes through with a consent for it, given in this process", async () => {
    consent({ account: "222222222222", environment: "prod", operation: "Organizations:CloseAccount", minutes: 1 });
    await client("AKIAPROD", { environment: "prod" }).send(close);
    expect(api.requests).toHaveLength(1);
    const remove = new RemoveAccountFromOrganizationCommand({ AccountId: "999999999999" });
    await expect(client("AKIAPROD", { environment: "prod" }).send(remove)).rejects.toMatchObject({
      code: "EnvDetect.Protected",
    });
  });
});

test("protect needs to know what calls may reach", () => {
  expect(() => client("AKIADEV", {})).toThrow(expect.objectContaining({ code: "EnvDetect.Usage" }));
});
