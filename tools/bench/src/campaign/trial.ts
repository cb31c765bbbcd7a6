/** One run that is disturbed at one call, and all that has to hold after it. */

import {
  convergenceProblems,
  creationProblems,
  stateProblems,
  undisturbedProblems,
  watchCreations,
} from "./aftermath.ts";
import type { Disturbance } from "./disturbances.ts";
import type { Estate } from "./estates.ts";
import type { Lane } from "./lane.ts";
import { messageProblems } from "./message.ts";

export interface Trial {
  readonly estate: Estate;
  readonly disturbance: Disturbance;
  /** The number of the disturbed call, from 1. */
  readonly call: number;
}

export interface Verdict {
  /** False where the run ended before it came to the call. */
  readonly struck: boolean;
  /** `service:Operation` of the call. */
  readonly operation: string;
  readonly problems: readonly string[];
}

export async function runTrial({ sandbox, reset, operator }: Lane, trial: Trial): Promise<Verdict> {
  const { estate, disturbance, call } = trial;
  const creations: string[] = [];
  const somebody = operator("one");
  await reset();
  const problems: string[] = [];
  if (estate.before) {
    await somebody.write(estate.before);
    problems.push(...undisturbedProblems(await somebody.run("apply", "--yes")));
    // What went wrong without a disturbance is a fault of its own; the trial needs the estate all the same.
    if (problems.length > 0) await somebody.run("apply", "--yes");
    sandbox.clearCalls();
  }
  await somebody.write(estate.file);

  watchCreations(sandbox, creations);
  const running = somebody.start("apply", "--yes");
  const armed = disturbance.arm(sandbox, call, running);
  const ended = await running.ended;
  const operation = sandbox.calls()[call - 1] ?? "";
  if (!armed.struck()) return { struck: false, operation, problems: [...problems, ...undisturbedProblems(ended)] };

  sandbox.faults.clear();
  watchCreations(sandbox, creations);
  if (!disturbance.silent) problems.push(...messageProblems(ended));
  problems.push(...(await convergenceProblems(somebody, ended.exitCode === 0)));
  await armed.settled();
  problems.push(...(await stateProblems(sandbox, estate.file.wanted)), ...creationProblems(creations));
  return { struck: true, operation, problems };
}
