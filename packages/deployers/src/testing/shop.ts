/** A small application in a folder of its own, on a sandbox with stacks, for the integration tests of this package. */

import { CloudFormationClient, DescribeStacksCommand, type Stack } from "@aws-sdk/client-cloudformation";
import { MANAGEMENT_ACCOUNT, runCommand, startSandbox, type Ran, type Sandbox } from "@bulkhead/sandbox";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deployCommands } from "../command.ts";

export const region = "eu-central-1";
export const account = MANAGEMENT_ACCOUNT;

export interface Shop extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly folder: string;
  /** What a command needs around it: the sandbox as AWS, and a session cache in the shop's own folder. */
  readonly env: Readonly<Record<string, string>>;
  /** Somebody's hands in the AWS console. */
  readonly byHand: CloudFormationClient;
  /** What other clients of those hands are made with. */
  readonly config: ReturnType<typeof configOf>;
  /** Empties AWS, and forgets the sessions of its accounts. */
  reset(): Promise<void>;
  /** Writes files of the application. */
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  path(name: string): string;
  /** `bulkhead-deploy cloudformation …` in this process, with the shop's deploy file. */
  run(...argv: string[]): Promise<Ran>;
  /** The same with flags in place of the file. */
  runBare(...argv: string[]): Promise<Ran>;
  /** `bulkhead-deploy …` of any deployer, with the shop's deploy file. */
  deploy(...argv: string[]): Promise<Ran>;
  /** The same with flags in place of the file. */
  bare(...argv: string[]): Promise<Ran>;
  stack(name: string): Promise<Stack | undefined>;
}

const program = {
  name: "bulkhead-deploy",
  summary: deployCommands.summary,
  version: "0.0.0",
  commands: deployCommands.commands,
};

export async function openShop(files: Readonly<Record<string, string>> = {}): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), "bulkhead-shop-"));
  const sandbox = await startSandbox({ stacks: true, createAccountPolls: 0 });
  const env: Record<string, string> = { ...sandbox.env, XDG_CACHE_HOME: join(folder, "cache") };
  const path = (name: string): string => join(folder, name);
  const write: Shop["write"] = async (more) => {
    for (const [name, text] of Object.entries(more)) {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), text);
    }
  };
  await write(files);
  const config = configOf(sandbox);
  const byHand = new CloudFormationClient(config);
  const runAny: Shop["run"] = (...argv) => {
    // The SDK reads the process's own environment.
    Object.assign(process.env, env);
    return runCommand(program, [...argv, "--file", path("bulkhead.yaml")]);
  };
  const runBare: Shop["run"] = (...argv) => runAny("cloudformation", ...argv);
  return {
    sandbox,
    folder,
    env,
    byHand,
    config,
    reset: async () => {
      await sandbox.reset();
      await rm(path("cache"), { recursive: true, force: true });
    },
    write,
    path,
    runBare,
    bare: runAny,
    deploy: (...argv) => runAny(...argv, "--deploy-file", path("bulkhead.deploy.yaml")),
    run: (...argv) => runBare(...argv, "--deploy-file", path("bulkhead.deploy.yaml")),
    stack: async (name) => {
      const { Stacks = [] } = await byHand.send(new DescribeStacksCommand({}));
      return Stacks.find(({ StackName }) => StackName === name);
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configOf({ endpoint, env }: Sandbox) {
  const credentials = {
    accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
  };
  return { endpoint, region, credentials };
}

/** A template with one queue of a given name, and its URL as output. */
export const queueTemplate = `Parameters:
  Name: { Type: String, Default: one }
  Delay: { Type: Number, Default: 1 }
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: !Ref Name, DelaySeconds: !Ref Delay }
Outputs:
  Url: { Value: !Ref Queue }
  Name: { Value: !GetAtt Queue.QueueName }
`;
