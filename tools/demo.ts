/** `npm run demo`: a landing zone of three teams and its people on a local AWS: planned, applied, planned again, and put right after a slip. */

import { localhostNames, MANAGEMENT_ACCOUNT, startSandbox } from "@bulkhead/sandbox";
import {
  ListAccountsCommand,
  ListParentsCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, exit, stdout } from "node:process";
import { runBulkhead, say } from "./demo-program.ts";

if (argv[2] === "deploy") {
  await import("./demo-deploy.ts");
  exit();
}

const parts = ["users.yaml", "people.ldif", "baseline.yaml"];

say("Starting a local AWS (moto, behind Bulkhead's sandbox). The first time, this installs it.");
const sandbox = await startSandbox();
const folder = await mkdtemp(join(tmpdir(), "bulkhead-demo-"));
const options = `--import=${localhostNames}`;
const env = { ...process.env, ...sandbox.env, NODE_OPTIONS: options, XDG_CACHE_HOME: join(folder, "cache") };

try {
  say("A first landing zone file: three teams, an account for each of their stages, two shared accounts.");
  await bulkhead("init");
  await completeFile();
  await bulkhead("validate");

  say("What would change? Nothing exists yet, not even the organization: what needs an account is deferred.");
  await bulkhead("plan", "--out", "plan.json");

  say("Make it so: exactly that plan. Accounts, then the same ground in each, then people from a directory.");
  await bulkhead("apply", "plan.json", "--yes");

  say("And again: the second plan must be empty, and the matrix without a gap.");
  await bulkhead("plan", "--detailed-exitcode");

  say("Who may enter what? Ada and Lin may, one directly and one through a guild; Margaret is in no group.");
  for (const name of ["ada", "lin", "grace", "margaret"]) await bulkhead("users", "explain", name);

  say("Somebody moves an account by hand, out of its unit and its policies, and Lin leaves the company…");
  await moveByHand("player-prod");
  await leave("lin");
  await bulkheadEnding(2, "plan", "--detailed-exitcode");

  say("…and Bulkhead puts both right.");
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
  await runBulkhead(args, { cwd: folder, env, expected });
}

/** The file as `init` writes it, but for the line that a user has to fill in, and with people and a baseline. */
async function completeFile(): Promise<void> {
  for (const name of parts) await copyFile(join(import.meta.dirname, "demo", name), join(folder, name));
  const file = join(folder, "bulkhead.yaml");
  const text = await readFile(file, "utf8");
  const completed = text
    .replace(/managementAccountId: "\d{12}"/, `managementAccountId: "${MANAGEMENT_ACCOUNT}"`)
    .replace(/^version: 1$/m, "version: 1\ninclude: [users.yaml, baseline.yaml]");
  await writeFile(file, completed);
}

/** Takes somebody out of the directory. */
async function leave(uid: string): Promise<void> {
  const file = join(folder, "people.ldif");
  const entries = (await readFile(file, "utf8")).split("\n\n");
  const left = entries.filter((entry) => !entry.startsWith(`dn: uid=${uid},`));
  await writeFile(file, left.join("\n\n").replaceAll(`member: uid=${uid},ou=people,dc=example,dc=com\n`, ""));
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
