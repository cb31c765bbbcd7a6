/** Every control against the sandbox: plan, apply, plan is empty in all accounts and regions; holes are shown and put right. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { AccountClient, PutAlternateContactCommand } from "@aws-sdk/client-account";
import {
  CreateInternetGatewayCommand,
  AttachInternetGatewayCommand,
  CreateNetworkInterfaceCommand,
  DescribeInternetGatewaysCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DisableEbsEncryptionByDefaultCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateAccountAliasCommand, IAMClient, UpdateAccountPasswordPolicyCommand } from "@aws-sdk/client-iam";
import { PutPublicAccessBlockCommand, S3ControlClient } from "@aws-sdk/client-s3-control";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { dirname, join } from "node:path";
import { controls } from "./controls/index.ts";
import { openEstate, type Estate } from "./testing/estate.ts";

const all = `baseline:
  passwordPolicy: { minimumLength: 14 }
  accountAlias: "example-{account}"
  alternateContacts:
    security: { name: Security, title: Team, email: "security+{account}@example.com", phone: "+49 30 1" }
  s3PublicAccess: block-all
  ebsEncryption: by-default
  imdsv2: { hopLimit: 1 }
  snapshotPublicAccess: block-all-sharing
  amiPublicAccess: block-new-sharing
  defaultVpc: { removeFrom: [two] }
`;
const nothing = "Nothing to do: AWS is as the file says.";

let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(["one", "two"], all);
});
afterAll(async () => estate[Symbol.asyncDispose]());
beforeEach(async () => {
  await estate.reset();
  await estate.write(all);
});

const apply = (...flags: string[]) => estate.run("apply", "--yes", ...flags);
const plan = async (...flags: string[]): Promise<string> => (await estate.run("plan", ...flags)).stdout;

describe("every control", () => {
  it("is planned, applied, and then nothing is left to do in any account and region", async () => {
    const planned = await estate.run("plan", "--detailed-exitcode");
    expect(planned.exitCode).toBe(2);
    expect(estate.sandbox.calls().filter((call) => /:(Put|Create|Update|Enable|Modify|Delete)/.test(call))).toEqual([]);
    expect(planned.stdout).toContain("Plan: 14 to create, 16 to update, 2 to delete.");
    expect(await apply()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Applied: 32 changed.") });

    const again = await estate.run("plan", "--detailed-exitcode");
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(nothing) });
    // Applied twice is applied once.
    estate.sandbox.clearCalls();
    expect((await apply()).stdout).toContain(nothing);
    expect(estate.sandbox.calls().filter((call) => /:(Put|Create|Update|Enable|Modify|Delete)/.test(call))).toEqual([]);
  });

  it("asks AWS as little as it can where nothing is to be done", async () => {
    await apply();
    estate.sandbox.clearCalls();
    await plan();
    const asked = estate.sandbox.calls().filter((call) => !call.startsWith("sts:"));
    const counts = Object.fromEntries([...new Set(asked)].sort().map((name) => [name, 0]));
    for (const name of asked) counts[name] = (counts[name] ?? 0) + 1;
    // Two accounts, two regions; passwords also in the identity account, which is the management account here.
    expect(counts).toEqual({
      "account:GetAlternateContact": 2,
      "ec2:DescribeInternetGateways": 2,
      "ec2:DescribeVpcs": 2,
      "ec2:GetEbsEncryptionByDefault": 4,
      "ec2:GetImageBlockPublicAccessState": 4,
      "ec2:GetInstanceMetadataDefaults": 4,
      "ec2:GetSnapshotBlockPublicAccessState": 4,
      "iam:GetAccountPasswordPolicy": 3,
      "iam:ListAccountAliases": 2,
      "s3:GET /v20180820/configuration/publicAccessBlock": 2,
      "ssm:GetParameter": 4,
      "ssm:GetParametersByPath": 1,
    });
  });
});

describe("the rights that the controls name", () => {
  it("are all that their calls need", async () => {
    const { InternetGateway: gateway } = await estate
      .byHand(EC2Client, "two")
      .send(new CreateInternetGatewayCommand({}));
    const { Vpcs: vpcs = [] } = await estate.byHand(EC2Client, "two").send(new DescribeVpcsCommand({}));
    await estate.byHand(EC2Client, "two").send(
      new AttachInternetGatewayCommand({
        InternetGatewayId: gateway?.InternetGatewayId ?? "",
        VpcId: vpcs[0]?.VpcId ?? "",
      }),
    );
    estate.sandbox.clearCalls();
    await apply();
    const path = "/v20180820/configuration/publicAccessBlock";
    const actionOf = new Map([
      [`s3:GET ${path}`, "s3:GetAccountPublicAccessBlock"],
      [`s3:PUT ${path}`, "s3:PutAccountPublicAccessBlock"],
    ]);
    // Entering accounts, and the lease, are not the controls'.
    const others = /^(sts:|ssm:DeleteParameters$)/;
    const called = estate.sandbox.calls().filter((call) => !others.test(call));
    const named = new Set(
      controls.flatMap(({ rights }) => [...rights.read, ...rights.write]).flatMap((it) => it.actions),
    );
    expect([...new Set(called)].map((call) => actionOf.get(call) ?? call).filter((it) => !named.has(it))).toEqual([]);
    expect(called).toContain("ec2:DeleteVpc");
  });
});

describe("a hole that somebody opened by hand", () => {
  const holes: readonly [string, () => Promise<unknown>, readonly string[]][] = [
    [
      "password-policy",
      () => estate.byHand(IAMClient, "one").send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 6 })),
      ["~ change the password policy of one", "minimumLength: 6 → 14", "requireSymbols: false → true"],
    ],
    [
      "account-alias",
      () => estate.byHand(IAMClient, "one").send(new CreateAccountAliasCommand({ AccountAlias: "other" })),
      ["~ change the alias of one", 'alias: "other" → "example-one"'],
    ],
    [
      "alternate-contacts",
      () =>
        estate.byHand(AccountClient, "two").send(
          new PutAlternateContactCommand({
            AlternateContactType: "SECURITY",
            Name: "Somebody",
            Title: "Team",
            EmailAddress: "security+two@example.com",
            PhoneNumber: "+49 30 1",
          }),
        ),
      ["~ change the security contact of two", 'name: "Somebody" → "Security"'],
    ],
    [
      "s3-public-access",
      () =>
        estate.byHand(S3ControlClient, "one").send(
          new PutPublicAccessBlockCommand({
            AccountId: estate.ids.get("one"),
            PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true },
          }),
        ),
      ["~ block public access to everything in S3 of one", "restrictPublicBuckets: false → true"],
    ],
    [
      "ebs-encryption",
      () => estate.byHand(EC2Client, "one", "us-east-1").send(new DisableEbsEncryptionByDefaultCommand({})),
      ["~ encrypt new EBS volumes in one (us-east-1)", "encryptionByDefault: false → true"],
    ],
    [
      "account-mark",
      () =>
        estate.byHand(SSMClient, "one").send(
          new PutParameterCommand({
            Name: "/bulkhead/account",
            Value: '{"name":"two","environment":"prod"}',
            Overwrite: true,
          }),
        ),
      ["~ mend the mark of one (eu-central-1)", 'environment: "prod" → null', 'name: "two" → "one"'],
    ],
    [
      "published-map",
      () =>
        estate
          .byHand(SSMClient, "management")
          .send(new PutParameterCommand({ Name: "/bulkhead/accounts/1", Value: "{}", Overwrite: true })),
      ["~ publish part 1 of the map of accounts in management", "accounts.one.id: (none) →"],
    ],
  ];

  it.each(holes)("in %s is shown with its fields and put right", async (control, open, shown) => {
    await apply("--controls", control);
    await open();
    const text = await plan("--controls", control);
    for (const line of shown) expect(text).toContain(line);
    expect((await apply("--controls", control)).stdout).toContain("Applied: 1 changed.");
    expect(await plan("--controls", control)).toContain(nothing);
  });
});

describe("what moto lacks is asked for as the API Reference says", () => {
  it("field by field", async () => {
    await apply("--accounts", "one", "--regions", "us-east-1");
    const region = "us-east-1";
    const Version = "2016-11-15";
    const { written } = estate.settings();
    expect([...written].sort((a, b) => (a.operation < b.operation ? -1 : 1))).toEqual([
      {
        operation: "EnableImageBlockPublicAccess",
        region,
        input: { Version, ImageBlockPublicAccessState: "block-new-sharing" },
      },
      { operation: "EnableSnapshotBlockPublicAccess", region, input: { Version, State: "block-all-sharing" } },
      {
        operation: "ModifyInstanceMetadataDefaults",
        region,
        input: { Version, HttpTokens: "required", HttpPutResponseHopLimit: "1" },
      },
    ]);
  });
});

describe("the default VPC", () => {
  const vpcs = async (account: string) =>
    (await estate.byHand(EC2Client, account).send(new DescribeVpcsCommand({}))).Vpcs ?? [];

  it("is removed with its gateway where the file names the account, and only there", async () => {
    const client = estate.byHand(EC2Client, "two");
    const [vpc] = await vpcs("two");
    // AWS makes one with each default VPC; moto doesn't.
    const { InternetGateway: gateway } = await client.send(new CreateInternetGatewayCommand({}));
    const InternetGatewayId = gateway?.InternetGatewayId ?? "";
    await client.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpc?.VpcId ?? "" }));
    const text = await plan("--controls", "default-vpc");
    expect(text).toContain("- remove the unused default VPC of two (eu-central-1)");
    expect(text).toContain(`vpc: "${vpc?.VpcId ?? ""}" → (none)`);
    expect(text).toContain(`internetGateways[0]: "${InternetGatewayId}" → (none)`);
    expect((await apply("--controls", "default-vpc")).exitCode).toBe(0);
    expect(await vpcs("two")).toEqual([]);
    expect((await client.send(new DescribeInternetGatewaysCommand({}))).InternetGateways).toEqual([]);
    expect(await vpcs("one")).toHaveLength(1);
  });

  it("that somebody uses is held back, and says by what", async () => {
    const client = estate.byHand(EC2Client, "two");
    const { Subnets: subnets = [] } = await client.send(new DescribeSubnetsCommand({}));
    await client.send(new CreateNetworkInterfaceCommand({ SubnetId: subnets[0]?.SubnetId ?? "" }));
    const text = await plan("--controls", "default-vpc", "--regions", "eu-central-1");
    expect(text).toContain("Held back");
    expect(text).toContain("somebody uses it: 1 × network interface");
    await apply("--controls", "default-vpc");
    expect(await vpcs("two")).toHaveLength(1);
  });
});

describe("a default VPC that somebody begins to use after the plan", () => {
  it("is left whole", async () => {
    const saved = join(dirname(estate.file), "plan.json");
    await estate.run("plan", "--controls", "default-vpc", "--regions", "eu-central-1", "--out", saved);
    const client = estate.byHand(EC2Client, "two");
    const { Subnets: before = [] } = await client.send(new DescribeSubnetsCommand({}));
    await client.send(new CreateNetworkInterfaceCommand({ SubnetId: before[0]?.SubnetId ?? "" }));
    const { exitCode, stdout } = await estate.run("apply", saved, "--yes");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringContaining("has changed since the plan"),
    });
    const { Subnets: after = [] } = await client.send(new DescribeSubnetsCommand({}));
    expect(after).toHaveLength(before.length);
  });
});

describe("what the file can't mean", () => {
  it.each([
    ['baseline: { accountAlias: "{team}-x" }', "Baseline.PlaceholderEmpty"],
    ['baseline: { accountAlias: "Example--{account}" }', "Baseline.AliasInvalid"],
  ])("%s is refused before anything is read", async (text, code) => {
    await estate.write(text);
    const { exitCode, stderr } = await estate.run("plan");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(code) });
    expect(estate.sandbox.calls().filter((call) => !call.startsWith("sts:"))).toEqual([]);
  });

  it("is a choice that isn't there", async () => {
    const { exitCode, stderr } = await estate.run("plan", "--controls", "pasword-policy");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Is password-policy meant?");
  });

  it("is an alias that another AWS account has", async () => {
    await estate.write('baseline: { accountAlias: "example-{account}" }');
    estate.sandbox.faults.at(
      1,
      { kind: "fail", status: 409, code: "EntityAlreadyExists", message: "taken" },
      { operation: "iam:CreateAccountAlias" },
    );
    const { exitCode, stdout } = await apply("--accounts", "one", "--controls", "account-alias");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("The alias example-one of one belongs to another AWS account");
  });
});

describe("exceptions", () => {
  it("leave accounts out of controls", async () => {
    await estate.write(`${all}  exceptions: [{ controls: [s3PublicAccess, ebsEncryption], accounts: two }]\n`);
    const text = await plan();
    expect(text).toContain("block public access to everything in S3 of one");
    expect(text).not.toContain("block public access to everything in S3 of two");
    expect(text).not.toContain("encrypt new EBS volumes in two");
  });

  it("the management account is covered where the file says so", async () => {
    await estate.write(`${all}  includeManagement: true\n`);
    expect(await plan("--accounts", "management")).toContain("give management an alias");
    await apply("--accounts", "management");
    const client = estate.byHand(SSMClient, "management");
    const { Parameter: mark } = await client.send(new GetParameterCommand({ Name: "/bulkhead/account" }));
    expect(mark?.Value).toBe('{"name":"management","protected":false}');
  });
});

describe("the matrix", () => {
  it("shows each account and control, in text, Markdown and JSON", async () => {
    await apply("--accounts", "one");
    const controls = ["--controls", "account-alias", "--controls", "s3-public-access"];
    expect(await plan(...controls)).toMatch(
      /^account +1 +2\none +✓ +✓\ntwo +~ +~\n1 account-alias {2}2 s3-public-access/,
    );
    const markdown = await plan(...controls, "--output", "markdown");
    expect(markdown).toContain(
      "| account | account-alias | s3-public-access |\n| --- | --- | --- |\n| one | ok | ok |",
    );
    const { matrix } = JSON.parse(await plan(...controls, "--output", "json")) as { matrix: { cells: object[] } };
    expect(matrix.cells).toContainEqual({ account: "two", control: "account-alias", status: "drift", reasons: [] });
  });
});
