/** Many stacks at once, where AWS answers slowly: none fails, and what waits asks for all of them together. */

import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { account, openShop, queueTemplate, region, type Shop } from "../testing/shop.ts";

const count = 30;
const keys = Array.from({ length: count }, (_, index) => `s${index}`);

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({
    "queue.yaml": queueTemplate,
    "bulkhead.deploy.yaml": `version: 1
application: shop
environments: { dev: { account: "${account}", region: ${region} } }
cloudformation:
  stacks:
${keys.map((key) => `    ${key}: { template: queue.yaml, parameters: { Name: ${key} } }\n`).join("")}`,
  });
});
afterAll(async () => shop[Symbol.asyncDispose]());

it("thirty stacks are deployed under two describes a second, and none fails", async () => {
  shop.sandbox.faults.throttle("cloudformation:DescribeStacks", { rate: 2, burst: 2 });
  const { exitCode, stdout } = await shop.run("deploy");
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
  expect(stdout.match(/: created/g)).toHaveLength(count);
  const calls = shop.sandbox.calls();
  // One look serves all of them; it grows with the time that AWS takes, not with stacks.
  expect(calls.filter((call) => call === "cloudformation:DescribeStacks").length).toBeLessThan(count);
  // One proof and one lease for the whole run, and two lines of each stack's receipt.
  expect(calls.filter((call) => call === "ssm:PutParameter")).toHaveLength(2 + 2 * count);
});

it("and where nothing differs they take one look and two calls each, and one for ten receipts", async () => {
  shop.sandbox.faults.clear();
  shop.sandbox.clearCalls();
  expect(await shop.run("deploy")).toMatchObject({ exitCode: 0 });
  const calls = shop.sandbox.calls();
  expect(calls.filter((call) => call === "cloudformation:DescribeStacks")).toHaveLength(1);
  expect(calls.filter((call) => call === "ssm:GetParametersByPath")).toHaveLength(count / 10);
  expect(calls).toHaveLength(1 + 2 * count + count / 10);
});
