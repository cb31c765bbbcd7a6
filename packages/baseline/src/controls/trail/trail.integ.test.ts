/** The trail against the sandbox: made, opened by hand and put right, left alone where it is another's, finished after a fault. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CloudTrailClient,
  CreateTrailCommand,
  GetTrailCommand,
  PutEventSelectorsCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  KMSClient,
  ListKeysCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { DisableAWSServiceAccessCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetObjectLockConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Refusal } from "@bulkhead/sandbox";
import { join } from "node:path";
import { openEstate, type Estate } from "../../testing/estate.ts";

const only = ["--controls", "trail,roles"];
const nothing = "Nothing to do";
const section = `roles: { look: { accounts: log-archive } }
baseline: { trail: { auditors: [look], retentionDays: 400, objectLockDays: 30 } }
`;

let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(["log-archive", "one"], section);
});
afterAll(async () => estate[Symbol.asyncDispose]());
beforeEach(async () => {
  await estate.reset();
  await estate.write(section);
});

const s3 = (): S3Client => estate.byHand(S3Client, "log-archive");
const kms = (): KMSClient => estate.byHand(KMSClient, "log-archive");
const cloudTrail = (): CloudTrailClient => estate.byHand(CloudTrailClient, "management");
const plan = async (): Promise<string> => (await estate.run("plan", ...only)).stdout;
const apply = (): ReturnType<Estate["run"]> => estate.run("apply", ...only, "--yes");
const archiveId = (): string => estate.ids.get("log-archive") ?? "";
const bucket = (): string => `bulkhead-trail-${archiveId()}-eu-central-1`;
const openPolicy = (name: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`] },
    ],
  });

describe("plan, apply, plan", () => {
  it("makes buckets, key and trail, and then finds nothing to do", async () => {
    expect(await plan()).toContain("+ create the organization's trail bulkhead in management");
    expect(await apply()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Applied: 6 changed.") });
    expect(await plan()).toContain(nothing);

    const { Trail: trail } = await cloudTrail().send(new GetTrailCommand({ Name: "bulkhead" }));
    expect(trail).toMatchObject({
      S3BucketName: bucket(),
      IsOrganizationTrail: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      LogFileValidationEnabled: true,
      KmsKeyId: expect.stringMatching(/^arn:aws:kms:eu-central-1:\d{12}:/),
    });
    const lock = await s3().send(new GetObjectLockConfigurationCommand({ Bucket: bucket() }));
    expect(lock.ObjectLockConfiguration).toMatchObject({
      ObjectLockEnabled: "Enabled",
      Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 30 } },
    });
    const { Policy } = await s3().send(new GetBucketPolicyCommand({ Bucket: bucket() }));
    expect(Policy).toContain(`"AWS":"arn:aws:iam::${archiveId()}:role/look"`);
  });

  it("asks 25 times, for the whole organization", async () => {
    await apply();
    estate.sandbox.clearCalls();
    await estate.run("plan", "--controls", "trail");
    const calls = estate.sandbox.calls().filter((name) => !name.startsWith("sts:"));
    const count = (service: string): number => calls.filter((name) => name.startsWith(`${service}:`)).length;
    expect({ s3: count("s3"), kms: count("kms"), cloudtrail: count("cloudtrail"), all: calls.length }).toEqual({
      s3: 16,
      kms: 4,
      cloudtrail: 4,
      all: 25,
    });
  });

  it("in another region, under other names", async () => {
    await estate.write(`baseline: { trail: { name: org, bucket: "logs-{region}", region: us-east-1 } }`);
    expect(await apply()).toMatchObject({ exitCode: 0 });
    const { Trail: trail } = await estate
      .byHand(CloudTrailClient, "management", "us-east-1")
      .send(new GetTrailCommand({ Name: "org" }));
    expect(trail).toMatchObject({ S3BucketName: "logs-us-east-1", IsOrganizationTrail: true });
    expect(await plan()).toContain(nothing);
  });
});

describe("a hole that was opened by hand", () => {
  const Name = "bulkhead";

  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    [
      "logging stopped",
      () => cloudTrail().send(new StopLoggingCommand({ Name })),
      ["~ start logging to the trail bulkhead again", "logging: false → true"],
    ],
    [
      "the trail narrowed",
      () =>
        cloudTrail().send(
          new UpdateTrailCommand({
            Name,
            IsMultiRegionTrail: false,
            EnableLogFileValidation: false,
            S3KeyPrefix: "elsewhere",
          }),
        ),
      ["multiRegion: false → true", "logFileValidation: false → true", 'prefix: "elsewhere" → null'],
    ],
    [
      "events left out",
      () =>
        cloudTrail().send(
          new PutEventSelectorsCommand({ TrailName: Name, EventSelectors: [{ ReadWriteType: "WriteOnly" }] }),
        ),
      ['managementEvents: "WriteOnly" → "All"'],
    ],
    [
      "trusted access withdrawn",
      () =>
        estate
          .byHand(OrganizationsClient, "management")
          .send(new DisableAWSServiceAccessCommand({ ServicePrincipal: "cloudtrail.amazonaws.com" })),
      ["+ let CloudTrail follow the organization into its accounts"],
    ],
    [
      "the bucket's policy replaced",
      () => s3().send(new PutBucketPolicyCommand({ Bucket: bucket(), Policy: openPolicy(bucket()) })),
      [
        "as it is, administrators of log-archive, one can alter it",
        'alterableBy[1]: "one" → (none)',
        "policy.Statement[0].Sid",
      ],
    ],
    [
      "public access allowed",
      () => s3().send(new DeletePublicAccessBlockCommand({ Bucket: bucket() })),
      ["publicAccess.blockPolicies: (none) → true"],
    ],
    [
      "logs deleted sooner",
      () =>
        s3().send(
          new PutBucketLifecycleConfigurationCommand({
            Bucket: bucket(),
            LifecycleConfiguration: {
              Rules: [{ ID: "soon", Status: "Enabled", Filter: { Prefix: "AWSLogs/" }, Expiration: { Days: 1 } }],
            },
          }),
        ),
      ["lifecycle[0].expireAfterDays: 1 → 400", 'lifecycle[0].more.prefix: "AWSLogs/" → (none)'],
    ],
    [
      "the lock shortened",
      () =>
        s3().send(
          new PutObjectLockConfigurationCommand({
            Bucket: bucket(),
            ObjectLockConfiguration: {
              ObjectLockEnabled: "Enabled",
              Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
            },
          }),
        ),
      ['objectLock.mode: "GOVERNANCE" → "COMPLIANCE"', "objectLock.days: 1 → 30"],
    ],
    [
      "the access log stopped",
      () => s3().send(new PutBucketLoggingCommand({ Bucket: bucket(), BucketLoggingStatus: {} })),
      ["accessLog: null → "],
    ],
    [
      "the key disabled, and no longer rotated",
      async () => {
        const KeyId = "alias/bulkhead-trail";
        const [key] = (await kms().send(new ListKeysCommand({}))).Keys ?? [];
        await kms().send(new DisableKeyRotationCommand({ KeyId: key?.KeyId ?? KeyId }));
        await kms().send(new DisableKeyCommand({ KeyId: key?.KeyId ?? KeyId }));
      },
      ['state: "Disabled" → "Enabled"', "rotation: false → true"],
    ],
    [
      "the key about to be deleted",
      async () => {
        const [key] = (await kms().send(new ListKeysCommand({}))).Keys ?? [];
        await kms().send(new ScheduleKeyDeletionCommand({ KeyId: key?.KeyId, PendingWindowInDays: 7 }));
      },
      ['state: "PendingDeletion" → "Enabled"'],
    ],
    [
      "the key given to the account",
      async () => {
        const [key] = (await kms().send(new ListKeysCommand({}))).Keys ?? [];
        const Statement = [
          { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${archiveId()}:root` }, Action: "kms:*", Resource: "*" },
        ];
        const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
        await kms().send(new PutKeyPolicyCommand({ KeyId: key?.KeyId, PolicyName: "default", Policy }));
      },
      ["put right key alias/bulkhead-trail in log-archive: as it is, administrators of log-archive can alter it"],
    ],
  ])("%s: is shown with its fields, and put right", async (_, open, shown) => {
    await apply();
    await open();
    const text = await plan();
    for (const line of shown) expect(text).toContain(line);
    expect(await apply()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Applied: 1 changed.") });
    expect(await plan()).toContain(nothing);
  });

  it("a tag of somebody's own is kept", async () => {
    await apply();
    const TagSet = [{ Key: "CostCenter", Value: "1" }];
    await s3().send(
      new PutBucketTaggingCommand({
        Bucket: bucket(),
        Tagging: { TagSet: [...TagSet, { Key: "bulkhead:managed", Value: "no" }] },
      }),
    );
    expect(await plan()).toContain('tags.bulkhead:managed: "no" → "true"');
    expect(await apply()).toMatchObject({ exitCode: 0 });
    expect(await plan()).toContain(nothing);
  });
});

describe("what is there already, and isn't ours", () => {
  const handOver = "hand it over by the tag bulkhead:managed=true, or choose another name";

  it("a bucket of that name in use, a key of that alias, a trail of that name: all are left alone", async () => {
    await s3().send(
      new CreateBucketCommand({ Bucket: bucket(), CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
    );
    await s3().send(new PutBucketPolicyCommand({ Bucket: bucket(), Policy: openPolicy(bucket()) }));
    const { KeyMetadata } = await kms().send(new CreateKeyCommand({}));
    await kms().send(new CreateAliasCommand({ AliasName: "alias/bulkhead-trail", TargetKeyId: KeyMetadata?.KeyId }));
    expect((await plan()).split(handOver)).toHaveLength(3);
    const applied = await apply();
    expect(applied.stdout).toContain("Applied: 3 changed.");
    const { Policy } = await s3().send(new GetBucketPolicyCommand({ Bucket: bucket() }));
    expect(Policy).toBe(openPolicy(bucket()));
  });

  it("a bucket of that name with something in it, though nothing was said about it", async () => {
    const location = { CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } } as const;
    await s3().send(new CreateBucketCommand({ Bucket: bucket(), ...location }));
    await s3().send(new PutObjectCommand({ Bucket: bucket(), Key: "theirs", Body: "theirs" }));
    expect(await plan()).toContain(handOver);
    await apply();
    await expect(s3().send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket() }))).rejects.toMatchObject({
      code: "Aws.NoSuchLifecycleConfiguration",
    });
  });

  it("a bucket of that name that refuses us is named, with what to do", async () => {
    const refusal = new Refusal(403, "AccessDenied", "Access Denied");
    estate.sandbox.faults.script(`s3:GET /${bucket()}/`, refusal);
    expect(await plan()).toContain(`S3 says nothing of the bucket ${bucket()}: it is somebody else's, or our role`);
  });

  it("an empty bucket of that name, about which nothing was said, is as good as new", async () => {
    const location = { CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } } as const;
    await s3().send(new CreateBucketCommand({ Bucket: bucket(), ...location }));
    expect(await apply()).toMatchObject({ exitCode: 0 });
    expect(await plan()).toContain(nothing);
  });

  it("a trail of that name that somebody makes between the look and the call", async () => {
    const theirs = { Bucket: "theirs", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } } as const;
    await estate.byHand(S3Client, "management").send(new CreateBucketCommand(theirs));
    const { faults } = estate.sandbox;
    let isThere = false;
    const run = async (): Promise<undefined> => {
      await cloudTrail().send(new CreateTrailCommand({ Name: "bulkhead", S3BucketName: "theirs" }));
      isThere = true;
    };
    faults.at(1, { kind: "before", run }, { operation: "cloudtrail:CreateTrail" });
    // moto would make a second one of that name.
    faults.script("cloudtrail:CreateTrail", () =>
      isThere ? new Refusal(400, "TrailAlreadyExistsException", "Trail bulkhead already exists") : undefined,
    );
    const { exitCode, stdout } = await apply();
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Somebody else has made a trail bulkhead since the plan was made.");
    const { Trail: trail } = await cloudTrail().send(new GetTrailCommand({ Name: "bulkhead" }));
    expect(trail?.S3BucketName).toBe("theirs");
  });

  it("a trail of that name", async () => {
    const theirs = { Bucket: "theirs", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } } as const;
    await estate.byHand(S3Client, "management").send(new CreateBucketCommand(theirs));
    await cloudTrail().send(new CreateTrailCommand({ Name: "bulkhead", S3BucketName: "theirs" }));
    expect(await plan()).toContain(handOver);
    await apply();
    const { Trail: trail } = await cloudTrail().send(new GetTrailCommand({ Name: "bulkhead" }));
    expect(trail?.S3BucketName).toBe("theirs");
  });
});

describe("an apply that is cut off at a call", () => {
  it("is finished by the next, and by the same plan once more, with one key and no more", async () => {
    const saved = join(estate.file, "..", "plan.json");
    const accessLog = `${bucket()}-access-log`;
    const counts: number[] = [];
    for (const operation of [`s3:PUT /${bucket()}/`, `s3:PUT /${accessLog}/`, "kms:*", "cloudtrail:*"]) {
      let call = 1;
      for (let disturbed = true; disturbed; call++) {
        await estate.reset();
        await estate.run("plan", ...only, "--out", saved);
        const fault = { kind: "fail", status: 400, code: "ValidationException" } as const;
        estate.sandbox.faults.at(call, fault, { operation, times: 1_000 });
        disturbed = (await estate.run("apply", saved, "--yes")).exitCode !== 0;
        estate.sandbox.faults.clear();
        const second = await estate.run("apply", saved, "--yes");
        expect({ operation, call, ...second }).toMatchObject({ operation, call, exitCode: 0 });
        expect({ call, plan: await plan() }).toEqual({ call, plan: expect.stringContaining(nothing) });
        expect((await kms().send(new ListKeysCommand({}))).Keys).toHaveLength(1);
      }
      counts.push(call);
    }
    // Every setting of the two buckets, every step of the key and of the trail; and two more, of which the last strikes none.
    expect(counts).toEqual([11, 9, 9, 5]);
  });
});
