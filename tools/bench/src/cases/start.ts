/** How long `bulkhead` takes to start, against bare Node and the AWS CLI. */

import { type BenchCase, type Figure, wanted } from "../bench-case.ts";
import { median, runProgram } from "../measure.ts";
import { tryPeer } from "../peers/peer.ts";
import { temporaryFolder } from "../folders.ts";

const runs = 15;

export const start: BenchCase = {
  name: "start",
  run: async ({ cli }) => {
    await using folder = await temporaryFolder();
    const milliseconds = async (command: string, ...args: string[]): Promise<number> => {
      const times: number[] = [];
      while (times.length < runs) {
        const { seconds, exitCode } = await runProgram({ command, args, env: {}, cwd: folder.path });
        if (exitCode !== 0) throw new Error(`${command} ended with ${String(exitCode)}`);
        times.push(seconds * 1000);
      }
      return median(times);
    };
    const ours = await milliseconds(process.execPath, cli, "--version");
    const node = await milliseconds(process.execPath, "-e", "0");
    const aws = await tryPeer("aws", () => milliseconds("aws", "--version"));
    const peer: Figure = "peer" in aws ? aws.peer : aws.missing;
    return [
      {
        what: "`bulkhead --version`",
        unit: "ms",
        ours,
        peer: node,
        peerName: "`node -e 0`",
        wanted: wanted("what Node costs, and half as much", ours, (value) => value <= node * 1.5),
      },
      { what: "`bulkhead --version`", unit: "ms", ours, peer, peerName: "`aws --version`" },
    ];
  },
};
