// Tests MiniStack behind the front: stacks in the account that the key belongs to, what they make, and what moto keeps.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import { CreateAccountCommand, ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Credentials } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { MANAGEMENT_ACCOUNT, startSandbox } from "./index.ts";
import type { Sandbox } from "./index.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ stacks: true, organization: true, createAccountPolls: 0 });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.stop());

const config = (credentials?: Credentials) => ({
  endpoint: sandbox.endpoint,
  region: "eu-central-1",
  maxAttempts: 1,
  credentials: {
    accessKeyId: credentials?.AccessKeyId ?? sandbox.env["AWS_ACCESS_KEY_ID"]!,
    secretAccessKey: credentials?.SecretAccessKey ?? sandbox.env["AWS_SECRET_ACCESS_KEY"]!,
    ...(credentials?.SessionToken === undefined ? {} : { sessionToken: credentials.SessionToken }),
  },
});

const bucket = JSON.stringify({ Resources: { Bucket: { Type: "AWS::S3::Bucket" } } });
const role = JSON.stringify({
  Resources: {
    Role: {
      Type: "AWS::IAM::Role",
      Properties: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] } },
    },
  },
});

async function settled(client: CloudFormationClient, StackName: string) {
  for (;;) {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    if (!Stacks[0]!.StackStatus!.endsWith("_IN_PROGRESS")) return Stacks[0]!;
    await sleep(20);
  }
}

async function enterNewAccount(): Promise<Credentials> {
  const organizations = new OrganizationsClient(config());
  await organizations.send(new CreateAccountCommand({ AccountName: "dev", Email: "dev@example.com" }));
  const { Accounts = [] } = await organizations.send(new ListAccountsCommand({}));
  const RoleArn = `arn:aws:iam::${Accounts.find(({ Name }) => Name === "dev")!.Id!}:role/OrganizationAccountAccessRole`;
  const { Credentials } = await new STSClient(config()).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }),
  );
  return Credentials!;
}

describe("stacks", () => {
  test("are made in the account that the key belongs to, with what is in them", async () => {
    const here = new CloudFormationClient(config());
    await here.send(new CreateStackCommand({ StackName: "one", TemplateBody: bucket }));
    const made = await settled(here, "one");
    expect(made).toMatchObject({ StackStatus: "CREATE_COMPLETE" });
    expect(made.StackId).toContain(`:eu-central-1:${MANAGEMENT_ACCOUNT}:stack/one/`);
    expect((await new S3Client(config()).send(new ListBucketsCommand({}))).Buckets).toHaveLength(1);

    const there = await enterNewAccount();
    const other = new CloudFormationClient(config(there)).send(new DescribeStacksCommand({ StackName: "one" }));
    await expect(other).rejects.toThrow("Stack with id one does not exist");
    expect((await new S3Client(config(there)).send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    await sandbox.reset();
    expect((await here.send(new DescribeStacksCommand({}))).Stacks ?? []).toEqual([]);
  });

  test("are refused as AWS refuses them: no updates, no capabilities", async () => {
    const client = new CloudFormationClient(config());
    await client.send(new CreateStackCommand({ StackName: "one", TemplateBody: bucket }));
    await settled(client, "one");
    const same = client.send(new UpdateStackCommand({ StackName: "one", TemplateBody: bucket }));
    await expect(same).rejects.toThrow("No updates are to be performed.");
    const bare = client.send(new CreateStackCommand({ StackName: "two", TemplateBody: role }));
    await expect(bare).rejects.toMatchObject({
      name: "InsufficientCapabilitiesException",
      message: "Requires capabilities : [CAPABILITY_IAM]",
    });
    const acknowledged = { StackName: "two", TemplateBody: role, Capabilities: ["CAPABILITY_IAM" as const] };
    await client.send(new CreateStackCommand(acknowledged));
    expect(await settled(client, "two")).toMatchObject({ StackStatus: "CREATE_COMPLETE" });
  });
});

describe("MiniStack behind the front", () => {
  test("keeps bodies byte for byte", async () => {
    const client = new S3Client(config());
    const cloudformation = new CloudFormationClient(config());
    await cloudformation.send(new CreateStackCommand({ StackName: "one", TemplateBody: bucket }));
    await settled(cloudformation, "one");
    const Bucket = (await client.send(new ListBucketsCommand({}))).Buckets![0]!.Name!;
    const Body = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
    await client.send(new PutObjectCommand({ Bucket, Key: "folder/ä +1", Body }));
    const { Body: got } = await client.send(new GetObjectCommand({ Bucket, Key: "folder/ä +1" }));
    expect(Buffer.from(await got!.transformToByteArray())).toEqual(Body);
  });

  test("and its folder don't outlive a starter that is killed", async () => {
    const script = `
      const { startMinistack } = await import(${JSON.stringify(join(import.meta.dirname, "ministack.ts"))});
      const { pid, folder } = await startMinistack();
      console.log(JSON.stringify({ pid, folder }));`;
    const starter = spawn(process.execPath, ["--experimental-strip-types", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface(starter.stdout), "line")) as [string];
    const { folder } = JSON.parse(line) as { folder: string };
    expect(existsSync(folder)).toBe(true);
    starter.kill("SIGKILL");
    while (existsSync(folder)) await sleep(20);
  });
});
