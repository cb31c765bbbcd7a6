/** Layers on the sandbox: each bundle is published once, and found again by its digest. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { GetLayerVersionCommand, LambdaClient, ListLayerVersionsCommand } from "@aws-sdk/client-lambda";
import { silent } from "@bulkhead/core";
import { createAccess, noDiskCache, type Access } from "@bulkhead/credentials";
import { MANAGEMENT_ACCOUNT, startSandbox, type Sandbox } from "@bulkhead/sandbox";
import { codeFolder, type CodeFolder } from "../testing/code.ts";
import { ensureLayers, planLayer } from "./layers.ts";
import type { LayerDeclaration } from "./model.ts";

const place = { account: MANAGEMENT_ACCOUNT, region: "eu-central-1" };
let sandbox: Sandbox;
let access: Access;
let code: CodeFolder;
beforeAll(async () => {
  sandbox = await startSandbox({ stacks: true });
  Object.assign(process.env, sandbox.env);
});
beforeEach(async () => {
  await sandbox.reset();
  code = codeFolder({ "layer/python/shared.py": "WORD = 'one'\n" });
  access = createAccess({
    ...{ profile: undefined, region: place.region, accessRole: "", disk: noDiskCache, report: silent },
  });
  // Whose the key is is asked once a run.
  await access.identity();
  sandbox.clearCalls();
});
afterEach(() => {
  access.close();
  code[Symbol.dispose]();
});
afterAll(async () => sandbox[Symbol.asyncDispose]());

const layer = (more: Partial<LayerDeclaration> = {}): LayerDeclaration => ({
  key: "shared",
  name: "shop-shared",
  code: { path: code.path("layer"), runtimes: ["python3.13"], where: undefined },
  architectures: [],
  ...more,
});
const runWith = (bucket?: { readonly name: string; readonly create: boolean }) => ({
  ...{ access, place },
  target: { artifactBucket: bucket },
});
const deploy = async (run = runWith(), declaration = layer()) => {
  const arns = await ensureLayers(run, [await planLayer(run, declaration, code.root)]);
  return arns.get(declaration.key);
};
const byHand = () => access.client(LambdaClient, place);
const versions = async () =>
  (await byHand().send(new ListLayerVersionsCommand({ LayerName: "shop-shared" }))).LayerVersions ?? [];

describe("a layer", () => {
  it("is published once for its content, in three calls; later it is found in one", async () => {
    const arn = await deploy();
    expect(arn).toMatch(/^arn:aws:lambda:eu-central-1:111111111111:layer:shop-shared:1$/);
    expect(sandbox.calls()).toHaveLength(3);
    sandbox.clearCalls();
    expect(await deploy()).toBe(arn);
    expect(sandbox.calls()).toHaveLength(1);
    const plan = await planLayer(runWith(), layer(), code.root);
    expect(plan).toMatchObject({ arn, bundle: { files: [{ path: "python/shared.py", bytes: 13 }] } });
    const { Content, Description } = await byHand().send(
      new GetLayerVersionCommand({ LayerName: "shop-shared", VersionNumber: 1 }),
    );
    expect(Description).toBe(plan.bundle.digest);
    expect(Content?.CodeSha256).toBe(plan.bundle.codeSha256);
  });

  it("is published anew for other content, and the old version found again when it comes back", async () => {
    const first = await deploy();
    code.write({ "layer/python/shared.py": "WORD = 'two'\n" });
    const second = await deploy();
    expect(second).toMatch(/:2$/);
    code.write({ "layer/python/shared.py": "WORD = 'one'\n" });
    expect(await deploy()).toBe(first);
    expect(await versions()).toHaveLength(2);
  });

  it("is published anew where it is for other runtimes", async () => {
    await deploy();
    const runtimes = ["python3.12", "python3.13"];
    expect(await deploy(runWith(), layer({ code: { ...layer().code, runtimes } }))).toMatch(/:2$/);
    expect(await deploy(runWith(), layer({ code: { ...layer().code, runtimes: [...runtimes].reverse() } }))).toMatch(
      /:2$/,
    );
  });

  it("goes through the artifact bucket where there is one", async () => {
    const arn = await deploy(runWith({ name: "shop-artifacts", create: true }));
    expect(arn).toMatch(/:1$/);
    expect(sandbox.calls().filter((call) => call.startsWith("s3:"))).toHaveLength(3);
  });

  it("that was published by a run that didn't hear of it is found by the next", async () => {
    sandbox.faults.at(1, { kind: "cutAfter" }, { operation: "lambda:PublishLayerVersion" });
    await expect(deploy()).rejects.toMatchObject({ code: "Aws.Unreachable" });
    expect(await deploy()).toMatch(/:1$/);
    expect(await versions()).toHaveLength(1);
  });

  it("that another run has published since it was planned isn't published again", async () => {
    const plan = await planLayer(runWith(), layer(), code.root);
    const arn = await deploy();
    expect((await ensureLayers(runWith(), [plan])).get("shared")).toBe(arn);
    expect(await versions()).toHaveLength(1);
  });

  it("for which there is no room is told with the way out", async () => {
    const full = { kind: "fail", status: 400, code: "CodeStorageExceededException", message: "no" } as const;
    sandbox.faults.at(1, full, { operation: "lambda:PublishLayerVersion" });
    await expect(deploy()).rejects.toMatchObject({ code: "Lambda.CodeStorageExceeded" });
  });

  it("is refused where its runtime would find nothing of it", async () => {
    code.write({ "flat/shared.py": "" });
    const flat = layer({ code: { ...layer().code, path: code.path("flat") } });
    await expect(deploy(runWith(), flat)).rejects.toMatchObject({
      code: "Bundle.LayerLayout",
      message: expect.stringContaining("python/"),
    });
    expect(sandbox.calls()).toEqual([]);
  });

  it("is found on a later page", async () => {
    const { digest } = (await planLayer(runWith(), layer(), code.root)).bundle;
    const asked: unknown[] = [];
    const version = (number: number, description: string) => ({
      ...{ Version: number, Description: description, CompatibleRuntimes: ["python3.13"] },
      LayerVersionArn: `arn:aws:lambda:eu-central-1:111111111111:layer:shop-shared:${number}`,
    });
    sandbox.faults.script("lambda:ListLayerVersions", (request) => {
      asked.push(request.url);
      const first = asked.length === 1;
      const page = first
        ? { LayerVersions: [version(60, "by hand")], NextMarker: "more" }
        : { LayerVersions: [version(10, digest)] };
      return { body: JSON.stringify(page) };
    });
    expect(await deploy()).toMatch(/:10$/);
    expect(asked).toEqual([
      expect.not.stringContaining("Marker"),
      expect.stringMatching(/layers\/shop-shared\/versions\?.*Marker=more/),
    ]);
  });
});
