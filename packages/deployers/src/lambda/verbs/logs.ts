/** `logs`: what functions wrote, or write. */

import { type JsonObject, type Result, type Style } from "@bulkhead/core";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { placeOf, type DeployRun } from "../../run.ts";
import { chosenFunctions } from "../chosen.ts";
import { badTime, tailUntil } from "../errors.ts";
import { followLogEvents, readable, readLogEvents, type LogEvent } from "../log-events.ts";
import { logGroupOf } from "../log-group.ts";

export interface LogsFlags {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly filter: string | undefined;
  readonly tail: boolean;
}

export async function runLogs(run: DeployRun, { since = "10m", until, filter, tail }: LogsFlags): Promise<Result> {
  if (tail && until !== undefined) throw tailUntil();
  const functions = chosenFunctions(run.target.functions, run.context.args);
  const names = new Map(functions.map(({ name }) => [logGroupOf(name), name]));
  const now = Date.now();
  const query = {
    since: timeOf("since", since, now),
    until: until === undefined ? undefined : timeOf("until", until, now),
    filter,
  };
  const client = run.access.client(CloudWatchLogsClient, run.place);
  const document = ({ group, at, message }: LogEvent): JsonObject => ({
    function: names.get(group) ?? group,
    at: new Date(at).toISOString(),
    message: message.trimEnd(),
  });
  const line = ({ group, at, message }: LogEvent, style: Style): string => {
    const name = names.size > 1 ? `${names.get(group)} ` : "";
    return `${style.dim(`${new Date(at).toISOString()} ${name}`)}${readable(message)}`;
  };
  if (!tail) {
    const events = await readLogEvents(client, [...names.keys()], query);
    return {
      document: { kind: "logs", version: 1, ...placeOf(run), events: events.map(document) },
      text: (style) => events.map((event) => line(event, style)).join("\n"),
    };
  }
  for await (const event of followLogEvents(client, [...names.keys()], query, run.context.signal)) {
    run.context.emit({ document: document(event), text: (style) => line(event, style) });
  }
  return {};
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** Milliseconds since the epoch. @throws Lambda.BadTime */
export function timeOf(flag: string, text: string, now: number): number {
  const [, count, unit = ""] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (units[unit] ?? 0) * 1_000;
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw badTime(flag, text);
  return time;
}
