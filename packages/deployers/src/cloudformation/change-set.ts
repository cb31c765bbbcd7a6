/** Change sets: made, read to the last page, removed, and executed; each step is safe to do again after a lost answer. */

import { BulkheadError } from "@bulkhead/core";
import { awsErrorName, readPages } from "@bulkhead/credentials";
import {
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  ListChangeSetsCommand,
  type Capability,
  type Change,
  type CloudFormationClient,
  type DescribeChangeSetCommandOutput,
} from "@aws-sdk/client-cloudformation";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isChangeSetGone, readStack } from "./actual.ts";
import {
  changeSetFailed,
  changeSetForeign,
  changeSetGone,
  changeSetStale,
  messageOf,
  needsCapabilities,
} from "./errors.ts";
import type { ChangeSet, PropertyChange, ResourceChange, WantedStack } from "./model.ts";

const ourNames = /^bulkhead-/;

/** What AWS says of a change set that would change nothing. */
const empty = /didn't contain changes|No updates are to be performed/;

/**
 * Lets CloudFormation work out what deploying would change.
 * @param previous parameters that keep the value which the stack has
 * @returns null where it would change nothing; then nothing is left behind
 * @throws CloudFormation.NeedsCapabilities, CloudFormation.ChangeSetFailed
 */
export async function createChangeSet(
  client: CloudFormationClient,
  wanted: WantedStack,
  action: "create" | "update",
  previous: readonly string[],
): Promise<ChangeSet | null> {
  const token = randomUUID();
  const name = `bulkhead-${token}`;
  const { template } = wanted;
  const values = [...wanted.parameters].flatMap(([ParameterKey, parameter]) =>
    parameter.kind === "value" ? [{ ParameterKey, ParameterValue: parameter.value }] : [],
  );
  const command = new CreateChangeSetCommand({
    StackName: wanted.name,
    ChangeSetName: name,
    ClientToken: token,
    ChangeSetType: action === "create" ? "CREATE" : "UPDATE",
    Description: descriptionOf(wanted.application),
    ...(template.url === undefined ? { TemplateBody: template.text } : { TemplateURL: template.url }),
    Parameters: [...values, ...previous.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true }))],
    Tags: [...wanted.tags].map(([Key, Value]) => ({ Key, Value })),
    Capabilities: wanted.capabilities as Capability[],
    IncludeNestedStacks: true,
    ...(wanted.roleArn === undefined ? {} : { RoleARN: wanted.roleArn }),
    ...(wanted.notificationArns.length > 0 || action === "update"
      ? { NotificationARNs: [...wanted.notificationArns] }
      : {}),
  });
  let id = name;
  try {
    id = (await client.send(command)).Id ?? name;
  } catch (error) {
    // The first answer was lost; the name is this run's own.
    if (awsErrorName(error) !== "AlreadyExistsException") throw explain(error, wanted);
  }
  const described = await whenReady(client, id, wanted.name);
  if (described.Status === "FAILED") {
    await dropChangeSet(client, { id, stackId: described.StackId ?? wanted.name }, action);
    if (empty.test(described.StatusReason ?? "")) return null;
    throw explain(changeSetFailed(wanted.name, described.StatusReason ?? "no reason given"), wanted);
  }
  return changeSetOf(client, described);
}

function explain(error: unknown, wanted: WantedStack): unknown {
  const { name, where } = wanted;
  const said = messageOf(error) || (error instanceof Error ? error.message : "");
  const missing = /[Rr]equires capabilities ?: ?\[([^\]]*)\]/.exec(said)?.[1];
  return missing === undefined ? withoutSecrets(error, wanted) : needsCapabilities(name, missing.split(/, */), where);
}

function withoutSecrets(error: unknown, wanted: WantedStack): unknown {
  if (!(error instanceof BulkheadError)) return error;
  const message = hideSecrets(error.message, wanted);
  if (message === error.message) return error;
  const { code, fault, where, next } = error;
  return new BulkheadError({ code, fault, message, where, next });
}

