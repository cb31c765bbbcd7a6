/** A small landing zone in a folder of its own, on a sandbox, for the integration tests of this package. */

import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { startSandbox, runCommand, type Ran, type Sandbox, type SandboxOptions } from "@bulkhead/sandbox";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountsCommands } from "../command.ts";

export interface Estate extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly file: string;
  /** What a command needs around it: the sandbox as AWS, and a session cache in the estate's own folder. */
  readonly env: Readonly<Record<string, string>>;
  /** Somebody's hands in the AWS console. */
  readonly byHand: OrganizationsClient;
  /** Writes the landing zone file. */
  write(text: string): Promise<void>;
  /** `bulkhead-accounts …` in this process. */
  run(...argv: string[]): Promise<Ran>;
}

const program = {
  name: "bulkhead-accounts",
  summary: accountsCommands.summary,
  version: "0.0.0",
  commands: accountsCommands.commands,
};

export async function openEstate(text: string, options: SandboxOptions = {}): Promise<Estate> {
  const folder = await mkdtemp(join(tmpdir(), "bulkhead-estate-"));
  const sandbox = await startSandbox(options);
  const file = join(folder, "bulkhead.yaml");
  const env: Record<string, string> = { ...sandbox.env, XDG_CACHE_HOME: join(folder, "cache") };
  const write = (content: string): Promise<void> => writeFile(file, content);
  await writeFile(join(folder, "guard.json"), JSON.stringify(policy("organizations:LeaveOrganization")));
  await write(text);
  return {
    sandbox,
    folder,
    file,
    env,
    byHand: new OrganizationsClient({
      endpoint: sandbox.endpoint,
      region: "eu-central-1",
      credentials: {
        accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
        secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
      },
    }),
    write,
    run: (...argv) => {
      // The SDK reads the process's own environment.
      Object.assign(process.env, env);
      return runCommand(program, [...argv, "--file", file]);
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function policy(action: string): object {
  return { Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: action, Resource: "*" }] };
}

/** A landing zone with these accounts in the unit Apps, and one policy on it. */
export function landingZone(accounts: readonly string[], more = ""): string {
  return `version: 1
organization:
  managementAccountId: "111111111111"
  homeRegion: eu-central-1
  accountEmail: "aws+{account}@example.com"
organizationalUnits:
  Apps: { serviceControlPolicies: [guard] }
serviceControlPolicies:
  guard: guard.json
accounts:
${accounts.map((name) => `  ${name}: { organizationalUnit: Apps/Web }`).join("\n")}
${more}`;
}
