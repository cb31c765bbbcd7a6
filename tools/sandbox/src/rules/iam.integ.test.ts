// Tests the rules of IAM through the AWS SDK.
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteGroupCommand,
  DeleteLoginProfileCommand,
  DeletePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachUserPolicyCommand,
  EnableMFADeviceCommand,
  GetAccountAuthorizationDetailsCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListServiceSpecificCredentialsCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startSandbox } from "../index.ts";
import type { Sandbox } from "../index.ts";

const DENY = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }] });

let sandbox: Sandbox;
let iam: IAMClient;
beforeAll(async () => {
  sandbox = await startSandbox();
  iam = new IAMClient({
    endpoint: sandbox.endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: sandbox.env["AWS_ACCESS_KEY_ID"]!, secretAccessKey: "any" },
  });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.stop());

const createUser = (name: string) => iam.send(new CreateUserCommand({ UserName: name }));
const createPolicy = async (name: string): Promise<string> =>
  (await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: DENY }))).Policy!.Arn!;

describe("GetAccountAuthorizationDetails", () => {
  const page = (MaxItems?: number, Marker?: string) =>
    iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ["User", "Group", "LocalManagedPolicy"], MaxItems, Marker }),
    );

  test("goes through users, groups and policies page by page", async () => {
    for (const name of ["a", "b", "c"]) await createUser(name);
    await iam.send(new CreateGroupCommand({ GroupName: "g" }));
    const arn = await createPolicy("p");
    await iam.send(new AttachUserPolicyCommand({ UserName: "a", PolicyArn: arn }));

    const first = await page(2);
    expect(first.UserDetailList?.map(({ UserName }) => UserName)).toEqual(["a", "b"]);
    expect(first.UserDetailList?.[0]?.AttachedManagedPolicies).toEqual([{ PolicyName: "p", PolicyArn: arn }]);
    expect(first.IsTruncated).toBe(true);
    const second = await page(2, first.Marker);
    expect(second.UserDetailList?.map(({ UserName }) => UserName)).toEqual(["c"]);
    expect(second.GroupDetailList?.map(({ GroupName }) => GroupName)).toEqual(["g"]);
    const third = await page(2, second.Marker);
    expect(third.Policies?.map(({ Arn }) => Arn)).toEqual([arn]);
    expect([third.IsTruncated, third.Marker]).toEqual([false, undefined]);
  });

  test("refuses more than 1,000 items and markers of others", async () => {
    await expect(page(1_001)).rejects.toMatchObject({ name: "ValidationError" });
    await expect(page(10, "from elsewhere")).rejects.toMatchObject({ name: "ValidationError" });
  });
});

describe("names", () => {
  test("of users and groups are taken in any case", async () => {
    await createUser("alice");
    await createUser("bob");
    await iam.send(new CreateGroupCommand({ GroupName: "ops" }));
    const taken = { name: "EntityAlreadyExistsException" };
    await expect(createUser("Alice")).rejects.toMatchObject(taken);
    await expect(iam.send(new CreateGroupCommand({ GroupName: "OPS" }))).rejects.toMatchObject(taken);
    const rename = (NewUserName: string) => iam.send(new UpdateUserCommand({ UserName: "bob", NewUserName }));
    await expect(rename("ALICE")).rejects.toMatchObject(taken);
    await rename("Bob");
    expect((await iam.send(new GetUserCommand({ UserName: "Bob" }))).User?.UserName).toBe("Bob");
  });
});

