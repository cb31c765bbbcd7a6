/** Deleting a user who has everything, against the sandbox: in IAM's order, from whatever state it was left in. */

import { describe, expect, it } from "@jest/globals";
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  ListVirtualMFADevicesCommand,
  PutUserPolicyCommand,
  UploadSSHPublicKeyCommand,
  UploadSigningCertificateCommand,
} from "@aws-sdk/client-iam";
import { execFileSync } from "node:child_process";
import { leaverPolicy, leftTag, personTag, selfServicePolicy } from "./model.ts";
import { path, policyArn } from "./testing/iam.ts";
import { key, day, allow, user, done, scriptServiceCredential, useIam } from "./testing/single-changes.ts";

const hands = useIam();
const { group, found, makeKey, callsOf, apply, send, reset } = hands;

describe("a person who is deleted", () => {
  const gone = () => user({ name: "alice", path, tags: { [personTag]: key }, left: day }, null);
  async function makeAlice(): Promise<void> {
    await group("ops");
    const UserName = "alice";
    const Tags = Object.entries({ [personTag]: key, [leftTag]: day }).map(([Key, Value]) => ({ Key, Value }));
    await send(new CreateUserCommand({ UserName, Path: path, Tags }));
    await send(new AttachUserPolicyCommand({ UserName, PolicyArn: policyArn(selfServicePolicy) }));
    await makeKey("alice");
    await makeKey("alice", "Inactive");
    await send(new CreateLoginProfileCommand({ UserName, Password: "correct horse" }));
    await send(new UploadSigningCertificateCommand({ UserName, CertificateBody: certificate }));
    await send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: "ssh-rsa AAAA alice" }));
    for (const VirtualMFADeviceName of ["phone", "tablet"]) {
      const made = await send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName }));
      const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "234567" };
      const SerialNumber = made.VirtualMFADevice?.SerialNumber;
      await send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
    }
    const PolicyDocument = JSON.stringify(allow);
    await send(new PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument }));
    await send(new AddUserToGroupCommand({ UserName, GroupName: "ops" }));
  }
  const devices = async () =>
    (await send(new ListVirtualMFADevicesCommand({}))).VirtualMFADevices?.map((it) => it.SerialNumber);

  it("loses everything in IAM's order, denied before all else", async () => {
    await makeAlice();
    const calls = await callsOf(() => apply(gone()));
    expect(calls.filter((call) => !/:(Get|List)/.test(call))).toEqual([
      "iam:AttachUserPolicy",
      "iam:DeleteLoginProfile",
      "iam:DeleteAccessKey",
      "iam:DeleteAccessKey",
      "iam:DeleteSSHPublicKey",
      "iam:DeleteSigningCertificate",
      ...["phone", "tablet"].flatMap(() => ["iam:TagUser", "iam:DeactivateMFADevice", "iam:DeleteVirtualMFADevice"]),
      "iam:DeleteUserPolicy",
      "iam:RemoveUserFromGroup",
      "iam:DetachUserPolicy",
      "iam:DetachUserPolicy",
      "iam:DeleteUser",
    ]);
    expect(await found("alice")).toBeUndefined();
    expect(await devices()).toEqual([]);
    expect(await apply(gone())).toEqual(done(false));
  });

  it("is gone, devices and all, after the next run, whichever call the first was cut off at", async () => {
    let call = 2;
    for (let cutOff = true; cutOff; call++) {
      await reset();
      await makeAlice();
      let denied = true;
      hands.sandbox.clearCalls();
      // Done and not answered; then nothing more gets through.
      hands.sandbox.faults.at(call, { kind: "cutAfter" });
      hands.sandbox.faults.at(call + 1, { kind: "fail", status: 403, code: "AccessDenied" }, { times: 100 });
      const [outcome] = await apply(gone());
      cutOff = outcome?.status === "failed";
      hands.sandbox.faults.clear();
      const left = await found("alice");
      // From the first write to the last nobody can come in.
      if (call > 2 && left) denied = left.policies.includes(policyArn(leaverPolicy)) || left.policies.length === 0;
      expect({ call, denied }).toEqual({ call, denied: true });
      expect({ call, outcomes: await apply(gone()) }).toEqual({ call, outcomes: done(left !== undefined) });
      expect({ call, user: await found("alice"), devices: await devices() }).toEqual({ call, devices: [] });
    }
    expect(call).toBeGreaterThan(20);
  });

  it("keeps the user who isn't the one that the plan showed", async () => {
    const Tags = [{ Key: personTag, Value: "another" }];
    await send(new CreateUserCommand({ UserName: "alice", Path: path, Tags }));
    expect(await apply(gone())).toEqual([expect.objectContaining({ status: "refused" })]);
    expect(await found("alice")).toBeDefined();
  });

  it("loses service-specific credentials too", async () => {
    await makeAlice();
    const listed = { ServiceSpecificCredentialId: "ACCA0000000000000001", Status: "Inactive" };
    const deletions: unknown[] = [];
    scriptServiceCredential(hands.sandbox, listed, deletions);
    expect(await apply(gone())).toEqual(done());
    expect(deletions).toEqual([
      expect.objectContaining({ UserName: "alice", ServiceSpecificCredentialId: "ACCA0000000000000001" }),
    ]);
  });
});

/** moto looks whether it is one. */
const certificate = execFileSync(
  "openssl",
  ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=alice", "-keyout", "/dev/null"],
  { stdio: ["ignore", "pipe", "ignore"] },
).toString();
