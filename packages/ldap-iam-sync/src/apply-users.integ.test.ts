/** Single changes of people who come and change: what each asks of IAM, from whatever state it was left in. */

import { beforeEach, describe, expect, it } from "@jest/globals";
import { CreateUserCommand } from "@aws-sdk/client-iam";
import { personTag, selfServicePolicy } from "./model.ts";
import { path, policyArn } from "./testing/iam.ts";
import { key, user, active, done, useIam } from "./testing/single-changes.ts";

const hands = useIam();
const { group, found, keysOf, makeKey, callsOf, apply, send } = hands;

describe("a person who comes", () => {
  it("is one user with path, tags, policy and group, in four calls", async () => {
    await group("ops");
    const calls = await callsOf(() => apply(user(null, active("alice", { groups: { ops: true } }))));
    expect(calls).toEqual(["iam:GetUser", "iam:CreateUser", "iam:AttachUserPolicy", "iam:AddUserToGroup"]);
    expect(await found("alice")).toEqual({
      name: "alice",
      path,
      tags: { [personTag]: key, Email: "alice@example.com" },
      groups: ["ops"],
      policies: [policyArn(selfServicePolicy)],
    });
    expect(await apply(user(null, active("alice", { groups: { ops: true } })))).toEqual(done(false));
  });

  it("is finished where a run was cut off", async () => {
    await group("ops");
    const Tags = [
      { Key: personTag, Value: key },
      { Key: "Email", Value: "alice@example.com" },
    ];
    await send(new CreateUserCommand({ UserName: "alice", Path: path, Tags }));
    expect(await apply(user(null, active("alice", { groups: { ops: true } })))).toEqual(done());
    expect(await found("alice")).toMatchObject({ groups: ["ops"], policies: [policyArn(selfServicePolicy)] });
  });

  it("never takes a user that somebody else has, whatever the case of the name", async () => {
    await send(new CreateUserCommand({ UserName: "Alice", Path: "/", Tags: [] }));
    const taken = { status: "failed", error: expect.objectContaining({ code: "Users.NameTaken" }) };
    expect(await apply(user(null, active("alice")))).toEqual([expect.objectContaining(taken)]);
    expect(await apply(user(null, active("Alice")))).toEqual([expect.objectContaining({ status: "refused" })]);
    expect(await found("Alice")).toMatchObject({ path: "/", tags: {}, policies: [] });
  });

  it("is waited for where IAM doesn't know everywhere yet what it has made", async () => {
    const lag = { kind: "fail", status: 404, code: "NoSuchEntity" } as const;
    hands.sandbox.faults.at(1, lag, { operation: "iam:AttachUserPolicy", times: 2 });
    const busy = { kind: "fail", status: 409, code: "EntityTemporarilyUnmodifiable" } as const;
    await group("ops");
    hands.sandbox.faults.at(1, busy, { operation: "iam:AddUserToGroup" });
    expect(await apply(user(null, active("alice", { groups: { ops: true } })))).toEqual(done());
    expect(await found("alice")).toMatchObject({ groups: ["ops"], policies: [policyArn(selfServicePolicy)] });
  });
});

describe("a person who changes", () => {
  beforeEach(async () => {
    for (const name of ["ops", "dev"]) await group(name);
    await apply(user(null, active("alice", { groups: { ops: true } })));
  });

  it("takes two calls for a tag or a name, and three for a group", async () => {
    const before = active("alice", { groups: { ops: true, dev: false } });
    const tagged = { ...before, tags: { [personTag]: key, Email: "a@example.com" } };
    expect(await callsOf(() => apply(user(before, tagged)))).toEqual(["iam:GetUser", "iam:TagUser"]);
    const joined = { ...tagged, groups: { ops: true, dev: true } };
    expect(await callsOf(() => apply(user(tagged, joined)))).toEqual([
      "iam:GetUser",
      "iam:ListGroupsForUser",
      "iam:AddUserToGroup",
    ]);
    const accessKey = await makeKey("alice");
    const renamed = { ...joined, name: "alicia" };
    expect(await callsOf(() => apply(user(joined, renamed)))).toEqual(["iam:GetUser", "iam:UpdateUser"]);
    expect(await keysOf("alicia")).toEqual({ [accessKey]: "Active" });
    expect(await found("alicia")).toMatchObject({ groups: ["ops", "dev"], tags: tagged.tags });
  });

  it("leaves groups before joining others, and is found by either name", async () => {
    const before = active("alice", { groups: { ops: true, dev: false } });
    const after = active("alicia", { groups: { ops: false, dev: true } });
    const calls = await callsOf(() => apply(user(before, after)));
    expect(calls.slice(-4)).toEqual(["iam:TagUser", "iam:RemoveUserFromGroup", "iam:AddUserToGroup", "iam:UpdateUser"]);
    expect(await apply(user(before, after))).toEqual(done(false));
  });

  it("is refused where somebody changed the same since", async () => {
    const before = active("alice", { groups: { ops: false, dev: false } });
    const after = active("alice", { groups: { ops: false, dev: true } });
    expect(await apply(user(before, after))).toEqual([expect.objectContaining({ status: "refused" })]);
  });

  it("is adopted with keys and all", async () => {
    await send(new CreateUserCommand({ UserName: "Bob" }));
    const accessKey = await makeKey("Bob");
    const before = { ...active("Bob"), path: "/", tags: {}, selfService: false };
    expect(await apply(user(before, active("bob")))).toEqual(done());
    expect(await found("bob")).toEqual({
      name: "bob",
      path,
      tags: { [personTag]: key, Email: "bob@example.com" },
      groups: [],
      policies: [policyArn(selfServicePolicy)],
    });
    expect(await keysOf("bob")).toEqual({ [accessKey]: "Active" });
  });
});
