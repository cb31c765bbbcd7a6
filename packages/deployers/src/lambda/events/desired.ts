/** From what is declared to wirings: look-ups resolved, names and permissions derived. Reads nothing of the sources. */

import type { DeployRun } from "../../run.ts";
import { desiredDynamodb } from "./dynamodb.ts";
import { eventInvalid, eventTwice } from "./errors.ts";
import { desiredKinesis } from "./kinesis.ts";
import { desiredLogs } from "./logs.ts";
import { eventKinds, type Wiring } from "./model.ts";
import { desiredPattern } from "./pattern.ts";
import { desiredS3 } from "./s3.ts";
import { desiredSchedule } from "./schedule.ts";
import type { EventInput } from "./schema.ts";
import type { Site } from "./site.ts";
import { desiredSns } from "./sns.ts";
import type { Resolve } from "./source.ts";
import { desiredSqs } from "./sqs.ts";
import type { Declared } from "../../deploy-file/declared.ts";

/** @throws Lambda.EventInvalid, .EventTwice; what look-ups throw */
export async function desiredEvents(
  run: DeployRun,
  site: Site,
  events: readonly Declared<EventInput>[],
): Promise<readonly Wiring[]> {
  const wirings = await Promise.all(
    events.map(async (event): Promise<Wiring> => ({ ...(await desiredEvent(run, site, event)), where: event.where })),
  );
  const known = new Set<string>();
  for (const { kind, id, source, where } of wirings) {
    const key = `${kind} ${id}`;
    if (known.has(key)) throw eventTwice(kind, source, where);
    known.add(key);
  }
  return wirings;
}

async function desiredEvent(run: DeployRun, site: Site, { input, where }: Declared<EventInput>): Promise<Wiring> {
  const [kind = "sqs"] = eventKinds.filter((name) => input[name] !== undefined);
  const resolve: Resolve = Object.assign(
    async (single: Parameters<Resolve>[0]) => {
      const { value, secret } = await run.resolver.resolve({ input: single, where });
      // It is shown in plans.
      if (secret) throw eventInvalid(kind, "a source can't be a secret", where);
      return value;
    },
    { where },
  );
  if (input.sqs) return desiredSqs(input.sqs, resolve);
  if (input.kinesis) return desiredKinesis(input.kinesis, resolve);
  if (input.dynamodb) return desiredDynamodb(input.dynamodb, resolve);
  if (input.s3) return desiredS3(input.s3, resolve, site);
  if (input.sns) return desiredSns(input.sns, resolve, site);
  if (input.schedule) return desiredSchedule(input.schedule, site);
  if (input.pattern) return desiredPattern(input.pattern, site);
  if (input.logs) return desiredLogs(input.logs, resolve, site);
  throw new Error("an event without a kind passed the schema");
}
