/** Lambda functions on the sandbox, at 50 ms a call: nothing to do, and the code of one changed. */

import { MANAGEMENT_ACCOUNT, startSandbox, type Sandbox } from "@bulkhead/sandbox";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { wanted, type BenchCase, type BenchContext, type Row } from "../bench-case.ts";
import { besidePeers, type MeasuredPeer } from "../beside-peers.ts";
import { temporaryFolder } from "../folders.ts";
import { median, runProgram, withoutEmpty, type Program } from "../measure.ts";
import { awsCliName, installAwsCli } from "../peers/aws-cli.ts";
import { installOsls, oslsName, type Osls } from "../peers/osls.ts";
import { tryPeer } from "../peers/peer.ts";

const latency = 50;
const region = "eu-central-1";
const role = `arn:aws:iam::${MANAGEMENT_ACCOUNT}:role/app`;

interface Tool {
  /** Makes all functions. */
  readonly first: Program;
  /** Brings what has changed. */
  readonly deploy: Program;
}

/** In a folder whose `src/` has a module for each function. */
type Install = (env: Sandbox["env"], folder: string, names: readonly string[]) => Promise<Tool>;

interface Sample {
  /** All of them. */
  readonly calls: number;
  /** Without waiting, and without what is kept in SSM: lease and receipts. */
  readonly work: number;
  readonly seconds: number;
}

interface Measured {
  readonly same: Sample;
  readonly changed: Sample;
}

export const functions: BenchCase = {
  name: "one function",
  run: (context) => measureAll(context, ["orders"], [awsCli, oslsStack, oslsFunction], { same: 3, changed: 6 }),
};

const twenty = Array.from({ length: 20 }, (_, index) => `orders${String(index + 1)}`);

export const manyFunctions: BenchCase = {
  name: "20 functions in one file",
  // Three calls for each function, and three more for the changed one.
  run: (context) => measureAll(context, twenty, [awsCli, oslsStack], { same: 60, changed: 63 }),
};

/** @param most the calls that are wanted at most, of each kind of run */
async function measureAll(
  context: BenchContext,
  names: readonly string[],
  installers: readonly (readonly [name: string, install: Install])[],
  most: { readonly same: number; readonly changed: number },
): Promise<readonly Row[]> {
  await using folder = await temporaryFolder();
  await using sandbox = await startSandbox({ stacks: true });
  const measureTool = async (name: string, install: Install): Promise<Measured> => {
    context.progress(name);
    const own = join(folder.path, name.replace(/\W/g, "-"));
    await mkdir(join(own, "src"), { recursive: true });
    await writeFile(join(own, "package.json"), '{ "name": "app", "version": "1.0.0", "type": "module" }');
    return measureRuns(sandbox, context.repeat, own, names, await install(sandbox.env, own, names));
  };
  const ours = await measureTool("bulkhead", ourTool(context.cli));
  const peers: MeasuredPeer<Measured>[] = [];
  for (const [name, install] of context.peers ? installers : []) {
    peers.push({ name, found: await tryPeer(name, () => measureTool(name, install)) });
  }
  const rows = besidePeers(ours, peers);
  return (["same", "changed"] as const).flatMap((kind) => {
    const what = kind === "same" ? "nothing to do" : "code of one changed";
    const asked = wanted(`≤ ${String(most[kind])}`, ours[kind].work, (it) => it <= most[kind]);
    return [
      ...rows(`${what}: calls`, "calls", (it) => it[kind].work, asked),
      ...rows(`${what}: calls, with polls, lease and receipts`, "calls", (it) => it[kind].calls),
      ...rows(`${what}: time`, "s", (it) => it[kind].seconds),
    ];
  });
}

/** Each tool begins in an empty AWS. */
async function measureRuns(
  sandbox: Sandbox,
  repeat: number,
  folder: string,
  names: readonly string[],
  { first, deploy }: Tool,
): Promise<Measured> {
  await sandbox.reset();
  const write = (name: string, answer: string): Promise<void> =>
    writeFile(
      join(folder, `src/${name}.ts`),
      `export const handler = async (): Promise<string> => ${JSON.stringify(answer)};\n`,
    );
  for (const name of names) await write(name, name);
  const watch = watchPolls(sandbox);
  await runOnce(sandbox, watch, first);
  sandbox.faults.latency(latency);
  const [same, changed]: [Sample[], Sample[]] = [[], []];
  for (let round = 0; round < repeat; round++) {
    same.push(await runOnce(sandbox, watch, deploy));
    await write(names[0] ?? "", `answer ${String(round)}`);
    changed.push(await runOnce(sandbox, watch, deploy));
    if (!sandbox.calls().some((call) => /:(UpdateFunctionCode|ExecuteChangeSet)$/.test(call))) {
      throw new Error(`${deploy.args.join(" ")} didn't see that the code has changed`);
    }
  }
  return { same: middle(same), changed: middle(changed) };
}

