/** Look-ups on the sandbox: each kind, what is secret of them, and what is said where there is nothing. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { CreateStackCommand } from "@aws-sdk/client-cloudformation";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { createAccess, noDiskCache, type Access } from "@bulkhead/credentials";
import { execFileSync } from "node:child_process";
import type { ValueInput } from "../deploy-file/schema.ts";
import { account, openShop, queueTemplate, region, type Shop } from "../testing/shop.ts";
import { chooseCertificate } from "./certificate.ts";
import { createResolver, stacksNeededBy } from "./index.ts";

let shop: Shop;
let access: Access;
beforeAll(async () => {
  shop = await openShop();
  Object.assign(process.env, shop.env);
  access = createAccess({ region, accessRole: "", disk: noDiskCache, report: () => undefined });
});
afterAll(async () => {
  access.close();
  await shop[Symbol.asyncDispose]();
});
beforeEach(() => shop.reset());

const resolver = (env: NodeJS.ProcessEnv = {}) =>
  createResolver({
    access,
    place: { account, region },
    env,
    folder: ".",
    stackNames: new Map([["network", "shop-network"]]),
    lockFile: () => ({
      accounts: { "shop-dev": { id: "222222222222" } },
      blocks: { "shop-dev/eu-central-1": "10.0.0.0/20" },
    }),
  });
const where = { file: "bulkhead.deploy.yaml", line: 7, column: 3 };
const resolve = (input: ValueInput, env?: NodeJS.ProcessEnv) => resolver(env).resolve({ input, where });
const shown = (value: string) => ({ value, secret: false });

describe("a value", () => {
  it("is taken as it is, and a list with commas", async () => {
    expect(await resolve("text")).toEqual(shown("text"));
    expect(await resolve(true)).toEqual(shown("true"));
    expect(await resolve(["a", 1, { env: "B" }], { B: "b" })).toEqual(shown("a,1,b"));
  });

  it("is an output of a stack, by its key or its name, also of another region; asked for once until forgotten", async () => {
    await shop.byHand.send(new CreateStackCommand({ StackName: "shop-network", TemplateBody: queueTemplate }));
    const one = resolver();
    await access.identity();
    shop.sandbox.clearCalls();
    expect(await one.resolve({ input: { stackOutput: "network.Name" } })).toEqual(shown("one"));
    expect(await one.resolve({ input: { stackOutput: "network.Name" } })).toEqual(shown("one"));
    expect(shop.sandbox.calls()).toEqual(["cloudformation:DescribeStacks"]);
    one.forget();
    expect(await one.resolve({ input: { stackOutput: { stack: "shop-network", output: "Name" } } })).toEqual(
      shown("one"),
    );
    const elsewhere = { stackOutput: { stack: "network", output: "Name", region: "us-east-1" } };
    await expect(resolve(elsewhere)).rejects.toMatchObject({
      code: "Lookup.Failed",
      message: expect.stringContaining("there is no stack"),
    });
    await expect(resolve({ stackOutput: "network.Nam" })).rejects.toThrow(/has no output Nam; it has: Url, Name/);
    expect(await resolve({ stackOutput: "none.Name", default: "d" })).toEqual(shown("d"));
  });

  it("is a parameter of Systems Manager, secret if it is a SecureString", async () => {
    const ssm = new SSMClient(shop.config);
    await ssm.send(new PutParameterCommand({ Name: "/a", Value: "1", Type: "String" }));
    await ssm.send(new PutParameterCommand({ Name: "/b", Value: "2", Type: "SecureString" }));
    expect(await resolve({ ssmParameter: "/a" })).toEqual(shown("1"));
    expect(await resolve({ ssmParameter: { name: "/b" } })).toEqual({ value: "2", secret: true });
    expect(await resolve({ ssmParameter: "/c", default: "" })).toEqual(shown(""));
    await expect(resolve({ ssmParameter: "/c" })).rejects.toMatchObject({
      message: "{ ssmParameter: /c } can't be looked up: there is no such parameter",
      where,
    });
  });

  it("is a secret, whole or one entry of it, and never in a message", async () => {
    const client = new SecretsManagerClient(shop.config);
    await client.send(new CreateSecretCommand({ Name: "db", SecretString: '{"user":"u","password":"p4ss"}' }));
    await client.send(new CreateSecretCommand({ Name: "broken", SecretString: "p4ss" }));
    expect(await resolve({ secret: { id: "db", key: "password" } })).toEqual({ value: "p4ss", secret: true });
    for (const input of [
      { secret: { id: "db", key: "none" } },
      { secret: { id: "broken", key: "a" } },
      { secret: "none" },
    ]) {
      await expect(resolve(input)).rejects.toMatchObject({
        code: "Lookup.Failed",
        message: expect.not.stringContaining("p4ss"),
      });
    }
  });

  it("is a fact of the landing zone, or what git has checked out", async () => {
    expect(await resolve({ landingZone: "id:shop-dev" })).toEqual(shown("222222222222"));
    expect(await resolve({ landingZone: "block:shop-dev/eu-central-1" })).toEqual(shown("10.0.0.0/20"));
    await expect(resolve({ landingZone: "id:none" })).rejects.toThrow(/bulkhead.lock.json doesn't have it/);
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
    expect(await resolve({ git: "commit" })).toEqual(shown(commit));
    expect(await resolve({ git: "branch" }, { CI_COMMIT_REF_NAME: "feature" })).toEqual(shown("feature"));
  });

  it("that AWS refuses names the place too", async () => {
    shop.sandbox.faults.at(1, { kind: "fail", status: 400, code: "AccessDeniedException" });
    await expect(resolve({ ssmParameter: "/a" })).rejects.toMatchObject({
      code: "Lookup.Failed",
      where,
      next: expect.stringContaining("ssm:GetParameter"),
    });
  });
});

describe("a certificate", () => {
  const date = (year: number): Date => new Date(Date.UTC(year, 0));
  it("is the one for the very name before a wildcard, and that which is valid longest", () => {
    const found = [
      { CertificateArn: "wild", DomainName: "*.example.com", NotAfter: date(2040) },
      { CertificateArn: "old", DomainName: "shop.example.com", NotAfter: date(2027) },
      {
        CertificateArn: "new",
        DomainName: "example.com",
        SubjectAlternativeNameSummaries: ["shop.example.com"],
        NotAfter: date(2028),
      },
    ];
    expect(chooseCertificate("shop.example.com", found)).toBe("new");
    expect(chooseCertificate("blog.example.com", found)).toBe("wild");
    expect(chooseCertificate("a.b.example.com", found)).toBeUndefined();
  });

  it("is looked for among those that are issued, to the last page", async () => {
    const asked: unknown[] = [];
    shop.sandbox.faults.script("acm:ListCertificates", ({ input }) => {
      asked.push(input);
      const [arn, domain] = asked.length === 1 ? ["arn:other", "other.com"] : ["arn:right", "shop.com"];
      const list = [{ CertificateArn: arn, DomainName: domain, NotAfter: 2_000_000_000 }];
      return { body: { CertificateSummaryList: list, ...(asked.length === 1 ? { NextToken: "more" } : {}) } };
    });
    expect(await resolve({ certificate: { host: "shop.com", region: "us-east-1" } })).toEqual(shown("arn:right"));
    expect(asked).toEqual([
      { CertificateStatuses: ["ISSUED"] },
      { CertificateStatuses: ["ISSUED"], NextToken: "more" },
    ]);
  });
});

describe("the order of stacks", () => {
  it("follows from look-ups in the same account and region", () => {
    expect(stacksNeededBy({ stackOutput: "network.VpcId" })).toEqual(["network"]);
    expect(stacksNeededBy(["a", { stackOutput: { stack: "b", output: "c" } }])).toEqual(["b"]);
    expect(stacksNeededBy({ stackOutput: { stack: "b", output: "c", region: "us-east-1" } })).toEqual([]);
  });
});
