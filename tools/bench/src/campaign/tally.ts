/** Counts runs and faults, prints each fault with how to see it again, and in the end what kinds of problems there were. */

export interface Tally {
  readonly runs: () => number;
  readonly faults: () => number;
  /** @param again the flags that repeat this very run */
  count(problems: readonly string[], title: string, again: string): void;
  /** A line for each kind of problem, the most frequent first. */
  summary(): readonly string[];
}

export function createTally(say: (text: string) => void): Tally {
  let [runs, faults] = [0, 0];
  const kinds = new Map<string, { count: number; again: string }>();
  return {
    runs: () => runs,
    faults: () => faults,
    count: (problems, title, again) => {
      runs += 1;
      if (problems.length === 0) return;
      faults += 1;
      say([`FAULT ${title}`, ...problems.map(indent), `  again: npm run campaign -- ${again}`].join("\n"));
      for (const kind of new Set(problems.map(kindOf))) {
        const known = kinds.get(kind) ?? { count: 0, again };
        kinds.set(kind, { ...known, count: known.count + 1 });
      }
    },
    summary: () =>
      [...kinds]
        .sort(([, a], [, b]) => b.count - a.count)
        .map(([kind, { count, again }]) => `${count} × ${kind}\n    first: npm run campaign -- ${again}`),
  };
}

function indent(problem: string): string {
  return `  ${problem.replaceAll("\n", "\n    ")}`;
}

/** A problem without what differs from run to run. */
function kindOf(problem: string): string {
  const first = problem.split("\n", 1)[0] ?? "";
  return first.replace(/[\w+.@-]*\d[\w+.@-]*/g, "…").slice(0, 200);
}
