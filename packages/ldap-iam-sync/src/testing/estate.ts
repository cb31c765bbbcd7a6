/** A landing zone with people in a folder of its own, on a sandbox, for the integration tests of this package. */

import type { IAMClient } from "@aws-sdk/client-iam";
import { startSandbox, runCommand, type Ran, type Sandbox } from "@bulkhead/sandbox";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suffix } from "../../../directory/src/testing/people.ts";
import { usersCommands } from "../command.ts";
import type { FoundIam } from "../model.ts";
import { openIam } from "./iam.ts";
import { ldifOf, type TestPerson } from "./people.ts";

export interface Estate extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly file: string;
  /** What a command needs around it: the sandbox as AWS, and a session cache in the estate's own folder. */
  readonly env: Readonly<Record<string, string>>;
  /** Somebody's hands in the AWS console. */
  readonly byHand: IAMClient;
  /** Writes the landing zone file. */
  write(text: string): Promise<void>;
  /** Writes the LDIF file that a landing zone without another directory reads. */
  writePeople(people: readonly TestPerson[], groups?: readonly string[]): Promise<void>;
  /** `bulkhead-users …` in this process. */
  run(...argv: string[]): Promise<Ran>;
  /** IAM as it is. */
  iam(): Promise<FoundIam>;
  /** How often IAM has been called. */
  iamCalls(): readonly string[];
}

const program = {
  name: "bulkhead-users",
  summary: usersCommands.summary,
  version: "0.0.0",
  commands: usersCommands.commands,
};

export async function openEstate(text = landingZone()): Promise<Estate> {
  const folder = await mkdtemp(join(tmpdir(), "bulkhead-users-"));
  const sandbox = await startSandbox();
  const file = join(folder, "bulkhead.yaml");
  const env: Record<string, string> = { ...sandbox.env, XDG_CACHE_HOME: join(folder, "cache") };
  Object.assign(process.env, env);
  const iam = openIam(sandbox);
  const write = (content: string): Promise<void> => writeFile(file, content);
  await write(text);
  return {
    sandbox,
    folder,
    file,
    env,
    byHand: iam.byHand,
    write,
    writePeople: (people, groups = ["aws-ops", "aws-developers"]) =>
      writeFile(join(folder, "people.ldif"), ldifOf(people, groups)),
    run: (...argv) => runCommand(program, [...argv, "--file", file]),
    iam: () => iam.read(),
    iamCalls: () => sandbox.calls().filter((call) => call.startsWith("iam:")),
    [Symbol.asyncDispose]: async () => {
      iam.close();
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface LandingZoneOptions {
  /** The section `users.directory`, in YAML's flow style. */
  readonly directory?: string;
  /** More lines of the section `users`, indented by two. */
  readonly users?: string;
  readonly filter?: string;
}

/** A landing zone whose management account holds the users, with two groups that may enter roles. */
export function landingZone({
  directory = "{ url: ldif:people.ldif }",
  users = "",
  filter = "(objectClass=inetOrgPerson)",
}: LandingZoneOptions = {}): string {
  return `version: 1
organization:
  managementAccountId: "111111111111"
  homeRegion: eu-central-1
  accountEmail: "aws+{account}@example.com"
accounts:
  player-dev: { id: "222222222222", organizationalUnit: Root }
  player-prod: { id: "333333333333", organizationalUnit: Root }
roles:
  admin: { managedPolicies: [AdministratorAccess] }
  developer: { managedPolicies: [PowerUserAccess] }
access:
  - { group: ops, roles: [admin], accounts: all }
  - { group: developers, roles: [developer], accounts: [player-dev] }
users:
  directory: ${directory}
  people: { base: "ou=people,${suffix}", filter: "${filter}", name: "{uid}", tags: { Email: "{mail}" } }
  groups: { base: "ou=groups,${suffix}", filter: "(cn=aws-*)", name: { match: "^aws-(.+)$", to: "$1" } }
${users}`;
}
