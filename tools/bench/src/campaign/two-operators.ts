/** Two people apply at once, with the same file or with different ones. */

import { setTimeout as sleep } from "node:timers/promises";
import { convergenceProblems, creationProblems, stateProblems, union, watchCreations } from "./aftermath.ts";
import type { Estate } from "./estates.ts";
import type { Lane } from "./lane.ts";
import { messageProblems } from "./message.ts";

export const meetings = ["same-file", "different-files"] as const;
export type Meeting = (typeof meetings)[number];

/** By how many milliseconds the second is later. */
export const offsets: readonly number[] = [0, 20, 50, 100, 150, 200, 300, 450, 700, 1_000];

/** What is wrong after both have ended and each has run once more. */
export async function runMeeting(lane: Lane, estate: Estate, meeting: Meeting, offset: number): Promise<string[]> {
  const { sandbox } = lane;
  const creations: string[] = [];
  const [one, two] = [lane.operator("one"), lane.operator("two")];
  const other = meeting === "same-file" ? estate.file : estate.other;
  await lane.reset();
  await Promise.all([one.write(estate.file), two.write(other)]);
  watchCreations(sandbox, creations);

  const first = one.start("apply", "--yes");
  await sleep(offset);
  const second = two.start("apply", "--yes");
  const ended = await Promise.all([first.ended, second.ended]);
  return [
    ...ended.flatMap(messageProblems),
    ...(await convergenceProblems(one, ended[0].exitCode === 0)),
    ...(await convergenceProblems(two, ended[1].exitCode === 0)),
    ...(await stateProblems(sandbox, union(estate.file, other))),
    ...creationProblems(creations),
  ];
}