describe("a user", () => {
  test("keeps tags and keys when it is renamed and moved", async () => {
    const Tags = [{ Key: "who & what", Value: "a <b>" }];
    await iam.send(new CreateUserCommand({ UserName: "alice", Tags }));
    await iam.send(new CreateAccessKeyCommand({ UserName: "alice" }));
    await iam.send(new UpdateUserCommand({ UserName: "alice", NewUserName: "alicia", NewPath: "/people/" }));
    expect((await iam.send(new GetUserCommand({ UserName: "alicia" }))).User).toMatchObject({ Path: "/people/", Tags });
    expect((await iam.send(new ListAccessKeysCommand({ UserName: "alicia" }))).AccessKeyMetadata).toHaveLength(1);
  });

  test("has no service-specific credentials", async () => {
    await createUser("alice");
    const listed = await iam.send(new ListServiceSpecificCredentialsCommand({ UserName: "alice" }));
    expect(listed.ServiceSpecificCredentials).toEqual([]);
  });
});

describe("deleting", () => {
  const user = { UserName: "alice" };
  const conflict = (message: string) => ({
    name: "DeleteConflictException",
    message: expect.stringContaining(message),
  });

  test("a user needs all that it has gone", async () => {
    await createUser("alice");
    const PolicyArn = await createPolicy("p");
    await iam.send(new CreateGroupCommand({ GroupName: "ops" }));
    const made = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "phone" }));
    const SerialNumber = made.VirtualMFADevice!.SerialNumber!;
    const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "234567" };
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand(user));
    await iam.send(new CreateLoginProfileCommand({ ...user, Password: "correct horse" }));
    await iam.send(new EnableMFADeviceCommand({ ...user, SerialNumber, ...codes }));
    await iam.send(new PutUserPolicyCommand({ ...user, PolicyName: "own", PolicyDocument: DENY }));
    await iam.send(new AttachUserPolicyCommand({ ...user, PolicyArn }));
    await iam.send(new AddUserToGroupCommand({ ...user, GroupName: "ops" }));

    const remove = () => iam.send(new DeleteUserCommand(user));
    await expect(remove()).rejects.toMatchObject(conflict("login profile"));
    await iam.send(new DeleteLoginProfileCommand(user));
    await expect(remove()).rejects.toMatchObject(conflict("access keys"));
    await iam.send(new DeleteAccessKeyCommand({ ...user, AccessKeyId: AccessKey!.AccessKeyId }));
    await expect(remove()).rejects.toMatchObject(conflict("MFA device"));
    await iam.send(new DeactivateMFADeviceCommand({ ...user, SerialNumber }));
    await expect(remove()).rejects.toMatchObject(conflict("must delete policies"));
    await iam.send(new DeleteUserPolicyCommand({ ...user, PolicyName: "own" }));
    await expect(remove()).rejects.toMatchObject(conflict("detach all policies"));
    await iam.send(new DetachUserPolicyCommand({ ...user, PolicyArn }));
    await expect(remove()).rejects.toMatchObject(conflict("from group"));
    await iam.send(new RemoveUserFromGroupCommand({ ...user, GroupName: "ops" }));
    await remove();
    await expect(iam.send(new GetUserCommand(user))).rejects.toMatchObject({ name: "NoSuchEntityException" });
  });

  test("a group or a policy needs everything detached", async () => {
    await createUser("alice");
    const PolicyArn = await createPolicy("p");
    await iam.send(new CreateGroupCommand({ GroupName: "ops" }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: "ops", PolicyArn }));
    await iam.send(new AddUserToGroupCommand({ ...user, GroupName: "ops" }));

    const removeGroup = () => iam.send(new DeleteGroupCommand({ GroupName: "ops" }));
    const removePolicy = () => iam.send(new DeletePolicyCommand({ PolicyArn }));
    await expect(removePolicy()).rejects.toMatchObject(conflict("detach all policies"));
    await expect(removeGroup()).rejects.toMatchObject(conflict("from group"));
    await iam.send(new RemoveUserFromGroupCommand({ ...user, GroupName: "ops" }));
    await expect(removeGroup()).rejects.toMatchObject(conflict("detach all policies"));
    await iam.send(new DetachGroupPolicyCommand({ GroupName: "ops", PolicyArn }));
    await removePolicy();
    await removeGroup();
    await expect(removeGroup()).rejects.toMatchObject({ name: "NoSuchEntityException" });
  });
});
