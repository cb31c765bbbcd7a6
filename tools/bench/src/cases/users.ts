/** People as IAM users: a first sync of 5,000 at the pace that IAM allows, one without changes, and 20,000 people. */

import { join } from "node:path";
import { measure, sum, wanted, type BenchCase, type BenchContext, type Summary } from "../bench-case.ts";
import { bundle } from "../built.ts";
import { startFixedAws } from "../fixed-aws/index.ts";
import { temporaryFolder } from "../folders.ts";
import type { Program } from "../measure.ts";
import { writePeople } from "./people.ts";

const latency = 50;
const limit = { calls: "iam:*", rate: 400, burst: 400 };
const noPeer = "reading each user by itself";

export const users: BenchCase = {
  name: "5,000 people to IAM",
  run: async (context) => {
    await using synced = await syncPeople(context, 5_000, { latency: 20, limits: [limit] });
    const { aws, folder, bulkhead, first } = synced;
    const throttled = (100 * sum(first.samples[0]?.counts.throttled ?? {}, /^iam:/)) / iamCalls(first);
    const allowed =
      (iamCalls(first) - sum(first.samples[0]?.counts.throttled ?? {}, /^iam:/) - limit.burst) / limit.rate;

    const options = { aws, behaviour: { latency }, repeat: context.repeat };
    const script = async (name: string): Promise<Program> => {
      const main = await bundle(join(import.meta.dirname, name), join(folder, name));
      return { command: process.execPath, args: [main], env: aws.env, cwd: folder };
    };
    context.progress("a plan without changes");
    const noOp = await measure(bulkhead("users", "plan", "--detailed-exitcode"), options);
    const bare = await measure(await script("bare-reads.ts"), options);
    context.progress(noPeer);
    const oneByOne = await measure(await script("one-by-one.ts"), { ...options, repeat: 1 });
    return [
      {
        what: `first sync: time for ${first.calls} calls, IAM held to ${limit.rate}/s`,
        unit: "s",
        ours: first.seconds,
      },
      {
        what: "first sync: time ÷ what the limit allows",
        unit: "×",
        ours: first.seconds / allowed,
      },
      {
        what: "first sync: calls throttled",
        unit: "%",
        ours: throttled,
        wanted: wanted("< 5 %", throttled, (value) => value < 5),
      },
      { what: "first sync: memory", unit: "MB", ours: first.megabytes },
      {
        what: "no-op: calls to IAM",
        unit: "calls",
        ours: iamCalls(noOp),
        peer: iamCalls(oneByOne),
        peerName: noPeer,
        wanted: wanted("≤ 8", iamCalls(noOp), (value) => value <= 8),
      },
      { what: "no-op: time", unit: "s", ours: noOp.seconds, peer: oneByOne.seconds, peerName: noPeer },
      {
        what: "no-op: time",
        unit: "s",
        ours: noOp.seconds,
        peer: bare.seconds,
        peerName: "the bare reads",
        wanted: wanted("≤ twice the bare reads", noOp.seconds, (value) => value <= 2 * bare.seconds),
      },
      { what: "no-op: memory", unit: "MB", ours: noOp.megabytes, peer: bare.megabytes, peerName: "the bare reads" },
    ];
  },
};

export const manyUsers: BenchCase = {
  name: "20,000 people",
  run: async (context) => {
    await using synced = await syncPeople(context, 20_000, {});
    const { aws, bulkhead } = synced;
    const options = { aws, behaviour: { latency }, repeat: context.repeat };
    const noOp = await measure(bulkhead("users", "plan", "--detailed-exitcode"), options);
    return [
      { what: `no-op: time for ${noOp.calls} calls`, unit: "s", ours: noOp.seconds },
      {
        what: "no-op: memory",
        unit: "MB",
        ours: noOp.megabytes,
        wanted: wanted("< 200 MB", noOp.megabytes, (value) => value < 200),
      },
    ];
  },
};

function iamCalls({ samples }: Summary): number {
  return sum(samples[0]?.counts.calls ?? {}, /^iam:/);
}

/** Writes a directory and a landing zone file, and has them synced to an empty IAM once. */
async function syncPeople(
  { cli, progress }: BenchContext,
  people: number,
  behaviour: Parameters<typeof measure>[1]["behaviour"],
) {
  const folder = await temporaryFolder();
  const aws = await startFixedAws({ size: { accounts: 2, units: 1, policies: 0 }, tagging: true });
  await writePeople(folder.path, people);
  const env = { ...aws.env, XDG_CACHE_HOME: `${folder.path}/cache` };
  const bulkhead = (...args: string[]): Program => ({
    command: process.execPath,
    args: [cli, ...args, "--quiet"],
    env,
    cwd: folder.path,
  });
  progress(`first sync of ${people}`);
  const first = await measure(bulkhead("users", "apply", "--yes"), { aws, behaviour, repeat: 1 });
  return {
    aws,
    folder: folder.path,
    bulkhead,
    first,
    [Symbol.asyncDispose]: async () => {
      await aws[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