function middle(samples: readonly Sample[]): Sample {
  const of = (number: (sample: Sample) => number): number => median(samples.map(number));
  return { calls: of(({ calls }) => calls), work: of(({ work }) => work), seconds: of(({ seconds }) => seconds) };
}

interface Polls {
  /** Since the last look. */
  count(): number;
}

/** Counts what is asked while an operation goes on: of a function after it was written, and of stacks' operations. */
function watchPolls({ faults }: Sandbox): Polls {
  let polls = 0;
  const written = new Set<string>();
  faults.script("lambda:*", ({ operation, url }) => {
    const name = new URL(url, "http://sandbox").pathname.split("/")[3] ?? "";
    if (/^(Create|Update|Publish)/.test(operation)) written.add(name);
    else if (/^GetFunction(Configuration)?$/.test(operation) && written.has(name)) polls++;
    return undefined;
  });
  for (const operation of ["DescribeChangeSet", "DescribeStackEvents"]) {
    faults.script(`cloudformation:${operation}`, () => {
      polls++;
      return undefined;
    });
  }
  return {
    count: () => {
      const counted = polls;
      polls = 0;
      written.clear();
      return counted;
    },
  };
}

async function runOnce(sandbox: Sandbox, polls: Polls, program: Program): Promise<Sample> {
  polls.count();
  sandbox.clearCalls();
  const { exitCode, seconds, stdout, stderr } = await runProgram(program);
  if (exitCode !== 0) {
    const said = `${stdout}\n${stderr}`.trim().slice(-1_000);
    throw new Error(`${program.args.join(" ")} ended with ${String(exitCode)}: ${said}`);
  }
  const calls = sandbox.calls();
  const inSsm = calls.filter((call) => call.startsWith("ssm:")).length;
  return { calls: calls.length, work: calls.length - inSsm - polls.count(), seconds };
}

const ourTool =
  (cli: string): Install =>
  async (env, folder, names) => {
    const file = {
      version: 1,
      application: "app",
      environments: { dev: { account: MANAGEMENT_ACCOUNT, region } },
      lambda: {
        functions: Object.fromEntries(
          names.map((name) => [name, { runtime: "nodejs22.x", entry: `src/${name}.ts`, role }]),
        ),
      },
    };
    await writeFile(join(folder, "bulkhead.deploy.yaml"), JSON.stringify(file));
    const deploy = {
      command: process.execPath,
      args: [cli, "deploy", "lambda", "deploy"],
      env: { ...env, XDG_CACHE_HOME: join(folder, "cache") },
      cwd: folder,
    };
    return { first: deploy, deploy };
  };

const awsCli: readonly [string, Install] = [
  `${awsCliName} in a script, the code only`,
  async (env, folder) => {
    const cli = await installAwsCli();
    return {
      first: cli.createFunctions(withoutEmpty(env), folder, role),
      deploy: cli.updateFunctions(withoutEmpty(env), folder),
    };
  },
];

const installedOsls = async (folder: string, names: readonly string[]): Promise<Osls> => {
  const osls = await installOsls();
  await osls.init(folder, ...names.map((name) => `src/${name}.handler`));
  return osls;
};

const oslsStack: readonly [string, Install] = [
  `${oslsName}, deploy`,
  async (env, folder, names) => {
    const osls = await installedOsls(folder, names);
    const deploy = osls.deploy(withoutEmpty(env), folder);
    return { first: deploy, deploy };
  },
];

const oslsFunction: readonly [string, Install] = [
  `${oslsName}, deploy function: without version and alias`,
  async (env, folder, names) => {
    const osls = await installedOsls(folder, names);
    const own = withoutEmpty(env);
    return { first: osls.deploy(own, folder), deploy: osls.deployFunction(own, folder, names[0] ?? "") };
  },
];