/** What AWS says, without the values of secrets: it repeats one that it finds wrong, a NoEcho parameter's, too. */
export function hideSecrets(text: string, { parameters, template }: WantedStack): string {
  const secrets = [...parameters].flatMap(([name, parameter]) =>
    parameter.kind === "value" && parameter.value !== "" && (parameter.secret || template.parameters.get(name)?.noEcho)
      ? [parameter.value]
      : [],
  );
  return secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "****"), text);
}

function descriptionOf(application: string): string {
  return `Bulkhead's plan for ${application}`;
}

async function whenReady(
  client: CloudFormationClient,
  id: string,
  stack: string | undefined,
): Promise<DescribeChangeSetCommandOutput> {
  for (let pause = 300; ; pause = Math.min(pause * 1.5, 5_000)) {
    const described = await describe(client, id, stack);
    const { Status = "" } = described;
    if (!/^(CREATE|DELETE)_(PENDING|IN_PROGRESS)$/.test(Status)) return described;
    await sleep(pause);
  }
}

async function describe(
  client: CloudFormationClient,
  id: string,
  stack: string | undefined,
): Promise<DescribeChangeSetCommandOutput> {
  const input = { ChangeSetName: id, ...(stack ? { StackName: stack } : {}), IncludePropertyValues: true };
  const pages = readPages("NextToken", (page) => client.send(new DescribeChangeSetCommand({ ...input, ...page })));
  const changes: Change[] = [];
  let last: DescribeChangeSetCommandOutput | undefined;
  for await (last of pages) changes.push(...(last.Changes ?? []));
  return { ...(last as DescribeChangeSetCommandOutput), Changes: changes };
}

/**
 * A change set that an earlier run kept.
 * @throws CloudFormation.ChangeSetGone, CloudFormation.ChangeSetForeign, CloudFormation.ChangeSetStale
 */
export async function readKept(
  client: CloudFormationClient,
  kept: { readonly id: string; readonly stackId: string; readonly stackName: string },
  application: string,
): Promise<ChangeSet & { readonly executed: boolean }> {
  const { id, stackId, stackName } = kept;
  const described = await describe(client, id, stackId).catch((error: unknown) => {
    throw isChangeSetGone(error) ? changeSetGone(stackName) : error;
  });
  const ours = ourNames.test(described.ChangeSetName ?? "") && described.Description === descriptionOf(application);
  if (!ours || described.StackId !== stackId) throw changeSetForeign(stackName);
  const { ExecutionStatus = "" } = described;
  const executed = ExecutionStatus.startsWith("EXECUTE_") && ExecutionStatus !== "EXECUTE_FAILED";
  if (!executed && ExecutionStatus !== "AVAILABLE") throw changeSetStale(stackName, ExecutionStatus);
  return { ...(await changeSetOf(client, described)), executed };
}

/** Removes a change set; one that is gone already is as good. */
async function deleteChangeSet(client: CloudFormationClient, id: string, stack: string): Promise<void> {
  try {
    await client.send(new DeleteChangeSetCommand({ ChangeSetName: id, StackName: stack }));
  } catch (error) {
    if (!isChangeSetGone(error)) throw error;
  }
}

/** Removes a change set, and the empty stack that a new stack's first one makes, unless somebody else has one for it. */
export async function dropChangeSet(
  client: CloudFormationClient,
  { id, stackId }: Pick<ChangeSet, "id" | "stackId">,
  action: "create" | "update",
): Promise<void> {
  await deleteChangeSet(client, id, stackId);
  if (action === "update") return;
  const stack = await readStack(client, stackId);
  if (stack?.status !== "REVIEW_IN_PROGRESS") return;
  const { Summaries = [] } = await client.send(new ListChangeSetsCommand({ StackName: stackId }));
  if (Summaries.length === 0) await client.send(new DeleteStackCommand({ StackName: stackId }));
}

