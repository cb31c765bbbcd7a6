/** What the file's few words about the trail come to, and in which order it is made. */

import { expect, test } from "@jest/globals";
import { estateOfText } from "../../testing/landing-zone.ts";
import { wantedTrail } from "./desired.ts";
import { trail } from "./index.ts";

const archive = { account: "log-archive", region: "eu-central-1" };
const home = { account: "management", region: "eu-central-1" };
const bucket = "bulkhead-trail-000000000002-eu-central-1";

test("two buckets, a key, trusted access and a trail, each where it belongs", () => {
  const wanted = wantedTrail(estateOfText("baseline: { trail: { retentionDays: 400, objectLockDays: 30 } }"));
  expect(wanted.map(({ kind, name, at }) => ({ kind, name, at }))).toEqual([
    { kind: "trusted-access", name: "cloudtrail.amazonaws.com", at: { account: "management", region: "global" } },
    { kind: "trail-bucket", name: `${bucket}-access-log`, at: archive },
    { kind: "trail-bucket", name: bucket, at: archive },
    { kind: "trail-key", name: "alias/bulkhead-trail", at: archive },
    { kind: "trail", name: "bulkhead", at: home },
  ]);
  const [, accessLog, logs, key, itself] = wanted.map(({ fields }) => fields);
  expect(logs).toMatchObject({
    alterableBy: [],
    versioning: "Enabled",
    objectLock: { mode: "COMPLIANCE", days: 30 },
    lifecycle: [{ name: "bulkhead", enabled: true, expireAfterDays: 400, more: null }],
    ownership: "BucketOwnerEnforced",
    publicAccess: { blockAcls: true, ignoreAcls: true, blockPolicies: true, restrictBuckets: true },
    accessLog: `${bucket}-access-log`,
  });
  // S3 doesn't write access logs into a bucket that locks by default.
  expect(accessLog).toMatchObject({ objectLock: null, accessLog: null, versioning: "Enabled" });
  expect(key).toMatchObject({ state: "Enabled", rotation: true });
  expect(itself).toEqual({
    logging: true,
    organization: true,
    multiRegion: true,
    globalEvents: true,
    logFileValidation: true,
    managementEvents: "All",
    bucket,
    prefix: null,
    key: "log-archive/alias/bulkhead-trail",
    tags: { "bulkhead:managed": "true" },
  });
});

test("nothing without its section", () => {
  expect(wantedTrail(estateOfText(""))).toEqual([]);
});

test("it waits for the account that holds the logs", () => {
  const estate = estateOfText("baseline: { trail: {} }", { unknown: ["log-archive"] });
  expect(() => wantedTrail(estate)).toThrow(expect.objectContaining({ code: "Baseline.AccountUnknown" }));
});

test("the trail comes after buckets, key and trusted access; those after the auditors' roles", () => {
  const estate = estateOfText("roles: { look: {} }\nbaseline: { trail: { auditors: [look] } }");
  const wanted = wantedTrail(estate);
  const needsOf = (kind: string, name: string) => {
    const { fields = {}, at = home } = wanted.find((it) => it.kind === kind && it.name === name) ?? {};
    return trail.kinds.find((it) => it.name === kind)?.dependsOn?.({ ...at, kind, name }, fields, null);
  };
  const look = "log-archive/global/role/look";
  expect(needsOf("trail", "bulkhead")).toEqual([
    "management/global/trusted-access/cloudtrail.amazonaws.com",
    `log-archive/eu-central-1/trail-bucket/${bucket}`,
    "log-archive/eu-central-1/trail-key/alias/bulkhead-trail",
  ]);
  expect(needsOf("trail-bucket", bucket)).toEqual([`log-archive/eu-central-1/trail-bucket/${bucket}-access-log`, look]);
  expect(needsOf("trail-bucket", `${bucket}-access-log`)).toEqual([look]);
  expect(needsOf("trail-key", "alias/bulkhead-trail")).toEqual([look]);
});
