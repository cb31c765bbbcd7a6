/** Carries out what a wiring plan says: permissions first, since sources ask for them, and last where they are taken away. */

import type { EventDiff } from "./diff.ts";
import { writeLogs } from "./logs.ts";
import { writeMapping } from "./mapping.ts";
import type { EventKind, WiringStep } from "./model.ts";
import { addPermission, removePermission } from "./permission.ts";
import { writeRule } from "./rule.ts";
import { writeS3 } from "./s3.ts";
import type { Site } from "./site.ts";
import { writeSns } from "./sns.ts";

/** Killed anywhere, the next plan sees what is left: a permission stands as long as anything may need it. */
export async function applyEvents(site: Site, { permit, steps, revoke }: EventDiff): Promise<void> {
  const { run } = site;
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    run.context.signal.throwIfAborted();
    run.lost.throwIfAborted();
    await work();
  };
  for (const permission of permit) await act(() => addPermission(site, permission));
  for (const together of bySource(steps)) await act(() => writeSteps(site, together));
  for (const permission of revoke) await act(() => removePermission(site, permission));
}

/** What changes at one bucket is changed together. */
function bySource(steps: readonly WiringStep[]): readonly (readonly WiringStep[])[] {
  const groups = new Map<string, WiringStep[]>();
  for (const step of steps) {
    const { kind, id, source } = step.change;
    const key = kind === "s3" ? `s3 ${source}` : `${kind} ${id}`;
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()];
}

const writers: Readonly<Record<EventKind, (site: Site, steps: readonly WiringStep[]) => Promise<void>>> = {
  sqs: eachBy(writeMapping),
  kinesis: eachBy(writeMapping),
  dynamodb: eachBy(writeMapping),
  s3: writeS3,
  sns: eachBy(writeSns),
  schedule: eachBy(writeRule),
  pattern: eachBy(writeRule),
  logs: eachBy(writeLogs),
};

function eachBy(write: (site: Site, step: WiringStep) => Promise<void>) {
  return async (site: Site, steps: readonly WiringStep[]): Promise<void> => {
    for (const step of steps) await write(site, step);
  };
}

async function writeSteps(site: Site, steps: readonly WiringStep[]): Promise<void> {
  const [first] = steps;
  if (first === undefined) return;
  await writers[first.change.kind](site, steps);
  for (const { change } of steps) {
    const message = `${site.functionName}:${site.alias}: ${change.sentence}`;
    site.run.context.report({ type: "detail", message });
  }
}