/** Removes what earlier runs of the same application left behind, and nobody else's. */
export async function deleteLeftovers(
  client: CloudFormationClient,
  stack: string,
  application: string,
  keep: string | undefined,
): Promise<void> {
  const pages = readPages("NextToken", (page) => client.send(new ListChangeSetsCommand({ StackName: stack, ...page })));
  for await (const { Summaries = [] } of pages) {
    for (const { ChangeSetId, ChangeSetName = "", Description, ExecutionStatus } of Summaries) {
      const ours = ourNames.test(ChangeSetName) && Description === descriptionOf(application);
      const inUse = ExecutionStatus === "EXECUTE_IN_PROGRESS" || ChangeSetId === keep;
      if (ours && !inUse && ChangeSetId !== undefined) await deleteChangeSet(client, ChangeSetId, stack);
    }
  }
}

/**
 * Begins to carry a change set out.
 * @param token marks the operation's events
 * @throws CloudFormation.ChangeSetGone, CloudFormation.ChangeSetStale
 */
export async function executeChangeSet(
  client: CloudFormationClient,
  { id, stackId, stackName }: ChangeSet,
  token: string,
): Promise<void> {
  try {
    await client.send(
      new ExecuteChangeSetCommand({ ChangeSetName: id, StackName: stackId, ClientRequestToken: token }),
    );
  } catch (error) {
    if (isChangeSetGone(error)) throw changeSetGone(stackName);
    if (!/^InvalidChangeSetStatus/.test(awsErrorName(error) ?? "")) throw error;
    // Its first answer was lost, perhaps.
    const { ExecutionStatus = "" } = await describe(client, id, stackId);
    if (!ExecutionStatus.startsWith("EXECUTE_")) throw changeSetStale(stackName, ExecutionStatus);
  }
}

async function changeSetOf(
  client: CloudFormationClient,
  described: DescribeChangeSetCommandOutput,
): Promise<ChangeSet> {
  return {
    id: described.ChangeSetId ?? "",
    stackId: described.StackId ?? "",
    stackName: described.StackName ?? "",
    changes: await changesOf(client, described, ""),
  };
}

/** The changes of a change set, and of those that it has for nested stacks. */
async function changesOf(
  client: CloudFormationClient,
  { Changes = [] }: DescribeChangeSetCommandOutput,
  prefix: string,
): Promise<readonly ResourceChange[]> {
  const changes: ResourceChange[] = [];
  for (const { ResourceChange: change } of Changes) {
    if (!change) continue;
    const logicalId = `${prefix}${change.LogicalResourceId ?? ""}`;
    changes.push({
      action: (change.Action ?? "Dynamic") as ResourceChange["action"],
      logicalId,
      type: change.ResourceType ?? "",
      physicalId: change.PhysicalResourceId || undefined,
      replacement: (change.Replacement || undefined) as ResourceChange["replacement"],
      properties: propertiesOf(change),
    });
    if (!change.ChangeSetId) continue;
    const nested = await whenReady(client, change.ChangeSetId, undefined);
    changes.push(...(await changesOf(client, nested, `${logicalId}/`)));
  }
  return changes;
}

type AwsResourceChange = NonNullable<Change["ResourceChange"]>;

/** AWS lists a property once for each reason that it changes for. */
function propertiesOf({ Details = [] }: AwsResourceChange): readonly PropertyChange[] {
  const byPath = new Map<string, PropertyChange>();
  for (const { Target: target } of Details) {
    if (!target) continue;
    const path =
      target.Path?.replace(/^\//, "").replaceAll("/", ".") ?? [target.Attribute, target.Name].filter(Boolean).join(".");
    const known = byPath.get(path);
    byPath.set(path, {
      path,
      before: target.BeforeValue ?? known?.before,
      after: target.AfterValue ?? known?.after,
      recreation: target.RequiresRecreation ?? known?.recreation ?? "Never",
    });
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
