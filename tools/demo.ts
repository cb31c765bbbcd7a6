/** `npm run demo`: a landing zone of three teams on a local AWS: planned, applied, planned again, and put right after a slip. */

import { MANAGEMENT_ACCOUNT, startSandbox } from "@bulkhead/sandbox";
import {
  ListAccountsCommand,
  ListParentsCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stdout } from "node:process";
import { styleText } from "node:util";

const main = join(import.meta.dirname, "../apps/cli/src/main.ts");
const say = (text: string): void => void stdout.write(`\n${styleText("cyan", text)}\n`);

say("Starting a local AWS (moto, behind Bulkhead's sandbox). The first time, this installs it.");
const sandbox = await startSandbox();
const folder = await mkdtemp(join(tmpdir(), "bulkhead-demo-"));
const env = { ...process.env, ...sandbox.env, XDG_CACHE_HOME: join(folder, "cache") };

try {
  say("A first landing zone file: three teams, an account for each of their stages, two shared accounts.");
  await bulkhead("init");
  await useSandboxAccount();
  await bulkhead("validate");

  say("What would change? Nothing exists yet, not even the organization.");
  await bulkhead("plan", "--out", "plan.json");

  say("Make it so: exactly that plan.");
  await bulkhead("apply", "plan.json", "--yes");

  say("And again: the second plan must be empty.");
  await bulkhead("plan", "--detailed-exitcode");

  say("Somebody moves an account by hand, out of its unit and its policies…");
  await moveByHand("player-prod");
  await bulkheadEnding(2, "plan", "--detailed-exitcode");

  say("…and Bulkhead puts it back.");
  await bulkhead("apply", "--yes");
  await bulkhead("plan", "--detailed-exitcode");
  await bulkhead("accounts", "list");

  say("That was it. Try it yourself: npm run sandbox");
} catch (error) {
  stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
  await sandbox.stop();
}

async function bulkhead(...args: string[]): Promise<void> {
  await bulkheadEnding(0, ...args);
}

/** Another end than the expected one is the demo's own: a plan that misses what was moved, say. */
async function bulkheadEnding(expected: number, ...args: string[]): Promise<void> {
  stdout.write(`${styleText("bold", `$ bulkhead ${args.join(" ")}`)}\n`);
  const child = spawn(process.execPath, ["--conditions=@bulkhead/source", main, ...args], {
    cwd: folder,
    env,
    stdio: "inherit",
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== expected) throw new Error(`bulkhead ${args.join(" ")} ended with ${code}`);
}

/** The file as `init` writes it, but for the one line that a user has to fill in. */
async function useSandboxAccount(): Promise<void> {
  const file = join(folder, "bulkhead.yaml");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace(/managementAccountId: "\d{12}"/, `managementAccountId: "${MANAGEMENT_ACCOUNT}"`));
}

async function moveByHand(name: string): Promise<void> {
  const credentials = {
    accessKeyId: sandbox.env["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: sandbox.env["AWS_SECRET_ACCESS_KEY"] ?? "",
  };
  const client = new OrganizationsClient({ endpoint: sandbox.endpoint, region: "eu-central-1", credentials });
  const { Accounts: accounts = [] } = await client.send(new ListAccountsCommand({}));
  const AccountId = accounts.find((account) => account.Name === name)?.Id;
  const { Parents: parents = [] } = await client.send(new ListParentsCommand({ ChildId: AccountId }));
  const { Roots: roots = [] } = await client.send(new ListRootsCommand({}));
  const command = { AccountId, SourceParentId: parents[0]?.Id, DestinationParentId: roots[0]?.Id };
  await client.send(new MoveAccountCommand(command));
}
