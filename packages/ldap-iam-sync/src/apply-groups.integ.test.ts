/** Single changes of groups against the sandbox. */

import { describe, expect, it } from "@jest/globals";
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateUserCommand,
  PutGroupPolicyCommand,
} from "@aws-sdk/client-iam";
import type { JsonObject } from "@bulkhead/core";
import { kinds } from "./model.ts";
import { path, policyArn } from "./testing/iam.ts";
import { allow, change, user, active, done, useIam } from "./testing/single-changes.ts";

const hands = useIam();
const { policy, group, found, callsOf, apply, send, read } = hands;

describe("a group", () => {
  const create = (policies: JsonObject) => change(kinds.group, "ops", null, { name: "ops", path, policies });

  it("is made with its policies, and finished where a run was cut off", async () => {
    await policy("bulkhead-access-ops-1", allow);
    const wanted = create({ "bulkhead-access-ops-1": true });
    await group("ops");
    expect(await apply(wanted)).toEqual(done());
    expect((await read()).groups).toEqual([
      { name: "ops", path, policies: [policyArn("bulkhead-access-ops-1")], inlinePolicies: [] },
    ]);
    expect(await apply(wanted)).toEqual(done(false));
  });

  it("is not taken from somebody else", async () => {
    await group("Ops", "/");
    const taken = { status: "failed", error: expect.objectContaining({ code: "Users.NameTaken" }) };
    expect(await apply(create({}))).toEqual([expect.objectContaining(taken)]);
  });

  it("loses a policy before it gets another", async () => {
    for (const name of ["bulkhead-access-ops-1", "bulkhead-access-ops-2"]) await policy(name, allow);
    await apply(create({ "bulkhead-access-ops-1": true }));
    const fields = (one: boolean, two: boolean): JsonObject => ({
      name: "ops",
      path,
      policies: { "bulkhead-access-ops-1": one, "bulkhead-access-ops-2": two },
    });
    const calls = await callsOf(() => apply(change(kinds.group, "ops", fields(true, false), fields(false, true))));
    expect(calls.slice(-2)).toEqual(["iam:DetachGroupPolicy", "iam:AttachGroupPolicy"]);
  });

  it("is deleted with all that it has", async () => {
    await policy("bulkhead-access-ops-1", allow);
    await apply(create({ "bulkhead-access-ops-1": true }));
    await apply(user(null, active("alice", { groups: { ops: true } })));
    expect(await apply(change(kinds.group, "ops", { name: "ops", path }, null))).toEqual(done());
    expect((await read()).groups).toEqual([]);
    expect(await found("alice")).toMatchObject({ groups: [] });
  });

  it.each([
    ["somebody else's user", "robot"],
    ["a policy given by hand", policyArn("by-hand")],
    ["an inline policy", "own"],
  ])("that got %s since the plan is kept whole", async (_, stranger) => {
    const GroupName = "ops";
    await policy("bulkhead-access-ops-1", allow);
    await apply(create({ "bulkhead-access-ops-1": true }));
    await apply(user(null, active("alice", { groups: { ops: true } })));
    if (stranger === "robot") {
      await send(new CreateUserCommand({ UserName: stranger }));
      await send(new AddUserToGroupCommand({ GroupName, UserName: stranger }));
    } else if (stranger === "own") {
      const PolicyDocument = JSON.stringify(allow);
      await send(new PutGroupPolicyCommand({ GroupName, PolicyName: stranger, PolicyDocument }));
    } else {
      await policy("by-hand", allow);
      await send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: stranger }));
    }
    const before = await read();
    const error = { code: "Users.GroupInUse", message: expect.stringContaining(stranger) };
    expect(await apply(change(kinds.group, "ops", { name: "ops", path }, null))).toMatchObject([
      { status: "failed", error },
    ]);
    expect(await read()).toEqual(before);
  });
});
