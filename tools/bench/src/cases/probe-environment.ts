/** A program of the bench's own: loads one detector of environments, runs it once, and prints what each took. */

import type { detectEnvironment as Detect } from "@bulkhead/env-detect";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

/** `ours` or `peer`; the folder it is installed in; how the instance metadata behaves: `none`, `answers` or `hangs`. */
const [which, folder = "", metadata] = process.argv.slice(2);

if (metadata !== "none") await playInstanceMetadata(metadata === "hangs");
const require = createRequire(join(folder, "probe.cjs"));

const started = performance.now();
const detect = which === "ours" ? loadOurs() : loadPeer();
const loaded = performance.now();
const account = await detect();
const detected = performance.now();
process.stdout.write(JSON.stringify({ load: loaded - started, detect: detected - loaded, account }));
process.exit(0);

function loadOurs(): () => Promise<string | undefined> {
  const { detectEnvironment } = require("@bulkhead/env-detect") as { readonly detectEnvironment: typeof Detect };
  return async () => (await detectEnvironment()).account.value;
}

interface Detector {
  detect(): { readonly attributes?: Readonly<Record<string, unknown>> };
}

function loadPeer(): () => Promise<string | undefined> {
  const { awsEc2Detector } = require("@opentelemetry/resource-detector-aws") as { readonly awsEc2Detector: Detector };
  return async () => {
    const attributes = Object.entries(awsEc2Detector.detect().attributes ?? {});
    const values = new Map(await Promise.all(attributes.map(async ([name, value]) => [name, await value] as const)));
    return values.get("cloud.account.id") as string | undefined;
  };
}

/** IMDSv2 on its real address, which only this program's own network namespace has. */
function playInstanceMetadata(hangs: boolean): Promise<void> {
  const document = { accountId: "222222222222", region: "eu-central-1", instanceId: "i-0123456789abcdef0" };
  const answers: Readonly<Record<string, string>> = {
    "/latest/api/token": "token",
    "/latest/dynamic/instance-identity/document": JSON.stringify(document),
    "/latest/meta-data/hostname": "ip-10-0-0-1.eu-central-1.compute.internal",
  };
  const server = createServer(({ url = "" }, response) => {
    if (hangs) return;
    const answer = answers[url];
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  return new Promise((resolve, reject) => server.on("error", reject).listen(80, "169.254.169.254", resolve));
}
