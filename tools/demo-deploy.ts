/** `npm run demo -- deploy`: the sample application in `examples/shop` on a local AWS: deployed, changed, refused, healed, deleted. */

import { startSandbox } from "@bulkhead/sandbox";
import { CreateAccountCommand, ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stdout } from "node:process";
import { runBulkhead, say } from "./demo-program.ts";

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

const deploy = (args: readonly string[], { expected = 0, more = {} } = {}): Promise<void> =>
  runBulkhead(["deploy", "cloudformation", ...args], { cwd: folder, env: { ...env, ...more }, expected });

try {
  await cp(join(import.meta.dirname, "../examples/shop"), folder, { recursive: true });
  const lock = await useSandboxAccounts();

  say("A shop of two stacks, one of which needs the other, and three environments, each in an account of its own.");
  await deploy(["validate"]);

  say("What would be deployed to dev? One stack can be planned now; the other needs its outputs.");
  await deploy(["plan", "--environment", "dev", "--out", "plan.json"]);

  say("Deploy: exactly that plan, and what could only be planned later.");
  await deploy(["deploy", "--environment", "dev", "--plan", "plan.json"]);

  say("And again: nothing differs.");
  await deploy(["deploy", "--environment", "dev"]);

  say("A new version: one stack changes.");
  await deploy(["deploy", "--environment", "dev"], { more: { SHOP_VERSION: "2" } });

  say("Production is protected: without a terminal to ask on, it takes a --yes.");
  await deploy(["deploy", "--environment", "prod"], { expected: 1 });

  say("Somebody mixes up two accounts: stage would go into production's. The fence stops it.");
  await writeFile(
    join(folder, "mixed-up.yaml"),
    (await read("bulkhead.deploy.yaml")).replace("shop-stage,", "shop-prod,"),
  );
  await deploy(["deploy", "--environment", "stage", "--deploy-file", "mixed-up.yaml"], { expected: 1 });

  say("A stack that can't be created: the first cause is told…");
  const good = await read("orders.yaml");
  await writeFile(join(folder, "orders.yaml"), good.replace("Resources:\n", `Resources:\n${endlessWait}`));
  await deploy(["deploy", "--environment", "stage"], { expected: 1 });

  say("…and with a good template, the next run heals it.");
  await writeFile(join(folder, "orders.yaml"), good);
  await deploy(["deploy", "--environment", "stage"]);
  await deploy(["list", "--environment", "stage"]);

  say("Delete what is in dev: the stack that needs the other goes first.");
  await deploy(["delete", "--environment", "dev", "--yes"]);

  say(`That was it. The accounts were ${lock.join(", ")}. Try it yourself in examples/shop.`);
} catch (error) {
  stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
  await sandbox.stop();
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
