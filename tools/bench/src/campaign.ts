/** `npm run campaign`: disturbs an apply at every call in every way, over estates of several sizes, and counts the faults. */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildCli, bundle } from "./built.ts";
import { disturbances } from "./campaign/disturbances.ts";
import { estates, type Estate } from "./campaign/estates.ts";
import { openLane, type Lane } from "./campaign/lane.ts";
import { createTally } from "./campaign/tally.ts";
import { runTrial } from "./campaign/trial.ts";
import { meetings, offsets, runMeeting } from "./campaign/two-operators.ts";
import { temporaryFolder } from "./folders.ts";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    size: { type: "string" },
    estate: { type: "string" },
    every: { type: "string" },
    call: { type: "string" },
    lanes: { type: "string", default: String(availableParallelism()) },
  },
});

/** A sequence of runs that one lane goes through. */
interface Series {
  readonly title: string;
  readonly estate: Estate;
  run(lane: Lane): Promise<void>;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const tally = createTally(say);

function sweep(estate: Estate, kind: number): Series[] {
  const disturbance = disturbances[kind];
  if (disturbance === undefined) return [];
  const every = Number(flags.every ?? estate.every);
  // Each kind starts at another call, so that all calls are disturbed in some way.
  const first = flags.call === undefined ? 1 + (kind % every) : Number(flags.call);
  return [
    {
      title: `estate ${estate.name}, ${disturbance.name}`,
      estate,
      run: async (lane) => {
        for (let call = first; ; call += every) {
          const { struck, operation, problems } = await runTrial(lane, { estate, disturbance, call });
          const again = `--estate ${estate.name} --only ${disturbance.name} --call ${call}`;
          const what = struck ? `call ${call} (${operation}): ${disturbance.summary}` : "nothing disturbed it";
          tally.count(problems, `estate ${estate.name}, ${what}`, again);
          if (!struck || flags.call !== undefined) return;
        }
      },
    },
  ];
}

function meet(estate: Estate, meeting: (typeof meetings)[number]): Series {
  return {
    title: `estate ${estate.name}, two operators with ${meeting}`,
    estate,
    run: async (lane) => {
      for (const offset of flags.call === undefined ? offsets : [Number(flags.call)]) {
        const problems = await runMeeting(lane, estate, meeting, offset);
        const again = `--estate ${estate.name} --only ${meeting} --call ${offset}`;
        tally.count(problems, `estate ${estate.name}: two operators with ${meeting}, ${offset} ms apart`, again);
      }
    },
  };
}

const matches = (wanted: string | undefined, is: string): boolean => wanted === undefined || wanted === is;
const series = estates
  .filter(({ name, size }) => matches(flags.estate, name) && matches(flags.size, String(size)))
  .flatMap((estate) => [
    ...disturbances.flatMap(({ name }, kind) => (matches(flags.only, name) ? sweep(estate, kind) : [])),
    ...meetings.flatMap((meeting) =>
      matches(flags.only, meeting) && estate.before === undefined ? [meet(estate, meeting)] : [],
    ),
  ]);
if (series.length === 0) throw new Error("no such kind, size or estate");

await using folder = await temporaryFolder();
say("building");
const programs = {
  cli: await buildCli(folder.path),
  fastTimers: await bundle(join(import.meta.dirname, "campaign/fast-timers.ts"), folder.path),
};
const started = performance.now();
let finished = 0;
const queue = series[Symbol.iterator]();
await Promise.all(
  Array.from({ length: Math.min(series.length, Number(flags.lanes)) }, async () => {
    await using lane = await openLane(programs);
    for (const { title, run } of queue) {
      const startedAt = performance.now();
      await run(lane);
      finished += 1;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      const soFar = `${finished} of ${series.length} series, ${tally.runs()} runs, ${tally.faults()} faults`;
      say(`${title}: done in ${seconds} s (${soFar})`);
    }
  }),
);
say(`${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
for (const line of tally.summary()) say(line);
say(`campaign: ${tally.runs()} runs, ${tally.faults()} faults`);
process.exitCode = tally.faults() === 0 ? 0 : 1;
