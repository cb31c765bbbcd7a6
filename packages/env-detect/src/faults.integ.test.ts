/** Metadata services and APIs that misbehave: detection notes it, says why, and never believes or waits too long. */

import { describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { createSign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestListener } from "node:http";
import { detectIn } from "./detect-in.ts";
import {
  document,
  halfAnswer,
  redirect,
  serve,
  serveAws,
  serveImds,
  silence,
  status,
  text,
} from "./testing/servers.ts";
import { ec2Files, keys, surroundings } from "./testing/surroundings.ts";

async function unanswered(env: NodeJS.ProcessEnv, files: Record<string, string> = {}) {
  const found = await detectIn(surroundings(env, files), {});
  expect(found.account.value).toBeUndefined();
  return found.unanswered;
}

describe("IMDS", () => {
  test.each<[string, Parameters<typeof serveImds>[0], string]>([
    [
      "never answers, as beyond a hop limit of 1",
      { token: silence },
      "no answer within 270 ms (in a container: is the instance's metadata hop limit 1?)",
    ],
    ["knows version 1 only", { token: status(404) }, "it gave no IMDSv2 token (HTTP 404)"],
    ["refuses the token", { token: status(403) }, "it gave no IMDSv2 token (HTTP 403)"],
    ["gives a token that is none", { token: text("a\r\nb: c") }, "the connection failed (ERR_INVALID_CHAR)"],
    ["hangs after the token", { document: silence }, "no answer within 270 ms"],
    ["ends half-way", { document: halfAnswer }, "no answer within 270 ms"],
    ["cuts the connection", { document: (request) => request.destroy() }, "the connection failed (ECONNRESET)"],
    ["has no document", { document: status(404) }, "it answered HTTP 404"],
    ["answers HTML", { document: "<html>hello</html>" }, "it answered what is no instance identity document"],
    ["answers other JSON", { document: '{"accountId":5}' }, "it answered what is no instance identity document"],
    ["answers a megabyte", { document: "x".repeat(1024 * 1024) }, "it answered more than 64 kB"],
  ])("that %s", async (_what, behaviour, reason) => {
    await using imds = await serveImds(behaviour);
    const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url };
    expect(await unanswered(env, ec2Files)).toEqual([{ source: "instance metadata", reason }]);
  });

  test("that redirects is not followed", async () => {
    await using elsewhere = await serve(text(JSON.stringify(document)));
    await using imds = await serveImds({ document: redirect(elsewhere.url) });
    expect(await unanswered({ AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url })).toEqual([
      { source: "instance metadata", reason: "it answered HTTP 302" },
    ]);
    expect(elsewhere.requests).toEqual([]);
  });

  test("that isn't there is refused at once", async () => {
    const gone = await serve(silence);
    await gone[Symbol.asyncDispose]();
    expect(await unanswered({ AWS_EC2_METADATA_SERVICE_ENDPOINT: gone.url })).toEqual([
      { source: "instance metadata", reason: "the connection was refused" },
    ]);
  });

  test.each(["nonsense", "ftp://169.254.169.254"])("at %s is not asked", async (address) => {
    expect(await unanswered({ AWS_EC2_METADATA_SERVICE_ENDPOINT: address })).toEqual([
      { source: "instance metadata", reason: expect.stringContaining("its address is not") },
    ]);
  });

  test("is never asked through a proxy, which would reach another machine's", async () => {
    await using proxy = await serve(silence);
    await using imds = await serveImds();
    const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url, http_proxy: proxy.url, NODE_USE_ENV_PROXY: "1" };
    const found = await detectIn(surroundings(env), {});
    expect(found.account.value).toBe("111111111111");
    expect(proxy.requests).toEqual([]);
  });
});

