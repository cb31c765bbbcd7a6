/** The artifact bucket on the sandbox: what is put there, what it costs, and what is refused. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { silent } from "@bulkhead/core";
import { createAccess, noDiskCache, type Access } from "@bulkhead/credentials";
import { MANAGEMENT_ACCOUNT, startSandbox, type Sandbox } from "@bulkhead/sandbox";
import { createHash } from "node:crypto";
import { makeAccounts } from "../testing/accounts.ts";
import { copyArtifact, ensureArtifact, readArtifact, zipKey, type ArtifactPlace } from "./bucket.ts";
import { patienceFor } from "./patience.ts";

const region = "eu-central-1";
const body = Buffer.from("a zip");
const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
const key = zipKey(digest);
const home: ArtifactPlace = { account: MANAGEMENT_ACCOUNT, region, bucket: { name: "shop-home", create: true } };

let sandbox: Sandbox;
let access: Access;
beforeAll(async () => {
  sandbox = await startSandbox({ createAccountPolls: 0 });
  Object.assign(process.env, sandbox.env);
});
beforeEach(async () => {
  await sandbox.reset();
  access = createAccess({
    profile: undefined,
    region,
    accessRole: "OrganizationAccountAccessRole",
    disk: noDiskCache,
    report: silent,
  });
  // Whose the key is is asked once a run.
  await access.identity();
  sandbox.clearCalls();
});
afterEach(() => access.close());
afterAll(async () => sandbox[Symbol.asyncDispose]());

const object = (bucket = home.bucket.name) => ({ Bucket: bucket, Key: key });
const byHand = (place: ArtifactPlace = home) => access.client(S3Client, place);
const overwrite = () => byHand().send(new PutObjectCommand({ ...object(), Body: "something else" }));

describe("putting an artifact", () => {
  it("makes the bucket where that is declared, and takes two calls then and one later", async () => {
    expect(key).toMatch(/^lambda\/[0-9a-f]{64}\.zip$/);
    await ensureArtifact(access, home, { key, body });
    expect(sandbox.calls().map((call) => call.split(" ")[0])).toEqual(["s3:HEAD", "s3:PUT", "s3:PUT", "s3:PUT"]);
    sandbox.clearCalls();
    await ensureArtifact(access, home, { key, body });
    expect(sandbox.calls()).toHaveLength(1);
    const other = Buffer.from("another");
    sandbox.clearCalls();
    await ensureArtifact(access, home, { key: zipKey("sha256:00"), body: other });
    expect(sandbox.calls()).toHaveLength(2);
  });

  it("that is hardly there yet takes one call, and never overwrites", async () => {
    await ensureArtifact(access, home, { key: "first", body });
    sandbox.clearCalls();
    await ensureArtifact(access, home, { key, body }, { isNew: true });
    expect(sandbox.calls()).toHaveLength(1);
    await ensureArtifact(access, home, { key, body }, { isNew: true });
    expect(sandbox.calls().map((call) => call.split(" ")[0])).toEqual(["s3:PUT", "s3:PUT", "s3:HEAD"]);
    await overwrite();
    await ensureArtifact(access, home, { key, body }, { isNew: true });
    expect(Buffer.from(await readArtifact(access, home, key))).toEqual(body);
  });

  it("has S3 check what it got", async () => {
    await ensureArtifact(access, home, { key, body });
    const stored = await byHand().send(new GetObjectCommand({ ...object(), ChecksumMode: "ENABLED" }));
    expect(stored.ChecksumSHA256).toBe(createHash("sha256").update(body).digest("base64"));
  });

  it("puts right what somebody altered", async () => {
    await ensureArtifact(access, home, { key, body });
    await overwrite();
    await ensureArtifact(access, home, { key, body });
    expect(Buffer.from(await readArtifact(access, home, key))).toEqual(body);
  });

  it("refuses where there is no bucket, and makes none", async () => {
    const bucket = { name: "shop-gone", create: false };
    await expect(ensureArtifact(access, { ...home, bucket }, { key, body })).rejects.toMatchObject({
      code: "Artifacts.BucketMissing",
    });
    expect((await byHand().send(new ListBucketsCommand({}))).Buckets).toEqual([]);
  });

  it.each([
    [301, "PermanentRedirect", true],
    [301, "PermanentRedirect", false],
    [400, "AuthorizationHeaderMalformed", true],
  ])("says that the bucket is in another region (%i %s, new: %s)", async (status, code, isNew) => {
    sandbox.faults.at(1, { kind: "fail", status, code }, { operation: "s3:*" });
    await expect(ensureArtifact(access, home, { key, body }, { isNew })).rejects.toMatchObject({
      code: "Artifacts.BucketElsewhere",
    });
  });

  it("gets along with another run that makes the bucket at once", async () => {
    // The bucket is made, but the answer is lost.
    sandbox.faults.at(3, { kind: "cutAfter" }, { operation: "s3:*" });
    await ensureArtifact(access, home, { key, body });
    expect(Buffer.from(await readArtifact(access, home, key))).toEqual(body);
  });
});

describe("patience with uploads", () => {
  it("grows with what is sent", () => {
    expect(patienceFor(0)).toEqual({ requestTimeout: 60_000 });
    expect(patienceFor(50_000_000)).toEqual({ requestTimeout: 460_000 });
  });

  it("is what the SDK goes by", async () => {
    sandbox.faults.latency(2_000);
    const hasty = byHand().send(new ListBucketsCommand({}), { requestTimeout: 20 });
    await expect(hasty).rejects.toMatchObject({ code: "Aws.Unreachable" });
  });
});

describe("reading an artifact", () => {
  it("refuses what isn't what its key says", async () => {
    await ensureArtifact(access, home, { key, body });
    await overwrite();
    await expect(readArtifact(access, home, key)).rejects.toMatchObject({ code: "Artifacts.Altered" });
  });

  it("says what isn't there", async () => {
    await expect(readArtifact(access, home, key)).rejects.toMatchObject({ code: "Artifacts.Missing" });
    await ensureArtifact(access, home, { key: "other", body });
    await expect(readArtifact(access, home, key)).rejects.toMatchObject({ code: "Artifacts.Missing" });
  });
});

describe("copying an artifact to another account", () => {
  it("brings the very bytes, and nothing that was altered", async () => {
    const account = (await makeAccounts(sandbox, ["shop-prod"])).get("shop-prod") ?? "";
    const prod: ArtifactPlace = { account, region: "eu-west-1", bucket: { name: "shop-prod", create: true } };
    await ensureArtifact(access, home, { key, body });
    expect(Buffer.from(await copyArtifact(access, home, prod, key))).toEqual(body);
    expect(Buffer.from(await readArtifact(access, prod, key))).toEqual(body);
    const { Buckets = [] } = await byHand(prod).send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual(["shop-prod"]);
    await overwrite();
    await expect(copyArtifact(access, home, prod, key)).rejects.toMatchObject({ code: "Artifacts.Altered" });
  });
});
