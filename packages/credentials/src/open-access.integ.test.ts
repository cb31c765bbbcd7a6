/** Access as flags ask for it: region, cache folder, and the terminal for one-time codes. */

import { silent, type CommandContext, type Event } from "@bulkhead/core";
import { startSandbox, type Sandbox } from "@bulkhead/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAccess } from "./open-access.ts";

let sandbox: Sandbox;
let folder: string;
const environment = { ...process.env };

beforeAll(async () => {
  sandbox = await startSandbox();
  Object.assign(process.env, sandbox.env);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bulkhead-open-"));
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(async () => {
  process.env = environment;
  await sandbox.stop();
});

function context(more: Partial<CommandContext> & { readonly region?: string } = {}): CommandContext {
  const { region, ...others } = more;
  return {
    flags: { region, profile: undefined } as CommandContext["flags"],
    args: [],
    env: { XDG_CACHE_HOME: folder },
    report: silent,
    terminal: { interactive: false, confirm: async () => false, ask: async () => "", show: () => undefined },
    emit: () => undefined,
    signal: new AbortController().signal,
    ...others,
  };
}
const defaults = { region: "eu-central-1", accessRole: "Access" };

it.each([
  ["the default region", undefined, "eu-central-1"],
  ["the region of the flag", "us-east-1", "us-east-1"],
])("asks STS in %s", async (_, region, expected) => {
  const events: Event[] = [];
  const report = (event: Event): void => void events.push(event);
  const access = openAccess(context({ report, ...(region === undefined ? {} : { region }) }), defaults);
  await access.identity();
  access.close();
  expect(events).toEqual([{ type: "detail", message: `STS GetCallerIdentity in our own account (${expected})` }]);
});

it("keeps what it learns in the user's cache folder", async () => {
  const access = openAccess(context(), defaults);
  await access.identity();
  access.close();
  expect(await readdir(join(folder, "bulkhead", "sessions"))).toHaveLength(1);
});
