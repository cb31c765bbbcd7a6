/** Hooks and notifications around a deployment. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { account, openShop, queueTemplate, region, type Shop } from "./testing/shop.ts";

interface Told {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

let shop: Shop;
let server: Server;
let told: Told[] = [];
let status = 200;
beforeAll(async () => {
  shop = await openShop();
  server = createServer((request, response) => {
    void request
      .setEncoding("utf8")
      .toArray()
      .then((chunks) => {
        told.push({ path: request.url ?? "", body: JSON.parse(chunks.join("")) as Record<string, unknown> });
        response.writeHead(status).end();
      });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  process.env["SLACK_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack-s3cret`;
  process.env["HOOK_URL"] = process.env["SLACK_URL"].replace("slack", "hook");
});
afterAll(async () => {
  server.close();
  await shop[Symbol.asyncDispose]();
});
beforeEach(async () => {
  told = [];
  status = 200;
  await shop.reset();
});

async function write(more: string, template = queueTemplate): Promise<void> {
  await shop.write({
    "queue.yaml": template,
    "bulkhead.deploy.yaml": `version: 1
application: shop
environments: { dev: { account: "${account}", region: ${region} } }
cloudformation:
  stacks: { orders: { template: queue.yaml, hooks: { before: ["echo stack >> ${shop.path("log")}"] } } }
${more}`,
  });
}

const log = async (): Promise<string> => (existsSync(shop.path("log")) ? readFile(shop.path("log"), "utf8") : "");

describe("hooks", () => {
  it("run around the deployment and around a stack that changes, and know where they are", async () => {
    const before = `'echo "before $BULKHEAD_APPLICATION $BULKHEAD_ENVIRONMENT $BULKHEAD_ACCOUNT $BULKHEAD_REGION" > ${shop.path("log")}'`;
    await write(`hooks:\n  before: [${before}]\n  after: ["echo after >> ${shop.path("log")}"]\n`);
    expect(await shop.run("deploy")).toMatchObject({ exitCode: 0 });
    expect(await log()).toBe(`before shop dev ${account} ${region}\nstack\nafter\n`);
    expect(await shop.run("deploy")).toMatchObject({ exitCode: 0 });
    expect(await log()).toBe(`before shop dev ${account} ${region}\nafter\n`);
  });

  it("that fail stop it: before anything, or before the stack, of which nothing is left", async () => {
    const red = String.raw`printf '\\033[31mwhy\\033[0m\\n'`;
    await write(`hooks: { before: ["${red}; exit 3"] }\n`);
    const first = await shop.run("deploy", "--verbose");
    expect(first).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^why$[^]*Hook\.Failed/m),
    });
    expect(shop.sandbox.calls().filter((call) => call.startsWith("cloudformation:"))).toEqual([]);
    await write("");
    await shop.write({
      "bulkhead.deploy.yaml": (await readFile(shop.path("bulkhead.deploy.yaml"), "utf8")).replace(
        "echo stack",
        "false",
      ),
    });
    const second = await shop.run("deploy");
    expect(second).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("Hook.Failed") });
    expect(await shop.stack("shop-orders")).toBeUndefined();
  });
});

describe("a hook that could write", () => {
  it("doesn't run outside the fence", async () => {
    await write(`hooks: { before: ["echo outside >> ${shop.path("outside")}"] }\n`);
    const mark = { Name: "/bulkhead/account", Value: '{"name":"x","environment":"prod"}', Type: "String" } as const;
    await new SSMClient(shop.config).send(new PutParameterCommand(mark));
    for (const verb of ["deploy", "plan"]) {
      expect(await shop.run(verb)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("Deploy.OutsideFence"),
      });
    }
    expect(existsSync(shop.path("outside"))).toBe(false);
  });
});

describe("notifications", () => {
  const both =
    "notifications:\n  - { slack: { env: SLACK_URL } }\n  - { webhook: { env: HOOK_URL }, environments: [dev] }\n  - { slack: { env: NONE }, environments: [] }\n";

  it("tell Slack in a sentence and a webhook all, of success and failure, and not of nothing", async () => {
    await write(both);
    await shop.run("deploy");
    expect(told.map(({ path }) => path).sort()).toEqual(["/hook-s3cret", "/slack-s3cret"]);
    expect(told.find(({ path }) => path.startsWith("/slack"))?.body).toEqual({
      text: "shop is deployed to dev (eu-central-1). shop-orders: created",
    });
    expect(told.find(({ path }) => path.startsWith("/hook"))?.body).toMatchObject({
      kind: "deployment",
      succeeded: true,
    });
    told = [];
    await shop.run("deploy");
    expect(told).toEqual([]);
    await write(both, "Resources: { A: { Type: Not::A::Type } }\n");
    await shop.run("deploy");
    expect(told.find(({ path }) => path.startsWith("/slack"))?.body["text"]).toMatch(
      /was not deployed to dev .*Not::A::Type/,
    );
  });

  it("fail no deployment, and no address is shown", async () => {
    await write(both);
    status = 500;
    process.env["HOOK_URL"] = "http://127.0.0.1:1/hook-s3cret";
    const { exitCode, stderr } = await shop.run("deploy");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("Slack wasn't told how the deployment ended: it answered 500");
    expect(stderr).toContain("the webhook wasn't told how the deployment ended: it can't be reached");
    expect(stderr).not.toContain("s3cret");
    await shop.reset();
    await write("notifications: [{ slack: { env: NOT_SET } }]\n");
    expect((await shop.run("deploy")).stderr).toContain("{ env: NOT_SET } can't be looked up: it isn't set");
  });

  it("tell of a last hook that fails, and of what was deployed all the same", async () => {
    process.env["HOOK_URL"] = String(process.env["SLACK_URL"]).replace("slack", "hook");
    await write(`${both}hooks: { after: ["false"] }\n`);
    const { exitCode, stderr } = await shop.run("deploy");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Hook.Failed") });
    expect(told.find(({ path }) => path.startsWith("/slack"))?.body["text"]).toMatch(
      /is deployed to dev .*shop-orders: created; The command `false` ended with exit status 1/,
    );
    expect(told.find(({ path }) => path.startsWith("/hook"))?.body).toMatchObject({ succeeded: false });
  });
});
