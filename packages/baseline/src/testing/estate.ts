/** An organization with accounts on a sandbox, and a landing zone file for it, for the integration tests. */

import { CreateAccountCommand, ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { silent } from "@bulkhead/core";
import { createAccess, createDiskCache, type ClientClass, type SdkClient } from "@bulkhead/credentials";
import { MANAGEMENT_ACCOUNT, runCommand, startSandbox, type Ran, type Sandbox } from "@bulkhead/sandbox";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baselineCommands } from "../command.ts";
import { answerForMoto, type RegionalSettings } from "./missing-in-moto.ts";

export const region = "eu-central-1";

export interface Estate extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly file: string;
  /** What a command needs around it: the sandbox as AWS, and a session cache in the estate's own folder. */
  readonly env: Readonly<Record<string, string>>;
  /** What moto lacks, as it was asked for since the last reset. */
  settings(): RegionalSettings;
  /** Ids by name. */
  readonly ids: ReadonlyMap<string, string>;
  /** As just opened: the accounts exist, and nothing is in them. */
  reset(): Promise<void>;
  /** Writes the section `baseline` of the landing zone file, and whatever follows it. */
  write(baseline: string): Promise<void>;
  /** Somebody's hands in the AWS console of an account. */
  byHand<C extends SdkClient>(type: ClientClass<C>, account: string, inRegion?: string): C;
  /** `bulkhead-baseline …` in this process. */
  run(...argv: string[]): Promise<Ran>;
}

const { name, ...definition } = { ...baselineCommands, name: "bulkhead-baseline", version: "0.0.0" };

export async function openEstate(
  accounts: readonly string[],
  baseline: string,
  regions: readonly string[] = [region, "us-east-1"],
): Promise<Estate> {
  const folder = await mkdtemp(join(tmpdir(), "bulkhead-estate-"));
  const sandbox = await startSandbox({ organization: true, createAccountPolls: 0 });
  const file = join(folder, "bulkhead.yaml");
  const cache = join(folder, "cache");
  const env: Record<string, string> = { ...sandbox.env, XDG_CACHE_HOME: cache };
  const ids = new Map<string, string>();
  let settings: RegionalSettings;
  // The SDK reads the process's own environment.
  Object.assign(process.env, env);
  const accessRole = "OrganizationAccountAccessRole";
  const openHands = () =>
    createAccess({ region, accessRole, disk: createDiskCache(join(folder, "hands")), report: silent });
  let hands = openHands();

  const write = (text: string): Promise<void> => writeFile(file, landingZone(accounts, text, regions));
  const reset = async (): Promise<void> => {
    await sandbox.reset();
    // The sessions of before are unknown to AWS now.
    await rm(cache, { recursive: true, force: true });
    await rm(join(folder, "hands"), { recursive: true, force: true });
    hands.close();
    hands = openHands();
    settings = answerForMoto(sandbox.faults);
    const organizations = hands.client(OrganizationsClient, { account: MANAGEMENT_ACCOUNT, region });
    for (const account of accounts) {
      await organizations.send(new CreateAccountCommand({ AccountName: account, Email: `aws+${account}@example.com` }));
    }
    const { Accounts = [] } = await organizations.send(new ListAccountsCommand({}));
    for (const { Name = "", Id = "" } of Accounts) ids.set(Name === "master" ? "management" : Name, Id);
    const locked = accounts.map((account) => [account, { id: ids.get(account) }]);
    const lock = { version: 1, accounts: Object.fromEntries(locked), blocks: {} };
    await writeFile(join(folder, "bulkhead.lock.json"), JSON.stringify(lock));
    sandbox.clearCalls();
  };
  await write(baseline);
  await reset();
  return {
    sandbox,
    file,
    env,
    settings: () => settings,
    ids,
    reset,
    write,
    byHand: (type, account, inRegion = region) =>
      hands.client(type, { account: ids.get(account) ?? "", region: inRegion }),
    run: (...argv) => runCommand({ name, ...definition }, [...argv, "--file", file]),
    [Symbol.asyncDispose]: async () => {
      hands.close();
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function landingZone(accounts: readonly string[], baseline: string, regions: readonly string[]): string {
  return `version: 1
organization:
  managementAccountId: "111111111111"
  homeRegion: ${region}
  regions: [${regions.join(", ")}]
  accountEmail: "aws+{account}@example.com"
${accounts.includes("identity") ? "  identityAccount: identity" : ""}
${accounts.includes("log-archive") ? "  logArchiveAccount: log-archive" : ""}
accounts:
${accounts.map((account) => `  ${account}: { organizationalUnit: Root }`).join("\n")}
${baseline}`;
}
