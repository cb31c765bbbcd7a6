/** Entering 500 accounts at 25 ms a call, and asking one question in each; then with STS held to 50 calls a second. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { measure, sum, wanted, type BenchCase, type Figure, type MeasureOptions, type Summary } from "../bench-case.ts";
import { bundle } from "../built.ts";
import { startFixedAws } from "../fixed-aws/index.ts";
import { temporaryFolder } from "../folders.ts";
import { median, type Program } from "../measure.ts";
import { botocoveName as peerName, installBotocove } from "../peers/botocove.ts";
import { leftOut, tryPeer } from "../peers/peer.ts";

const accounts = 500;
const latency = 25;
const stsLimit = { calls: "sts:*", rate: 50, burst: 50 };

export const enteringAccounts: BenchCase = {
  name: "entering 500 accounts",
  run: async ({ repeat, peers, progress }) => {
    await using folder = await temporaryFolder();
    await using aws = await startFixedAws({ size: { accounts, units: 10, policies: 1 }, tagging: true });
    const script = await bundle(join(import.meta.dirname, "enter-accounts.ts"), folder.path);
    const sessions = join(folder.path, "sessions");
    const enter: Program = { command: process.execPath, args: [script, sessions], env: aws.env, cwd: folder.path };
    const forget = (): Promise<void> => rm(sessions, { recursive: true, force: true });
    const free: MeasureOptions = { aws, behaviour: { latency }, repeat };
    const held: MeasureOptions = { aws, behaviour: { latency, limits: [stsLimit] }, repeat, mayFail: true };

    progress("ours");
    const ours = await measure(enter, { ...free, prepare: forget });
    const again = await measure(enter, free);
    progress("ours, STS held to 50/s");
    const oursHeld = await measure(enter, { ...held, prepare: forget });
    progress(peerName);
    const installed = peers ? await tryPeer(peerName, installBotocove) : leftOut;
    const run = (options: MeasureOptions) =>
      "peer" in installed
        ? tryPeer(peerName, () => measure(installed.peer.enterAccounts(aws.env, folder.path), options))
        : Promise.resolve(installed);
    const theirs = await run(free);
    progress(`${peerName}, STS held to 50/s`);
    const theirsHeld = await run(held);
    const figure = (peer: typeof theirs, of: (summary: Summary) => Figure): Figure =>
      "peer" in peer ? of(peer.peer) : peer.missing;
    const stsCalls = ({ samples }: Summary): number => median(samples.map(({ counts }) => sum(counts.calls, /^sts:/)));
    return [
      {
        what: "time",
        unit: "s",
        ours: ours.seconds,
        peer: figure(theirs, ({ seconds }) => seconds),
        peerName,
      },
      {
        what: "memory",
        unit: "MB",
        ours: ours.megabytes,
        peer: figure(theirs, ({ megabytes }) => megabytes),
        peerName,
      },
      { what: "accounts lost", unit: "accounts", ours: lost(ours), peer: figure(theirs, lost), peerName },
      {
        what: "calls to STS in a second run",
        unit: "calls",
        ours: stsCalls(again),
        peer: figure(theirs, stsCalls),
        peerName,
        wanted: wanted("none", stsCalls(again), (value) => value === 0),
      },
      { what: "time of a second run", unit: "s", ours: again.seconds },
      {
        what: "STS held to 50/s: accounts lost",
        unit: "accounts",
        ours: lost(oursHeld),
        peer: figure(theirsHeld, lost),
        peerName,
        wanted: wanted("none", lost(oursHeld), (value) => value === 0),
      },
      {
        what: "STS held to 50/s: time",
        unit: "s",
        ours: oursHeld.seconds,
        peer: figure(theirsHeld, ({ seconds }) => seconds),
        peerName,
        wanted: wanted("≤ 11 s", oursHeld.seconds, (value) => value <= 11),
      },
      {
        what: "STS held to 50/s: calls throttled",
        unit: "calls",
        ours: oursHeld.throttled,
        peer: figure(theirsHeld, ({ throttled }) => throttled),
        peerName,
      },
    ];
  },
};

/** Both programs print how many accounts they reached and lost; one that printed nothing lost them all. */
function lost({ samples }: Summary): number {
  const losses = samples.map(({ stdout }) => {
    const printed = /^\{"entered".*\}$/m.exec(stdout)?.[0];
    return printed === undefined ? accounts : (JSON.parse(printed) as { lost: number }).lost;
  });
  return Math.max(...losses);
}
