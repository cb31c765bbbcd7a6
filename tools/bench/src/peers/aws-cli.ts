/** The AWS CLI, whose `cloudformation deploy` creates and updates stacks by change sets. */

import type { Program } from "../measure.ts";
import { installPipPackage } from "./pip-package.ts";

const version = "1.45.11";
export const awsCliName = `AWS CLI ${version}`;

export interface AwsCli {
  /** Deploys a template, with one parameter. */
  deploy(env: Program["env"], cwd: string, template: string, parameter: string): Program;
}

/** Installs it the first time, and never again. */
export async function installAwsCli(): Promise<AwsCli> {
  const { python, packages } = await installPipPackage("awscli", version);
  return {
    deploy: (env, cwd, template, parameter) => ({
      command: python,
      args: [
        ...["-S", "-m", "awscli", "cloudformation", "deploy", "--no-fail-on-empty-changeset"],
        ...["--stack-name", "aws-cli", "--template-file", template, "--parameter-overrides", parameter],
      ],
      env: { ...env, PYTHONPATH: packages },
      cwd,
    }),
  };
}
