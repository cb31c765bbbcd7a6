/** A function's log group, and how long it keeps what is in it. */

import { awsErrorName } from "@bulkhead/credentials";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { DeployRun } from "../run.ts";

/** Days; `never` where lines are kept for ever; undefined where there is no log group yet. */
export type Retention = number | "never" | undefined;

type Reach = Pick<DeployRun, "access" | "place">;

/** Where Lambda writes what a function prints, unless it is told otherwise. */
export function logGroupOf(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/** One call. */
export async function readRetention({ access, place }: Reach, functionName: string): Promise<Retention> {
  const logGroupName = logGroupOf(functionName);
  // Sorted by name: of all that begin with it, the name itself comes first.
  const { logGroups = [] } = await access
    .client(CloudWatchLogsClient, place)
    .send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName, limit: 1 }));
  const found = logGroups.find((group) => group.logGroupName === logGroupName);
  return found && (found.retentionInDays ?? "never");
}

/**
 * Makes the log group where it is missing, and sets how long it keeps lines. Writes: the caller holds the lease.
 * @returns whether something was changed
 */
export async function ensureRetention(
  { access, place }: Reach,
  functionName: string,
  days: number,
  found: Retention,
): Promise<boolean> {
  if (found === days) return false;
  const client = access.client(CloudWatchLogsClient, place);
  const logGroupName = logGroupOf(functionName);
  if (found === undefined) {
    try {
      await client.send(new CreateLogGroupCommand({ logGroupName }));
    } catch (error) {
      // The function has written its first line meanwhile.
      if (awsErrorName(error) !== "ResourceAlreadyExistsException") throw error;
    }
  }
  await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: days }));
  return true;
}
