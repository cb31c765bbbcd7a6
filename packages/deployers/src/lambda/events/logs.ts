/** Events of a log group: a subscription filter. */

import { awsErrorName } from "@bulkhead/credentials";
import {
  CloudWatchLogsClient,
  DeleteSubscriptionFilterCommand,
  DescribeSubscriptionFiltersCommand,
  PutSubscriptionFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { logGroupOf } from "../log-group.ts";
import { whileBusy } from "./busy.ts";
import { parseArn, type Resolve } from "./source.ts";
import { eventInvalid } from "./errors.ts";
import type { FoundWiring, Reading, Wiring, WiringStep } from "./model.ts";
import { ruleName } from "./names.ts";
import { permissionOf } from "./permission.ts";
import type { LogsInput } from "./schema.ts";
import type { Site } from "./site.ts";

const principal = "logs.amazonaws.com";

export async function desiredLogs(input: LogsInput, resolve: Resolve, site: Site): Promise<Wiring> {
  const source = await resolve(input.logGroup);
  if (source === logGroupOf(site.functionName)) {
    throw eventInvalid("logs", "the function's own log group would invoke it for ever", resolve.where);
  }
  const { account } = site.run.place;
  const permission = permissionOf(site, principal, groupArn(site, source), account);
  return { kind: "logs", id: source, source, settings: { filterPattern: input.filter ?? "" }, permission };
}

function groupArn({ partition, run }: Site, group: string): string {
  return `arn:${partition}:logs:${run.place.region}:${run.place.account}:log-group:${group}:*`;
}

/** The log group of a permission's source. */
export function groupOf(arn: string): string {
  return /^log-group:(.+?)(:\*)?$/.exec(parseArn(arn)?.resource ?? "")?.[1] ?? arn;
}

/** An alias has one filter at a group. */
const filterName = (site: Site, group: string): string => ruleName(site, ["logs", group]);

/** @param groups log groups' names */
export async function readLogs(site: Site, groups: ReadonlySet<string>): Promise<Reading> {
  const found = await Promise.all([...groups].map((group) => readGroup(site, group)));
  return { wirings: found.flat(), unmanaged: [] };
}

async function readGroup(site: Site, source: string): Promise<readonly FoundWiring[]> {
  const name = filterName(site, source);
  try {
    const input = { logGroupName: source, filterNamePrefix: name };
    const { subscriptionFilters = [] } = await site.run.access
      .client(CloudWatchLogsClient, site.run.place)
      .send(new DescribeSubscriptionFiltersCommand(input));
    return subscriptionFilters
      .filter((one) => one.filterName === name && one.destinationArn === site.aliasArn)
      .map(({ filterPattern = "" }) => ({
        kind: "logs",
        id: source,
        source,
        settings: { filterPattern },
        handle: name,
        sid: permissionOf(site, principal, groupArn(site, source)).sid,
      }));
  } catch (error) {
    // A log group that is gone has no filters.
    if (awsErrorName(error) === "ResourceNotFoundException") return [];
    throw error;
  }
}

export async function writeLogs(site: Site, { wanted, change }: WiringStep): Promise<void> {
  const { run, aliasArn } = site;
  const client = run.access.client(CloudWatchLogsClient, run.place);
  const id = { logGroupName: change.source, filterName: filterName(site, change.source) };
  if (wanted === undefined) {
    await client.send(new DeleteSubscriptionFilterCommand(id));
    return;
  }
  const { filterPattern } = wanted.settings as { readonly filterPattern: string };
  // It tries to invoke the function, and may not have heard yet of the permission that was just given.
  await whileBusy(isNotYetPermitted, run.context.signal, () =>
    client.send(new PutSubscriptionFilterCommand({ ...id, filterPattern, destinationArn: aliasArn })),
  );
}

function isNotYetPermitted(name: string, message: string): boolean {
  return name === "InvalidParameterException" && message.includes("Could not execute the lambda function");
}
