/** Stacks as they are: read from CloudFormation, every list to its last page. */

import { awsErrorName, readAll, readPages } from "@bulkhead/credentials";
import {
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetStackPolicyCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type CloudFormationClient,
  type Stack,
  type StackEvent as AwsStackEvent,
  type StackResourceSummary,
} from "@aws-sdk/client-cloudformation";
import { isRefusal } from "./errors.ts";
import type { FoundStack, StackEvent } from "./model.ts";

/** @returns null where there is no such stack */
export async function readStack(client: CloudFormationClient, name: string): Promise<FoundStack | null> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0] ? foundStack(Stacks[0]) : null;
  } catch (error) {
    if (isRefusal(error, /does not exist/)) return null;
    throw error;
  }
}

/** All stacks of the account and region; deleted ones are left out by AWS. */
export async function readStacks(client: CloudFormationClient): Promise<readonly FoundStack[]> {
  const pages = readPages("NextToken", (page) => client.send(new DescribeStacksCommand(page)));
  return (await readAll(pages, ({ Stacks }) => Stacks)).map(foundStack);
}

/** The template as it was sent. */
export async function readSentTemplate(client: CloudFormationClient, name: string): Promise<string> {
  const { TemplateBody = "" } = await client.send(
    new GetTemplateCommand({ StackName: name, TemplateStage: "Original" }),
  );
  return TemplateBody;
}

/** @returns undefined where none was ever set, which allows everything */
export async function readPolicy(client: CloudFormationClient, name: string): Promise<string | undefined> {
  const { StackPolicyBody } = await client.send(new GetStackPolicyCommand({ StackName: name }));
  return StackPolicyBody || undefined;
}

export async function readResources(
  client: CloudFormationClient,
  name: string,
): Promise<readonly StackResourceSummary[]> {
  const pages = readPages("NextToken", (page) =>
    client.send(new ListStackResourcesCommand({ StackName: name, ...page })),
  );
  return readAll(pages, ({ StackResourceSummaries }) => StackResourceSummaries);
}

const begins = new Set(["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS"]);

/**
 * The events of the last operation, oldest first. AWS gives them newest first, and no more pages are read than it takes.
 * @param token the operation's own; none of its events yet means none at all. Without it, the operation that began last.
 */
export async function readEvents(
  client: CloudFormationClient,
  id: string,
  token: string | undefined,
): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  const pages = readPages("NextToken", (page) =>
    client.send(new DescribeStackEventsCommand({ StackName: id, ...page })),
  );
  for await (const { StackEvents = [], NextToken } of pages) {
    events.push(...StackEvents.map(foundEvent));
    const first =
      token === undefined
        ? events.findIndex(({ physicalId, status }) => physicalId === id && begins.has(status))
        : events.findLastIndex((event) => event.token === token);
    if (token !== undefined && first < 0) return [];
    // What is older than the operation's first event is another's; unless the page ends there, all was read.
    if (first >= 0 && (token === undefined || first < events.length - 1 || !NextToken)) {
      return events.slice(0, first + 1).reverse();
    }
  }
  return events.reverse();
}

function foundStack(stack: Stack): FoundStack {
  return {
    id: stack.StackId ?? "",
    name: stack.StackName ?? "",
    status: stack.StackStatus ?? "",
    reason: stack.StackStatusReason || undefined,
    changed: (stack.LastUpdatedTime ?? stack.CreationTime)?.getTime() ?? 0,
    parameters: new Map(
      (stack.Parameters ?? []).map(({ ParameterKey = "", ParameterValue = "" }) => [ParameterKey, ParameterValue]),
    ),
    // AWS's own can't be set, and so not be wanted either.
    tags: new Map(
      (stack.Tags ?? []).filter(({ Key }) => !Key?.startsWith("aws:")).map(({ Key = "", Value = "" }) => [Key, Value]),
    ),
    outputs: new Map((stack.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue])),
    roleArn: stack.RoleARN || undefined,
    notificationArns: stack.NotificationARNs ?? [],
    terminationProtection: stack.EnableTerminationProtection ?? false,
    parentId: stack.ParentId || undefined,
    description: stack.Description || undefined,
  };
}

function foundEvent(event: AwsStackEvent): StackEvent {
  return {
    id: event.EventId ?? "",
    stackId: event.StackId ?? "",
    logicalId: event.LogicalResourceId ?? "",
    physicalId: event.PhysicalResourceId || undefined,
    type: event.ResourceType ?? "",
    status: event.ResourceStatus ?? "",
    reason: event.ResourceStatusReason || undefined,
    token: event.ClientRequestToken || undefined,
  };
}

/** Whether AWS knows no such change set (any more). */
export function isChangeSetGone(error: unknown): boolean {
  return /^ChangeSetNotFound/.test(awsErrorName(error) ?? "");
}
