/** Shutting people out and letting them in again, against the sandbox. */

import { beforeEach, describe, expect, it } from "@jest/globals";
import { CreateLoginProfileCommand, GetLoginProfileCommand } from "@aws-sdk/client-iam";
import { userFields } from "./fields.ts";
import { keysTag, leaverPolicy, leftTag, personTag, selfServicePolicy, type FoundUser } from "./model.ts";
import { path, policyArn } from "./testing/iam.ts";
import { key, day, user, active, leaver, done, scriptServiceCredential, useIam } from "./testing/single-changes.ts";

const hands = useIam();
const { found, keysOf, makeKey, callsOf, apply, send } = hands;

describe("a person who leaves", () => {
  beforeEach(async () => {
    await apply(user(null, active("alice")));
    await send(new CreateLoginProfileCommand({ UserName: "alice", Password: "correct horse" }));
  });
  const leave = () => apply(user(leaver("alice", null), leaver("alice", day)));

  it("is denied first, and marked last", async () => {
    const on = await makeKey("alice");
    const off = await makeKey("alice", "Inactive");
    const calls = await callsOf(() => leave());
    expect(calls.filter((call) => !/:(Get|List)/.test(call))).toEqual([
      "iam:AttachUserPolicy",
      "iam:TagUser",
      "iam:UpdateAccessKey",
      "iam:DeleteLoginProfile",
      "iam:TagUser",
    ]);
    expect(await keysOf("alice")).toEqual({ [on]: "Inactive", [off]: "Inactive" });
    expect(await found("alice")).toMatchObject({
      tags: { [keysTag]: on, [leftTag]: day },
      policies: expect.arrayContaining([policyArn(leaverPolicy), policyArn(selfServicePolicy)]),
    });
    await expect(send(new GetLoginProfileCommand({ UserName: "alice" }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
    expect(await leave()).toEqual(done(false));
  });

  it("loses keys and password even where IAM takes no policy more, and the next run denies", async () => {
    const on = await makeKey("alice");
    const full = { kind: "fail", status: 409, code: "LimitExceeded", message: "PoliciesPerUser: 10" } as const;
    hands.sandbox.faults.at(1, full, { operation: "iam:AttachUserPolicy" });
    expect(await leave()).toMatchObject([{ status: "failed", error: { code: "Users.TooManyPolicies" } }]);
    expect(await keysOf("alice")).toEqual({ [on]: "Inactive" });
    await expect(send(new GetLoginProfileCommand({ UserName: "alice" }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
    expect((await found("alice"))?.tags).toEqual(expect.not.objectContaining({ [leftTag]: day }));
    expect(await leave()).toEqual(done());
    expect(await found("alice")).toMatchObject({ tags: { [keysTag]: on, [leftTag]: day } });
  });

  it("gets the keys back where IAM took no policy more", async () => {
    const on = await makeKey("alice");
    const full = { kind: "fail", status: 409, code: "LimitExceeded", message: "PoliciesPerUser: 10" } as const;
    hands.sandbox.faults.at(1, full, { operation: "iam:AttachUserPolicy" });
    await leave();
    const halfWay = await found("alice");
    expect(userFields(halfWay as FoundUser, { path, groups: [] })).toMatchObject({ denied: true, left: null });
    expect(await apply(user(active("alice", { denied: true }), active("alice")))).toEqual(done());
    expect(await keysOf("alice")).toEqual({ [on]: "Active" });
    expect((await found("alice"))?.tags).toEqual({ [personTag]: key, Email: "alice@example.com" });
  });

  it("gets back exactly the keys that were active", async () => {
    const on = await makeKey("alice");
    const off = await makeKey("alice", "Inactive");
    await leave();
    const before = active("alice", { denied: true, left: day });
    const calls = await callsOf(() => apply(user(before, active("alice"))));
    expect(calls.filter((call) => !/:(Get|List)/.test(call))).toEqual([
      "iam:UpdateAccessKey",
      "iam:DetachUserPolicy",
      "iam:UntagUser",
    ]);
    expect(await keysOf("alice")).toEqual({ [on]: "Active", [off]: "Inactive" });
    expect(await found("alice")).toEqual({
      name: "alice",
      path,
      tags: { [personTag]: key, Email: "alice@example.com" },
      groups: [],
      policies: [policyArn(selfServicePolicy)],
    });
  });

  it("keeps the list of keys where a run was cut off among them", async () => {
    const first = await makeKey("alice");
    const second = await makeKey("alice");
    hands.sandbox.faults.at(2, { kind: "cut" }, { operation: "iam:UpdateAccessKey", times: 3 });
    expect(await leave()).toEqual([expect.objectContaining({ status: "failed" })]);
    expect(await leave()).toEqual(done());
    expect((await found("alice"))?.tags[keysTag]?.split(" ").sort()).toEqual([first, second].sort());
    await apply(user(active("alice", { denied: true, left: day }), active("alice")));
    expect(await keysOf("alice")).toEqual({ [first]: "Active", [second]: "Active" });
  });

  it("loses credentials of services as well, and gets them back", async () => {
    const listed = { ServiceSpecificCredentialId: "ACCA0000000000000001", Status: "Active" };
    const updates: unknown[] = [];
    scriptServiceCredential(hands.sandbox, listed, updates);
    await leave();
    listed.Status = "Inactive";
    await apply(user(active("alice", { denied: true, left: day }), active("alice")));
    const asked = { UserName: "alice", ServiceSpecificCredentialId: listed.ServiceSpecificCredentialId };
    expect(updates).toEqual([
      expect.objectContaining({ ...asked, Status: "Inactive" }),
      expect.objectContaining({ ...asked, Status: "Active" }),
    ]);
  });
});
