/** Nobody in any member account can alter bucket, key or trail: shown by evaluating the policies, also opened ones. */

import { describe, expect, it } from "@jest/globals";
import type { JsonObject } from "@bulkhead/core";
import fc from "fast-check";
import { estateOfText } from "../../testing/landing-zone.ts";
import { administratorOf, administratorsOf, bucketAlterations, keyAlterations } from "./alterable.ts";
import { layoutOf, type Layout } from "./model.ts";
import { accessLogPolicy, bucketPolicy, keyPolicy } from "./policies.ts";

const layoutWith = (trail: string): Layout => {
  const layout = layoutOf(estateOfText(`roles: { look: {} }\nbaseline: { ownRole: bulkhead, trail: ${trail} }`));
  if (layout === undefined) throw new Error("a trail was asked for");
  return layout;
};
const layout = layoutWith(`{ auditors: [look, "arn:aws:iam::000000000003:role/eve"] }`);
const archive = administratorOf(layout.archiveId, "aws");
const member = administratorOf("000000000003", "aws");
const outsider = administratorOf("999999999999", "aws");

/** The policy with a statement more, or with one replaced. */
function opened(policy: JsonObject, more: JsonObject, without?: string): JsonObject {
  const statements = policy["Statement"] as readonly JsonObject[];
  return { ...policy, Statement: [...statements.filter(({ Sid }) => Sid !== without), more] };
}

describe("the policies of the file", () => {
  it.each([
    ["no auditor", "{}"],
    ["auditors here and elsewhere", `{ auditors: [look, "arn:aws:iam::000000000003:role/any-administrator"] }`],
  ])("let no administrator alter bucket, access log or key: %s", (_, trail) => {
    const it = layoutWith(trail);
    for (const who of [archive, member, outsider]) {
      expect(bucketAlterations(bucketPolicy(it), it.bucket, who, it)).toEqual([]);
      expect(bucketAlterations(accessLogPolicy(it), it.accessLogBucket, who, it)).toEqual([]);
      expect(keyAlterations(keyPolicy(it), who)).toEqual([]);
    }
  });

  it("whatever the accounts' ids are", () => {
    const id = fc.integer({ min: 0, max: 999_999_999_999 }).map((number) => String(number).padStart(12, "0"));
    fc.assert(
      fc.property(id, id, fc.array(id, { maxLength: 3 }), (archiveId, who, auditorIds) => {
        const keepers = [`arn:aws:iam::${archiveId}:role/OrganizationAccountAccessRole`];
        const auditors = auditorIds.map((auditor) => `arn:aws:iam::${auditor}:role/any-administrator`);
        const it = { ...layout, archiveId, keepers, auditors };
        const asked = administratorOf(who, "aws");
        return (
          bucketAlterations(bucketPolicy(it), it.bucket, asked, it).length === 0 &&
          bucketAlterations(accessLogPolicy(it), it.accessLogBucket, asked, it).length === 0 &&
          keyAlterations(keyPolicy(it), asked).length === 0
        );
      }),
    );
  });

  it("a bucket without a policy is its own account's", () => {
    expect(bucketAlterations(null, layout.bucket, archive, layout)).toContain("s3:PutBucketPolicy");
    expect(bucketAlterations(null, layout.bucket, member, layout)).toEqual([]);
  });

  it("leave to Bulkhead's roles the settings, but not the logs", () => {
    for (const arn of layout.keepers) {
      const keeper = { accountId: layout.archiveId, arn };
      const may = bucketAlterations(bucketPolicy(layout), layout.bucket, keeper, layout);
      expect(may).toContain("s3:PutBucketPolicy");
      expect(may.filter((action) => /Delete(Bucket$|Object)|PutObject|Bypass/.test(action))).toEqual([]);
      expect(keyAlterations(keyPolicy(layout), keeper)).toEqual(["kms:PutKeyPolicy"]);
    }
  });
});

