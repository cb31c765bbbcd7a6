/** org-formation 1.0.17, which manages organizations from a template, a saved state and a change set. */

import { execFile } from "node:child_process";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cache } from "../folders.ts";
import { runProgram, type Program } from "../measure.ts";

const run = promisify(execFile);
const version = "1.0.17";
export const orgFormationName = `org-formation ${version}`;

export interface OrgFormation {
  /** Writes the template and the saved state of an organization as it is. */
  init(env: Program["env"], folder: string): Promise<void>;
  /** Its plan: what the template would change. */
  changeSet(env: Program["env"], folder: string): Program;
  /** Its apply. */
  update(env: Program["env"], folder: string): Program;
  /** Its way to a role in every account: a stack, in so many accounts at a time. */
  updateStacks(env: Program["env"], folder: string, concurrency: number): Program;
}

const template = "organization.yml";
const roleTemplate = "role.yml";

/** Installs it the first time, and never again. */
export async function installOrgFormation(): Promise<OrgFormation> {
  const folder = join(cache, `bench-peers/org-formation-${version}`);
  const script = join(folder, "node_modules/aws-organization-formation/dist/cli.js");
  if (!(await exists(script))) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
    const options = ["--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"];
    await run("npm", ["install", ...options, `aws-organization-formation@${version}`], { cwd: folder });
  }
  const program = (env: Program["env"], cwd: string, ...args: string[]): Program => {
    return { command: process.execPath, args: [script, ...args, "--no-color"], env, cwd };
  };
  return {
    init: async (env, cwd) => {
      const ran = await runProgram(program(env, cwd, "init", template, "--region", "eu-central-1"));
      if (ran.exitCode !== 0) throw new Error(`init ended with ${String(ran.exitCode)}: ${ran.stdout}${ran.stderr}`);
    },
    changeSet: (env, cwd) => program(env, cwd, "create-change-set", template),
    update: (env, cwd) => program(env, cwd, "update", template),
    updateStacks: (env, cwd, concurrency) => {
      const flags = ["--stack-name", "role", "--max-concurrent-stacks", String(concurrency)];
      return program(env, cwd, "update-stacks", roleTemplate, ...flags);
    },
  };
}

/** Adds an account to the template in a folder, in its first organizational unit. */
export async function addAccount(folder: string, name: string): Promise<void> {
  const file = join(folder, template);
  const text = await readFile(file, "utf8");
  const account = [
    `  OneMoreAccount:`,
    `    Type: OC::ORG::Account`,
    `    Properties:`,
    `      AccountName: ${name}`,
    `      RootEmail: aws+${name}@example.com`,
    ``,
  ].join("\n");
  const listed = text.replace(/^( +)Accounts:\n/m, "$&$1  - !Ref OneMoreAccount\n");
  await writeFile(file, `${listed.trimEnd()}\n\n${account}`);
}

/** Writes a template beside that of the organization: one role in every member account. */
export async function writeRole(folder: string): Promise<void> {
  const text = `AWSTemplateFormatVersion: "2010-09-09-OC"
Organization: !Include ./${template}
DefaultOrganizationBinding:
  Account: "*"
  Region: eu-central-1
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: role-1
      ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess]
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - { Effect: Allow, Principal: { AWS: "200000000000" }, Action: "sts:AssumeRole" }
`;
  await writeFile(join(folder, roleTemplate), text);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
