/** Whether a failed run said what happened and what to do: a code, a next step, and never “internal”. */

import type { Ended } from "./lane.ts";

const code = /\([A-Z][A-Za-z]+\.[A-Z][A-Za-z]+\)/;
/** In what is shown in the end: an error that ended the run, and changes that failed on their own account. */
const ended = /^error /;
const failedChange = /^✗ (?!.*: (not tried|refused), )/;

/** What is wrong with the messages of a run that ended with an error. */
export function messageProblems({ exitCode, hung, stdout, stderr }: Ended): string[] {
  if (hung) return [`the run hung and had to be killed: ${stderr.slice(-300)}`];
  if (exitCode === 0) return [];
  if (exitCode === null) return ["the run was killed by a signal"];
  const failures = [...withNextLine(stderr, ended), ...withNextLine(stdout, failedChange)];
  const internal = `${stdout}\n${stderr}`.split("\n").filter((line) => /Internal\.|a defect of Bulkhead/.test(line));
  return [
    ...internal.map((line) => `called a defect of ours: ${line}`),
    ...(failures.length === 0 ? [`exit code ${exitCode} without an error: ${stdout}${stderr}`.slice(-300)] : []),
    ...failures.filter(({ line }) => !code.test(line)).map(({ line }) => `no code: ${line}`),
    ...failures.filter(({ next }) => !/^\s+\S/.test(next)).map(({ line }) => `no next step: ${line}`),
  ];
}

function withNextLine(text: string, pattern: RegExp): { line: string; next: string }[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => (pattern.test(line) ? [{ line, next: lines[index + 1] ?? "" }] : []));
}
