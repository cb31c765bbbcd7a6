// Lambda's rules: shares of an alias's calls, dry runs, and preconditions; MiniStack's answers are given.
import { describe, expect, test } from "@jest/globals";
import { jsonAnswer, makeAnswer, readJson } from "../answer.ts";
import type { Backend } from "../backend.ts";
import { parseRequest } from "../request.ts";
import type { Fields } from "../request.ts";
import { aliasWeights, publishPreconditions, updateCodeDryRun } from "./lambda.ts";
import type { Call, Rule } from "./rule.ts";

const functions = "/2015-03-31/functions/orders";

function backendWith(answers: Readonly<Record<string, Fields>>): Backend {
  const forward = ({ url }: { readonly url: string }) => {
    const found = answers[url.replace(functions, "")];
    return Promise.resolve(found === undefined ? makeAnswer(404, "application/json", "{}") : jsonAnswer(found));
  };
  return { forward } as unknown as Backend;
}

function callOf(method: string, path: string, input: Fields = {}): Call {
  const headers = { authorization: "AWS4-HMAC-SHA256 Credential=A/20260101/eu-central-1/lambda/aws4_request" };
  const request = parseRequest(method, `${functions}${path}`, headers, Buffer.from(JSON.stringify(input)));
  return { request, account: "111111111111", caller: "" };
}

/** What reaches MiniStack of a call, as the URL; undefined where the rule answers by itself. */
async function passed(rule: Rule, call: Call): Promise<string | undefined> {
  let url: string | undefined;
  expect(rule.operations).toContain(call.request.name);
  await rule.handle(call, ({ request }) => {
    url = request.url.replace(functions, "");
    return Promise.resolve(jsonAnswer({}));
  });
  return url;
}

describe("an alias with weights", () => {
  const weights = (share: number) =>
    backendWith({ "/aliases/live": { RoutingConfig: { AdditionalVersionWeights: { "2": share } } } });

  test.each([
    [0.1, 2],
    [0.29, 5],
    [0.5, 10],
    [1, 20],
  ])("gives a share of %s exactly that", async (share, expected) => {
    const rule = aliasWeights(weights(share));
    const urls = [];
    for (let call = 0; call < 20; call++) urls.push(await passed(rule, callOf("POST", "/invocations?Qualifier=live")));
    expect(urls.filter((url) => url === "/invocations?Qualifier=2")).toHaveLength(expected);
    expect(urls.filter((url) => url === "/invocations?Qualifier=live")).toHaveLength(20 - expected);
  });

  test("concerns no call of a version, of the function itself, or of an alias without weights", async () => {
    const rule = aliasWeights(backendWith({ "/aliases/live": { FunctionVersion: "1" } }));
    for (const path of ["/invocations", "/invocations?Qualifier=7", "/invocations?Qualifier=live"]) {
      expect(await passed(rule, callOf("POST", path))).toBe(path);
    }
  });
});

describe("what was read before", () => {
  const found = { RevisionId: "r1", CodeSha256: "abc=" };
  const backend = backendWith({ "/configuration": found });

  test("a dry run answers with it, and writes nothing", async () => {
    const rule = updateCodeDryRun(backend);
    expect(await passed(rule, callOf("PUT", "/code", { DryRun: true, ZipFile: "" }))).toBeUndefined();
    const never = () => Promise.reject(new Error("written"));
    const answer = await rule.handle(callOf("PUT", "/code", { DryRun: true }), never);
    expect(readJson(answer)).toEqual(found);
    const stale = rule.handle(callOf("PUT", "/code", { DryRun: true, RevisionId: "r0" }), never);
    await expect(stale).rejects.toMatchObject({ status: 412, code: "PreconditionFailedException" });
    await expect(
      updateCodeDryRun(backendWith({})).handle(callOf("PUT", "/code", { DryRun: true }), never),
    ).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
    expect(await passed(rule, callOf("PUT", "/code", { ZipFile: "" }))).toBe("/code");
  });

  test("must still be so where a version is published on condition", async () => {
    const rule = publishPreconditions(backend);
    for (const input of [{}, { RevisionId: "r1" }, { CodeSha256: "abc=" }]) {
      expect(await passed(rule, callOf("POST", "/versions", input))).toBe("/versions");
    }
    await expect(passed(rule, callOf("POST", "/versions", { RevisionId: "r0" }))).rejects.toMatchObject({
      status: 412,
    });
    await expect(passed(rule, callOf("POST", "/versions", { CodeSha256: "x=" }))).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: expect.stringContaining("is different from current CodeSHA256"),
    });
  });
});
