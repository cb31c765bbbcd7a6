/**
 * What a book's lines tell: pure.
 *
 *   line                        | what is read out of it
 *   ----------------------------+---------------------------------------------------------------------
 *   begun, then its end         | one receipt: the end
 *   begun, then nothing of it   | a receipt that is `begun`: under way, or killed
 *   the same line twice         | one (the first answer was lost)
 *
 * What ran before what, after each receipt that is `done` (version numbers are never taken for an order):
 *
 *   deploy, promote from A to B | B stands on A. Where A had come by hand: A stands on what it stood on when it ran
 *                               | before, or else on what ran until then
 *   rollback to A               | all that stands on A is forgotten
 *   confirm                     | nothing changes
 *   delete                      | nothing ran
 */

import { jsonEqual, type Json } from "@bulkhead/core";
import type { Receipt, Side } from "./model.ts";

/** One receipt for each deployment. @param lines oldest first */
export function foldLines(lines: readonly Receipt[]): readonly Receipt[] {
  return lines.filter((line, index) => {
    const next = lines[index + 1];
    if (next === undefined) return true;
    if (jsonEqual(line as unknown as Json, next as unknown as Json)) return false;
    return line.result !== "begun" || next.result === "begun" || !isSame(line, next);
  });
}

function isSame(one: Receipt, other: Receipt): boolean {
  return one.verb === other.verb && one.digest === other.digest && one.settings === other.settings;
}

/**
 * What ran before what runs now.
 * @param receipts oldest first
 * @param runs what AWS calls the stack or function, and the version that runs by AWS's word
 * @returns undefined where no receipt tells
 */
export function predecessor(
  receipts: readonly Receipt[],
  runs: Pick<Receipt, "name"> & Pick<Side, "version">,
): Side | undefined {
  const told = receipts.filter(({ result, name }) => result === "done" && name === runs.name);
  const stood = told.reduce(after, []);
  const at = stood.findLastIndex(({ version }) => version === runs.version);
  return at < 0 ? stood.at(-1) : stood[at - 1];
}

/**
 * The deployment that brought what runs, or ran.
 * @param receipts newest first
 * @returns undefined where the book has forgotten it
 */
export function deploymentOf(
  receipts: readonly Receipt[],
  name: string,
  { version, commit }: Pick<Side, "version" | "commit">,
): Receipt | undefined {
  return receipts.find(
    ({ result, verb, name: other, to }) =>
      result === "done" && verb !== "rollback" && other === name && to?.version === version && to.commit === commit,
  );
}

type Stood = readonly Side[];

/** What stands on what, the lowest first, after one more receipt. */
function after(stood: Stood, { verb, from, to }: Receipt): Stood {
  if (to === null) return [];
  if (verb === "confirm" && stood.length > 0) return stood;
  if (verb === "rollback") return upTo(stood, to);
  const ground = from === null ? [] : upTo(stood, from);
  return from?.version === to.version ? ground : [...ground, to];
}

function upTo(stood: Stood, side: Side): Stood {
  const at = stood.findLastIndex(({ version }) => version === side.version);
  return at < 0 ? [...stood, side] : stood.slice(0, at + 1);
}
