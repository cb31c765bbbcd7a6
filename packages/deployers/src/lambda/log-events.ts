/** What functions write: read once, or followed as it is written, no line lost and none twice. */

import { clean } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import {
  FilterLogEventsCommand,
  type CloudWatchLogsClient,
  type FilteredLogEvent,
} from "@aws-sdk/client-cloudwatch-logs";
import { setTimeout as sleep } from "node:timers/promises";

export interface LogEvent {
  readonly group: string;
  readonly id: string;
  /** Milliseconds since the epoch, by the function's clock. */
  readonly at: number;
  readonly message: string;
}

export interface LogQuery {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until?: number | undefined;
  /** CloudWatch Logs' filter pattern. */
  readonly filter?: string | undefined;
}

/** Lines and tabs are as the function wrote them; nothing else may steer the terminal. */
export function readable(message: string): string {
  return message.trimEnd().replace(/[^\n\t]+/g, clean);
}

/** All events of some groups, oldest first. A group that doesn't exist has none. */
export async function readLogEvents(
  client: CloudWatchLogsClient,
  groups: readonly string[],
  query: LogQuery,
): Promise<readonly LogEvent[]> {
  const found = await Promise.all(groups.map((group) => readGroup(client, group, query)));
  return found.flatMap(({ events }) => events).sort((a, b) => a.at - b.at);
}

/** Milliseconds by which lines may reach CloudWatch Logs later than others that were written after them. */
const lateness = 60_000;
const pause = 1_000;

/**
 * Events as they come, until the signal. Each round reads again what may have come late, and leaves out what it knows.
 */
export async function* followLogEvents(
  client: CloudWatchLogsClient,
  groups: readonly string[],
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogEvent> {
  const from = new Map(groups.map((group) => [group, query.since]));
  const known = new Map<string, number>();
  while (!signal.aborted) {
    const fresh: LogEvent[] = [];
    for (const group of groups) {
      const since = from.get(group) ?? query.since;
      const { events, newest } = await readGroup(client, group, { ...query, since });
      fresh.push(...events.filter(({ id }) => !known.has(id)));
      for (const { id, at } of events) known.set(id, at);
      from.set(group, Math.max(since, newest - lateness));
    }
    yield* fresh.sort((a, b) => a.at - b.at);
    const oldest = Math.min(...from.values());
    for (const [id, at] of known) if (at < oldest) known.delete(id);
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

interface Read {
  readonly events: readonly LogEvent[];
  /** When AWS got the newest of them, by its own clock: a function's may go wrong. 0 where there are none. */
  readonly newest: number;
}

async function readGroup(
  client: CloudWatchLogsClient,
  group: string,
  { since, until, filter }: LogQuery,
): Promise<Read> {
  const all: FilteredLogEvent[] = [];
  try {
    for (let nextToken: string | undefined; ;) {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName: group,
          startTime: since,
          endTime: until,
          filterPattern: filter,
          nextToken,
        }),
      );
      // A page can be empty, and yet not be the last.
      all.push(...(page.events ?? []));
      if (page.nextToken === undefined) break;
      nextToken = page.nextToken;
    }
  } catch (error) {
    // The function hasn't written anything yet.
    if (awsErrorName(error) !== "ResourceNotFoundException") throw error;
  }
  return {
    events: all.map(({ eventId = "", timestamp = 0, message = "" }) => ({
      group,
      id: eventId,
      at: timestamp,
      message,
    })),
    newest: Math.max(0, ...all.map(({ ingestionTime = 0 }) => ingestionTime)),
  };
}
