/** One CloudFormation stack on the sandbox, at 50 ms a call: nothing to do, and one changed parameter. */

import { MANAGEMENT_ACCOUNT, startSandbox, type Sandbox } from "@bulkhead/sandbox";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { wanted, type BenchCase, type BenchContext } from "../bench-case.ts";
import { besidePeers, type MeasuredPeer } from "../beside-peers.ts";
import { temporaryFolder } from "../folders.ts";
import { median, withoutEmpty, type Program } from "../measure.ts";
import { awsCliName, installAwsCli } from "../peers/aws-cli.ts";
import { tryPeer } from "../peers/peer.ts";
import { installSceptre, sceptreName } from "../peers/sceptre.ts";

const latency = 50;
const region = "eu-central-1";
const template = `Parameters:
  Delay: { Type: Number, Default: 1 }
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { DelaySeconds: !Ref Delay }
`;
/** Asked while an operation goes on, in our case and in theirs. */
const polls = /^cloudformation:Describe(Stacks|StackEvents|ChangeSet)$/;

interface Sample {
  readonly calls: readonly string[];
  readonly seconds: number;
  /** Milliseconds from the call that begins the operation until its first event is on the screen. */
  readonly firstEvent: number | undefined;
}

interface Tool {
  /** Deploys with this value; the program may need files for that. */
  deploy(delay: number): Promise<Program>;
}

export const stacks: BenchCase = {
  name: "one stack",
  run: async (context) => {
    await using folder = await temporaryFolder();
    await using sandbox = await startSandbox({ stacks: true });
    const ours = await measureTool(sandbox, context, await ourTool(context, sandbox, folder.path));
    const peers: MeasuredPeer<Measured>[] = [];
    for (const [name, install] of context.peers ? installers : []) {
      const found = await tryPeer(name, async () => {
        const own = join(folder.path, name.replace(/\W/g, "-"));
        await mkdir(own);
        return measureTool(sandbox, context, await install(sandbox, own));
      });
      peers.push({ name, found });
    }
    const rows = besidePeers(ours, peers);
    const first = ours.changed.firstEvent;
    return [
      ...rows(
        "nothing to do: calls",
        "calls",
        ({ same }) => work(same),
        wanted("≤ 3", work(ours.same), (it) => it <= 3),
      ),
      ...rows("nothing to do: time", "s", ({ same }) => same.seconds),
      ...rows("changed parameter: calls, polls and lease with them", "calls", ({ changed }) => changed.calls.length),
      ...rows(
        "changed parameter: calls",
        "calls",
        ({ changed }) => work(changed),
        wanted("≤ 8", work(ours.changed), (it) => it <= 8),
      ),
      ...rows("changed parameter: time", "s", ({ changed }) => changed.seconds),
      ...rows(
        "changed parameter: first event on screen",
        "ms",
        ({ changed }) => changed.firstEvent ?? "never",
        wanted("≤ 1 s", first ?? "never", (it) => it <= 1_000),
      ),
    ];
  },
};

/** The calls without waiting, lease and receipts: each kind of poll counts once. */
function work({ calls }: Sample): number {
  const beside = /^ssm:(GetParametersByPath|PutParameter|DeleteParameters)$/;
  const once = new Set(calls.filter((call) => polls.test(call)));
  return calls.filter((call) => !polls.test(call) && !beside.test(call)).length + once.size;
}

interface Measured {
  readonly same: Sample;
  readonly changed: Sample;
}

async function measureTool(sandbox: Sandbox, { repeat }: BenchContext, tool: Tool): Promise<Measured> {
  const begun: Begun = { at: undefined };
  sandbox.faults.clear();
  for (const operation of ["ExecuteChangeSet", "UpdateStack"]) {
    sandbox.faults.script(`cloudformation:${operation}`, () => {
      begun.at = performance.now();
      return undefined;
    });
  }
  await runOnce(sandbox, begun, await tool.deploy(1));
  sandbox.faults.latency(latency);
  const [same, changed]: [Sample[], Sample[]] = [[], []];
  for (let round = 0; round < repeat; round++) {
    same.push(await runOnce(sandbox, begun, await tool.deploy(round + 1)));
    changed.push(await runOnce(sandbox, begun, await tool.deploy(round + 2)));
  }
  return { same: middle(same), changed: middle(changed) };
}

function middle(samples: readonly Sample[]): Sample {
  const [first] = samples;
  const events = samples.flatMap(({ firstEvent }) => (firstEvent === undefined ? [] : [firstEvent]));
  return {
    calls: first?.calls ?? [],
    seconds: median(samples.map(({ seconds }) => seconds)),
    firstEvent: events.length > 0 ? median(events) : undefined,
  };
}

/** When the call arrived that begins the operation. */
interface Begun {
  at: number | undefined;
}

/** Runs a program to its end, and takes the time of what it shows. */
async function runOnce(sandbox: Sandbox, begun: Begun, { command, args, env, cwd }: Program): Promise<Sample> {
  // The AWS CLI names its change sets by the second.
  await sleep(1_000);
  sandbox.clearCalls();
  begun.at = undefined;
  let shown: number | undefined;
  const { PATH = "", HOME = "" } = process.env;
  const started = performance.now();
  const child = spawn(command, args, { cwd, env: { PATH, HOME, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      if (/(CREATE|UPDATE)_(IN_PROGRESS|COMPLETE)/.test(text) && begun.at !== undefined) shown ??= performance.now();
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(code)}: ${text.trim().slice(-1_000)}`);
  return {
    calls: sandbox.calls(),
    seconds: (performance.now() - started) / 1_000,
    firstEvent: begun.at === undefined || shown === undefined ? undefined : shown - begun.at,
  };
}

async function ourTool({ cli }: BenchContext, { env }: Sandbox, folder: string): Promise<Tool> {
  const file = join(folder, "stack.yaml");
  await writeFile(file, template);
  const where = ["--account", MANAGEMENT_ACCOUNT, "--region", region, "--stack", "ours", "--template", file];
  return {
    deploy: async (delay) => ({
      command: process.execPath,
      args: [cli, "deploy", "cloudformation", "deploy", ...where, "--parameter", `Delay=${delay}`],
      env: { ...env, XDG_CACHE_HOME: join(folder, "cache") },
      cwd: folder,
    }),
  };
}

const installers: readonly [string, (sandbox: Sandbox, folder: string) => Promise<Tool>][] = [
  [
    awsCliName,
    async ({ env }, folder) => {
      const cli = await installAwsCli();
      await writeFile(join(folder, "stack.yaml"), template);
      return { deploy: async (delay) => cli.deploy(withoutEmpty(env), folder, "stack.yaml", `Delay=${delay}`) };
    },
  ],
  [
    sceptreName,
    async ({ env }, folder) => {
      const sceptre = await installSceptre();
      return {
        deploy: async (delay) => {
          await sceptre.configure(folder, region, template, { Delay: String(delay) });
          return sceptre.launch(withoutEmpty(env), folder);
        },
      };
    },
  ],
];
