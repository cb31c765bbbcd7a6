/** `npm run demo -- deploy`: the sample application in `examples/shop` on a local AWS: its stacks and functions deployed, changed, refused, healed, promoted, rolled back, deleted. */

import { startSandbox } from "@bulkhead/sandbox";
import { CreateAccountCommand, ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stdout } from "node:process";
import { runBulkhead, say } from "./demo-program.ts";

const orders = JSON.stringify({
  orders: [
    {
      items: [
        { article: "tea", quantity: 2 },
        { article: "cups", quantity: 6 },
      ],
    },
  ],
});

/** A resource that waits for a signal which nobody sends. */
const endlessWait = `  Nobody: { Type: AWS::CloudFormation::WaitConditionHandle }
  Signal:
    Type: AWS::CloudFormation::WaitCondition
    Properties: { Handle: !Ref Nobody, Timeout: "1" }
`;

say("Starting a local AWS (moto and MiniStack, behind Bulkhead's sandbox). The first time, this installs them.");
const sandbox = await startSandbox({ stacks: true, organization: true, createAccountPolls: 0 });
const folder = await mkdtemp(join(tmpdir(), "bulkhead-demo-"));
const env = { ...process.env, ...sandbox.env, XDG_CACHE_HOME: join(folder, "cache") };

const run = (args: readonly string[], { expected = 0, more = {} } = {}): Promise<void> =>
  runBulkhead(["deploy", ...args], { cwd: folder, env: { ...env, ...more }, expected });
const deploy: typeof run = (args, options) => run(["cloudformation", ...args], options);
const lambda: typeof run = (args, options) => run(["lambda", ...args], options);

try {
  await cp(join(import.meta.dirname, "../examples/shop"), folder, { recursive: true });
  const lock = await useSandboxAccounts();

  commit("The shop");
  say("A shop of three stacks, which need each other, and three environments, each in an account of its own.");
  await deploy(["validate"]);

  say("What would be deployed to dev? One stack can be planned now; the others need its outputs.");
  await deploy(["plan", "--environment", "dev", "--out", "plan.json"]);

  say("Deploy: exactly that plan, and what could only be planned later.");
  await deploy(["deploy", "--environment", "dev", "--plan", "plan.json"]);

  say("And again: nothing differs.");
  await deploy(["deploy", "--environment", "dev"]);

  say("A new version: one stack changes.");
  await deploy(["deploy", "--environment", "dev"], { more: { SHOP_VERSION: "2" } });

  say("Somebody mixes up two accounts: stage would go into production's. The fence stops it.");
  await writeFile(
    join(folder, "mixed-up.yaml"),
    (await read("bulkhead.deploy.yaml")).replace("shop-stage,", "shop-prod,"),
  );
  await deploy(["deploy", "--environment", "stage", "--deploy-file", "mixed-up.yaml"], { expected: 1 });
  await rm(join(folder, "mixed-up.yaml"));

  say("A stack that can't be created: the first cause is told…");
  const good = await read("orders.yaml");
  await writeFile(join(folder, "orders.yaml"), good.replace("Resources:\n", `Resources:\n${endlessWait}`));
  await deploy(["deploy", "--environment", "stage"], { expected: 1 });

  say("…and with a good template, the next run heals it.");
  await writeFile(join(folder, "orders.yaml"), good);
  await deploy(["deploy", "--environment", "stage"]);

  say("Production is protected: without a terminal to ask on, it takes a --yes.");
  await deploy(["deploy", "--environment", "prod"], { expected: 1 });
  await deploy(["deploy", "--environment", "prod", "--yes"]);

  say("Two functions, one in TypeScript and one in Python, each a published version behind an alias.");
  await lambda(["deploy", "--environment", "dev"]);
  await lambda(["invoke", "report", "--environment", "dev", "--payload", orders]);
  await lambda(["deploy", "--environment", "dev"]);

  say("What dev runs goes on to stage and production: the very bytes, by their digest.");
  await lambda(["promote", "--from", "dev", "--environment", "stage"]);
  await lambda(["promote", "--from", "stage", "--environment", "prod", "--yes"]);

  say("The code changes…");
  await writeFile(
    join(folder, "functions/report/report.py"),
    (await read("functions/report/report.py")).replace('"sold":', '"sales":'),
  );
  commit("Sales, as the managers say");
  await lambda(["plan", "--environment", "dev"]);
  await lambda(["deploy", "--environment", "dev"]);

  say("…and may not go to production before it ran in stage.");
  await lambda(["deploy", "--environment", "prod", "--yes"], { expected: 1 });
  await lambda(["promote", "--from", "dev", "--environment", "stage"]);

  say("In production, traffic shifts in steps, watched by a ping.");
  await lambda(["promote", "--from", "stage", "--environment", "prod", "--yes"]);
  await lambda(["invoke", "report", "--environment", "prod", "--payload", orders]);
  await run(["matrix"]);

  say("It isn't what the managers wanted: back to what ran before.");
  await lambda(["rollback", "report", "--environment", "prod", "--yes"]);
  await lambda(["invoke", "report", "--environment", "prod", "--payload", orders]);

  say("What runs where, and who did what?");
  await run(["matrix"]);
  await run(["history", "--environment", "prod"]);

  say("Delete what is in dev: functions first, then the stacks, those that need others before them.");
  await lambda(["delete", "--environment", "dev", "--yes"]);
  await deploy(["delete", "--environment", "dev", "--yes"]);

  say(`That was it. The accounts were ${lock.join(", ")}. Try it yourself in examples/shop.`);
} catch (error) {
  stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
  await sandbox.stop();
}

/** Receipts say which commit was deployed. */
function commit(message: string): void {
  const git = (...args: string[]): void => {
    const person = ["-c", "user.name=Demo", "-c", "user.email=demo@example.com", "-c", "commit.gpgSign=false"];
    execFileSync("git", [...person, ...args], { cwd: folder, stdio: "ignore" });
  };
  git("init", "--quiet");
  git("add", "--all", ":!cache");
  git("commit", "--quiet", "--message", message);
}

async function read(name: string): Promise<string> {
  return readFile(join(folder, name), "utf8");
}

/** The lock file as `bulkhead refresh` would write it, with the ids that this AWS gives its accounts. */
async function useSandboxAccounts(): Promise<readonly string[]> {
  const credentials = {
    accessKeyId: sandbox.env["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: sandbox.env["AWS_SECRET_ACCESS_KEY"] ?? "",
  };
  const client = new OrganizationsClient({ endpoint: sandbox.endpoint, region: "us-east-1", credentials });
  const lock = JSON.parse(await read("bulkhead.lock.json")) as { accounts: Record<string, { id: string }> };
  for (const name of Object.keys(lock.accounts)) {
    await client.send(new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }));
  }
  const { Accounts = [] } = await client.send(new ListAccountsCommand({}));
  for (const [name, account] of Object.entries(lock.accounts)) {
    account.id = Accounts.find((it) => it.Name === name)?.Id ?? "";
  }
  await writeFile(join(folder, "bulkhead.lock.json"), JSON.stringify(lock, null, 2));
  return Object.keys(lock.accounts);
}
