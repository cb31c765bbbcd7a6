// Tests how a request is read: each protocol names its operation elsewhere.
import { describe, expect, test } from "@jest/globals";
import { parseRequest, withInput } from "./request.ts";

const signedFor = (service: string, key = "AKIAEXAMPLE") =>
  `AWS4-HMAC-SHA256 Credential=${key}/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
const form = "application/x-www-form-urlencoded; charset=utf-8";

describe("parseRequest", () => {
  test("JSON: the operation stands in X-Amz-Target", () => {
    const headers = {
      authorization: signedFor("organizations"),
      "x-amz-target": "AWSOrganizationsV20161128.ListAccounts",
    };
    const request = parseRequest("POST", "/", headers, Buffer.from('{"MaxResults":5}'));
    expect(request).toMatchObject({
      protocol: "json",
      name: "organizations:ListAccounts",
      region: "eu-central-1",
      accessKeyId: "AKIAEXAMPLE",
      input: { MaxResults: 5 },
    });
  });

  test("query: the operation is the form's Action", () => {
    const body = Buffer.from("Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A222222222222%3Arole%2Fa");
    const request = parseRequest("POST", "/", { authorization: signedFor("sts"), "content-type": form }, body);
    expect(request).toMatchObject({ protocol: "query", name: "sts:AssumeRole" });
    expect(request.input["RoleArn"]).toBe("arn:aws:iam::222222222222:role/a");
  });

  test("EC2: a query whose errors look different", () => {
    const headers = { authorization: signedFor("ec2"), "content-type": form };
    expect(parseRequest("POST", "/", headers, Buffer.from("Action=DescribeVpcs"))).toMatchObject({
      protocol: "ec2",
      name: "ec2:DescribeVpcs",
    });
  });

  test("REST: the operation is the path, or the route", () => {
    const account = parseRequest("POST", "/putAccountName", { authorization: signedFor("account") }, Buffer.from("{}"));
    expect(account).toMatchObject({ protocol: "rest-json", name: "account:PutAccountName" });
    const bucket = parseRequest("PUT", "/bucket?versioning", { authorization: signedFor("s3") }, Buffer.alloc(0));
    expect(bucket).toMatchObject({ protocol: "rest-xml", name: "s3:PUT /bucket" });
  });

  test.each([
    ["POST", "/2015-03-31/functions/", "CreateFunction"],
    ["GET", "/2015-03-31/functions/orders?Qualifier=live", "GetFunction"],
    ["PUT", "/2015-03-31/functions/orders/aliases/live", "UpdateAlias"],
    ["POST", "/2015-03-31/functions/arn%3Aaws%3Alambda/invocations", "Invoke"],
    ["GET", "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aeu-central-1%3A1%3Afunction%3Aorders", "ListTags"],
    ["DELETE", "/2015-03-31/event-source-mappings/1-2-3", "DeleteEventSourceMapping"],
    ["GET", "/2015-03-31/functions/orders/unheard-of", "GET /2015-03-31/functions/orders/unheard-of"],
  ])("Lambda: %s %s is %s", (method, path, operation) => {
    const request = parseRequest(method, path, { authorization: signedFor("lambda") }, Buffer.alloc(0));
    expect(request.name).toBe(`lambda:${operation}`);
  });

  test("a presigned URL carries the credential", () => {
    const url = "/bucket/key?X-Amz-Credential=AKIAOTHER%2F20260101%2Fus-east-1%2Fs3%2Faws4_request";
    expect(parseRequest("GET", url, {}, Buffer.alloc(0))).toMatchObject({ service: "s3", accessKeyId: "AKIAOTHER" });
  });

  test("an unsigned call has no key, and a body that isn't JSON no input", () => {
    const request = parseRequest("POST", "/", { "x-amz-target": "X.Y" }, Buffer.from("not json"));
    expect(request).toMatchObject({ service: "unsigned", accessKeyId: undefined, input: {} });
    const federated = parseRequest("POST", "/", { "content-type": form }, Buffer.from("Action=AssumeRoleWithSAML"));
    expect(federated.name).toBe("sts:AssumeRoleWithSAML");
  });
});

test("withInput changes the body too", () => {
  const request = parseRequest("POST", "/", { "x-amz-target": "X.Y" }, Buffer.from('{"a":1}'));
  expect(withInput(request, { b: 2 }).body.toString()).toBe('{"b":2}');
});