describe("a policy that was opened", () => {
  const everything = { Effect: "Allow", Action: "s3:*", Resource: "*" };

  it.each<[string, JsonObject, JsonObject | undefined]>([
    ["to everybody", { ...everything, Principal: "*" }, undefined],
    ["to the account", { ...everything, Principal: { AWS: "arn:aws:iam::000000000003:root" } }, undefined],
    ["to the account by its id", { ...everything, Principal: { AWS: ["000000000003"] } }, undefined],
    ["to the role", { ...everything, Principal: { AWS: member.arn } }, undefined],
    ["to all but another", { ...everything, NotPrincipal: { AWS: outsider.arn } }, undefined],
    ["to the organization", { ...everything, Principal: "*" }, { StringEquals: { "aws:PrincipalOrgID": "o-1" } }],
    [
      "by all that isn't named",
      { Effect: "Allow", NotAction: "s3:GetObject", NotResource: "x", Principal: "*" },
      undefined,
    ],
  ])("%s, and without a guard, lets a member's administrator in", (_, statement, Condition) => {
    const policy = opened(
      bucketPolicy(layout),
      { ...statement, ...(Condition && { Condition }) },
      "OnlyBulkheadChanges",
    );
    expect(bucketAlterations(policy, layout.bucket, member, layout)).toContain("s3:PutBucketPolicy");
  });

  it("to one role of an account, lets the account's administrator in, who can enter that role", () => {
    const arn = "arn:aws:iam::000000000003:role/backup";
    const hole = { ...everything, Principal: { AWS: arn } };
    const byCondition = { ...everything, Principal: "*", Condition: { ArnEquals: { "aws:PrincipalArn": arn } } };
    for (const statement of [hole, byCondition]) {
      const policy = opened(bucketPolicy(layout), statement, "OnlyBulkheadChanges");
      const could = (id: string) =>
        administratorsOf(id, layout, policy).flatMap((who) => bucketAlterations(policy, layout.bucket, who, layout));
      expect(could(member.accountId)).toContain("s3:PutBucketPolicy");
      expect(could(outsider.accountId)).toEqual([]);
    }
  });

  it("doesn't count Bulkhead's own roles, by which an administrator of their account could come", () => {
    const policy = bucketPolicy(layout);
    expect(administratorsOf(layout.archiveId, layout, policy).map(({ arn }) => arn)).toEqual([
      archive.arn,
      "arn:aws:iam::000000000002:role/look",
    ]);
  });

  it("to everybody is still guarded by what it denies", () => {
    const policy = opened(bucketPolicy(layout), { ...everything, Principal: "*" });
    expect(bucketAlterations(policy, layout.bucket, member, layout)).toEqual([]);
  });

  it("for a service or another account lets no member in", () => {
    for (const Principal of [{ Service: "s3.amazonaws.com" }, { AWS: "arn:aws:iam::999999999999:root" }]) {
      const policy = opened(bucketPolicy(layout), { ...everything, Principal }, "OnlyBulkheadChanges");
      expect(bucketAlterations(policy, layout.bucket, member, layout)).toEqual([]);
    }
    const ofService = { ...everything, Principal: "*", Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } } };
    const policy = opened(bucketPolicy(layout), ofService, "OnlyBulkheadChanges");
    expect(bucketAlterations(policy, layout.bucket, member, layout)).toEqual([]);
  });

  it("of a key without its condition gives the key to the account", () => {
    const Principal = { AWS: `arn:aws:iam::${layout.archiveId}:root` };
    const policy = opened(keyPolicy(layout), { Effect: "Allow", Principal, Action: "kms:*", Resource: "*" });
    expect(keyAlterations(policy, archive)).toEqual([
      "kms:CreateGrant",
      "kms:DeleteAlias",
      "kms:DisableKey",
      "kms:DisableKeyRotation",
      "kms:PutKeyPolicy",
      "kms:ReplicateKey",
      "kms:ScheduleKeyDeletion",
      "kms:UpdateAlias",
    ]);
    expect(keyAlterations(policy, member)).toEqual([]);
  });
});
