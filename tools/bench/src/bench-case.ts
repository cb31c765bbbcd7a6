/** What a case of the bench gets and gives, and how it measures a program against the server of fixed answers. */

import type { Behaviour, Counts, FixedAws } from "./fixed-aws/index.ts";
import { median, runProgram, type Program, type Ran } from "./measure.ts";

export interface BenchContext {
  /** The script of the built `bulkhead`. */
  readonly cli: string;
  /** How often each program is run; figures are medians. */
  readonly repeat: number;
  /** Whether the peers are run, too. */
  readonly peers: boolean;
  readonly progress: (text: string) => void;
}

export interface BenchCase {
  readonly name: string;
  run(context: BenchContext): Promise<readonly Row[]>;
}

export type Unit = "s" | "ms" | "MB" | "kB" | "calls" | "%" | "×" | "accounts";

/** A measured number, or why there is none. */
export type Figure = number | string;

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly unit: Unit;
  readonly ours: Figure;
  readonly peer?: Figure;
  readonly peerName?: string;
  /** What issue or design ask for; the test is of our number. */
  readonly wanted?: { readonly text: string; readonly met: boolean } | undefined;
}

/** One run of a program, with what it asked of AWS. */
export interface Sample extends Ran {
  readonly counts: Counts;
  readonly calls: number;
  readonly throttled: number;
}

/** The medians of several runs. */
export interface Summary {
  readonly seconds: number;
  readonly megabytes: Figure;
  readonly calls: number;
  readonly throttled: number;
  readonly samples: readonly Sample[];
}

export interface MeasureOptions {
  readonly aws: FixedAws;
  readonly behaviour: Partial<Behaviour>;
  readonly repeat: number;
  /** Before each run, not measured. */
  readonly prepare?: () => Promise<void>;
  /** Whether an exit code other than 0 is a result too. */
  readonly mayFail?: boolean;
}

/** @throws when the program fails, or asks for what the server has no answer to */
export async function measure(program: Program, options: MeasureOptions): Promise<Summary> {
  const samples: Sample[] = [];
  while (samples.length < options.repeat) samples.push(await measureOnce(program, options));
  const of = (number: (sample: Sample) => number): number => median(samples.map(number));
  const known = samples.every(({ megabytes }) => megabytes !== null);
  return {
    seconds: of(({ seconds }) => seconds),
    megabytes: known ? of(({ megabytes }) => megabytes ?? 0) : "not told by this system",
    calls: of(({ calls }) => calls),
    throttled: of(({ throttled }) => throttled),
    samples,
  };
}

async function measureOnce(program: Program, { aws, behaviour, prepare, mayFail }: MeasureOptions): Promise<Sample> {
  await prepare?.();
  await aws.behave(behaviour);
  const ran = await runProgram(program);
  const counts = await aws.counts();
  if (counts.unknown.length > 0) throw new Error(`no fixed answer to ${counts.unknown.join(", ")}`);
  if (ran.exitCode !== 0 && mayFail !== true) {
    const said = `${ran.stdout}\n${ran.stderr}`.trim().slice(-1000);
    throw new Error(`${program.args.join(" ")} ended with ${String(ran.exitCode)}: ${said}`);
  }
  return { ...ran, counts, calls: sum(counts.calls), throttled: sum(counts.throttled) };
}

export function sum(counts: Readonly<Record<string, number>>, pattern = /./): number {
  return Object.entries(counts).reduce((total, [name, count]) => (pattern.test(name) ? total + count : total), 0);
}

/** Only the numbers that pass a test of ours are wanted of us; a missing number passes none. */
export function wanted(text: string, figure: Figure, test: (value: number) => boolean): Row["wanted"] {
  return { text, met: typeof figure === "number" && test(figure) };
}
