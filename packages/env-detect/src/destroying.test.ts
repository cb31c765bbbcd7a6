import { expect, test } from "@jest/globals";
import { destroys } from "./destroying.ts";

const call = (name: string, input: Record<string, unknown> = {}) => {
  const [service = "", operation = ""] = name.split(":");
  return { service, operation, input };
};

test.each([
  "S3:DeleteBucket",
  "S3:DeleteObjects",
  "EC2:TerminateInstances",
  "EC2:ReleaseAddress",
  "EC2:DisassociateRouteTable",
  "KMS:ScheduleKeyDeletion",
  "KMS:DisableKey",
  "IAM:RemoveUserFromGroup",
  "IAM:DetachRolePolicy",
  "ECR:BatchDeleteImage",
  "SQS:PurgeQueue",
  "Organizations:CloseAccount",
  "CloudWatch:DeleteAlarms",
])("%s destroys", (name) => expect(destroys(call(name))).toBe(true));

test.each([
  "S3:PutObject",
  "S3:ListBuckets",
  "EC2:DescribeInstances",
  "EC2:StopInstances",
  "SQS:DeleteMessage",
  "SQS:DeleteMessageBatch",
  "Example:DisabledThings",
  "Example:Deleted",
])("%s doesn't", (name) => expect(destroys(call(name))).toBe(false));

test("a dry run doesn't", () => {
  expect(destroys(call("EC2:TerminateInstances", { DryRun: true }))).toBe(false);
});

test("writes of DynamoDB do when they delete items", () => {
  expect(destroys(call("DynamoDB:BatchWriteItem", { RequestItems: { t: [{ PutRequest: {} }] } }))).toBe(false);
  expect(
    destroys(call("DynamoDB:BatchWriteItem", { RequestItems: { t: [{ PutRequest: {} }, { DeleteRequest: {} }] } })),
  ).toBe(true);
  expect(destroys(call("DynamoDB:TransactWriteItems", { TransactItems: [{ Put: {} }] }))).toBe(false);
  expect(destroys(call("DynamoDB:TransactWriteItems", { TransactItems: [{ Put: {} }, { Delete: {} }] }))).toBe(true);
});
