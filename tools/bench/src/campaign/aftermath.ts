/** What must hold after every disturbance: the next run finishes the work, nothing is there twice, nothing is lost. */

import type { Sandbox } from "@bulkhead/sandbox";
import type { LandingZone, Wanted } from "./estates.ts";
import { differences, readFound } from "./found.ts";
import type { Ended, Operator } from "./lane.ts";

const tail = ({ stdout, stderr }: Ended): string => `${stderr}\n${stdout}`.trim().slice(-600);

/** A run that nothing disturbs has to end well. */
export function undisturbedProblems(ended: Ended): string[] {
  return ended.exitCode === 0
    ? []
    : [`a run that nothing disturbed ended with ${String(ended.exitCode)}: ${tail(ended)}`];
}

/** The next run has to end well, and the plan after it has to be empty. */
export async function convergenceProblems(operator: Operator, saidDone: boolean): Promise<string[]> {
  const next = await operator.run("apply", "--yes");
  if (next.exitCode !== 0) return [`the next run ended with ${String(next.exitCode)}: ${tail(next)}`];
  const plan = await operator.run("plan", "--detailed-exitcode");
  return [
    ...(plan.exitCode === 0 ? [] : [`the plan isn't empty after it: ${tail(plan)}`]),
    ...(saidDone && !next.stdout.includes("Nothing to do") ? [`the run said it was done, but: ${tail(next)}`] : []),
  ];
}

export async function stateProblems(sandbox: Sandbox, wanted: Wanted): Promise<string[]> {
  return differences(wanted, await readFound(sandbox));
}

/** Remembers the creations that reach AWS, to tell if one was sent twice. Faults that are cleared take it along. */
export function watchCreations(sandbox: Sandbox, names: string[]): void {
  sandbox.faults.script("organizations:CreateAccount", ({ input }) => {
    names.push(String(input["AccountName"]));
    return undefined;
  });
}

export function creationProblems(names: readonly string[]): string[] {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(twice)].map((name) => `CreateAccount was sent more than once for ${name}`);
}

/** What two landing zones ask for together. */
export function union(a: LandingZone, b: LandingZone): Wanted {
  const both = (key: "units" | "policies" | "attachments") => [...new Set([...a.wanted[key], ...b.wanted[key]])];
  return {
    accounts: new Map([...a.wanted.accounts, ...b.wanted.accounts]),
    units: both("units"),
    policies: both("policies"),
    attachments: both("attachments"),
  };
}