describe("a signed identity document", () => {
  const folder = mkdtempSync(join(tmpdir(), "env-detect-"));
  const [keyFile, certificateFile] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-keyout", keyFile, "-out", certificateFile],
    { stdio: "ignore" },
  );
  const [key, certificate] = [readFileSync(keyFile), readFileSync(certificateFile, "utf8")];
  rmSync(folder, { recursive: true });
  const truth = JSON.stringify(document, null, 2);
  const signature = createSign("RSA-SHA256").update(truth).sign(key, "base64").replace(/.{64}/g, "$&\n");
  const options = { verifySignature: true, certificates: { "eu-central-1": certificate } };

  test("is proof", async () => {
    await using imds = await serveImds({ document: truth, signature });
    const found = await detectIn(surroundings({ AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url }), options);
    expect(found.account).toMatchObject({ value: "111111111111", trust: "proof" });
  });

  test.each([
    ["lies about the account", truth.replace("111111111111", "222222222222"), signature],
    ["is signed by nobody", truth, ""],
    ["is signed by somebody else than AWS", truth, signature, { verifySignature: true }],
  ])("that %s is an error", async (_what, lie, by, as = options) => {
    await using imds = await serveImds({ document: lie, signature: by });
    await expect(detectIn(surroundings({ AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url }), as)).rejects.toMatchObject({
      code: "EnvDetect.BadSignature",
      message: expect.stringContaining("AWS's key for eu-central-1 didn't sign it"),
    });
  });
});

describe("ECS metadata", () => {
  test.each<[string, RequestListener, string]>([
    ["never answers", silence, "no answer within 270 ms"],
    ["answers HTML", text("<html>"), "it answered what is no task's metadata"],
    ["answers null", text("null"), "it answered what is no task's metadata"],
    ["names no task", text('{"TaskARN":"task"}'), "it answered what is no task's metadata"],
    ["fails", status(500), "it answered HTTP 500"],
  ])("that %s", async (_what, listener, reason) => {
    await using task = await serve(listener);
    expect(await unanswered({ ECS_CONTAINER_METADATA_URI_V4: task.url })).toEqual([
      { source: "ECS task metadata", reason },
    ]);
  });
});

describe("STS", () => {
  const asked = "GetCallerIdentity (the keys in the variables)";

  test.each<[string, RequestListener, string]>([
    ["answers nonsense", text("hello"), "it answered what makes no sense (HTTP 200)"],
    ["answers an account that is none", text("<Account>12</Account>"), "it answered what makes no sense (HTTP 200)"],
    ["redirects", redirect("http://example.com"), "it answered what makes no sense (HTTP 302)"],
    ["answers a megabyte", text("<Account>111111111111</Account>".padEnd(1024 * 1024)), "it answered more than 64 kB"],
  ])("that %s", async (_what, listener, reason) => {
    await using sts = await serve(listener);
    expect(await unanswered({ ...keys("AKIAOLD"), AWS_ENDPOINT_URL_STS: sts.url })).toEqual([
      { source: asked, reason },
    ]);
  });

  test("that refuses leaves the key id's hint, which satisfies nobody", async () => {
    await using sts = await serveAws({});
    const found = await detectIn(surroundings({ ...keys("ASIAY34FZKBOKMUTVV7A"), AWS_ENDPOINT_URL: sts.url }), {});
    expect(found.account).toMatchObject({ value: "609629065308", trust: "hint" });
    expect(found.unanswered).toEqual([{ source: asked, reason: "it answered InvalidClientTokenId (HTTP 403)" }]);
  });

  test("is not asked in a region that could be another host", async () => {
    await using sts = await serveAws({ AKIADEV: "111111111111" });
    const env = { ...keys("AKIADEV"), AWS_REGION: "x.example/", AWS_ENDPOINT_URL_STS: sts.url };
    const found = await detectIn(surroundings(env), {});
    expect(found.account.value).toBe("111111111111");
    expect(sts.headers[0]?.authorization).toContain("/us-east-1/sts/");
    expect(found.unanswered).toEqual([{ source: "/bulkhead/account in SSM", reason: "no region is set to ask in" }]);
  });
});
