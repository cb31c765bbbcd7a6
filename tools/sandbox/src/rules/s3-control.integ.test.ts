// S3 Control in the sandbox: its host names lead here, and moto takes the call for what it is.
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startSandbox } from "../index.ts";
import type { Sandbox } from "../index.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => sandbox.stop());

it("takes the account before the host's name", async () => {
  const { AWS_ENDPOINT_URL_S3_CONTROL: endpoint = "", AWS_ACCESS_KEY_ID: key = "" } = sandbox.env;
  const url = `${endpoint.replace("//", "//111111111111.")}/v20180820/configuration/publicAccessBlock`;
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/eu-central-1/s3/aws4_request, Signature=0`,
    "x-amz-account-id": "111111111111",
  };
  const before = await fetch(url, { headers });
  expect({ status: before.status, text: await before.text() }).toEqual({
    status: 404,
    text: expect.stringContaining("NoSuchPublicAccessBlockConfiguration"),
  });
  const body =
    "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>";
  expect((await fetch(url, { method: "PUT", headers, body })).ok).toBe(true);
  expect(await (await fetch(url, { headers })).text()).toContain("<BlockPublicAcls>true</BlockPublicAcls>");
});
