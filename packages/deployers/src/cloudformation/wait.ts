/** Waiting for an operation on a stack: its events as they come, Ctrl-C, and how it ended. */

import type { Report } from "@bulkhead/core";
import { CancelUpdateStackCommand, type CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { randomUUID } from "node:crypto";
import { createPoller, type Poller } from "../poller.ts";
import { readEvents, readStack, readStacks } from "./actual.ts";
import { deploymentCancelled, deploymentFailed, isRefusal, stillRunning } from "./errors.ts";
import { firstCause, reportEvent } from "./events.ts";
import type { FoundStack, StackEvent } from "./model.ts";

export type StackPoller = Poller<FoundStack, StackEvent>;

export function stackPoller(client: CloudFormationClient): StackPoller {
  return createPoller<FoundStack, StackEvent>({
    one: async (id) => (await readStack(client, id)) ?? gone(id),
    all: () => readStacks(client),
    events: ({ id, token }) => readEvents(client, id, token),
  });
}

/** AWS keeps deleted stacks by id for 90 days; one that it doesn't know at all was deleted, too. */
function gone(id: string): FoundStack {
  return {
    id,
    name: id.split("/")[1] ?? id,
    status: "DELETE_COMPLETE",
    reason: undefined,
    changed: 0,
    parameters: new Map(),
    tags: new Map(),
    outputs: new Map(),
    roleArn: undefined,
    notificationArns: [],
    terminationProtection: false,
    parentId: undefined,
    description: undefined,
  };
}

export interface Waiting {
  readonly client: CloudFormationClient;
  readonly poller: StackPoller;
  readonly report: Report;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Operation {
  readonly id: string;
  readonly name: string;
  readonly doing: "creation" | "update" | "deletion" | "rollback" | "operation";
  readonly before: FoundStack | undefined;
  /** Marks the operation's events; undefined for somebody else's. */
  readonly token: string | undefined;
}

/** The end of an operation. */
export interface Ended {
  readonly stack: FoundStack;
  readonly events: readonly StackEvent[];
}

/**
 * Waits for the end of an operation. On Ctrl-C an update is cancelled, and its rollback waited for; what can't be
 * cancelled is left to AWS.
 * @throws CloudFormation.StillRunning, CloudFormation.Cancelled
 */
export async function waitFor({ client, poller, report, signal }: Waiting, operation: Operation): Promise<Ended> {
  const { id, name, doing, before, token } = operation;
  const events: StackEvent[] = [];
  const heard = (event: StackEvent): void => {
    events.push(event);
    reportEvent(event, name, report);
  };
  const settled = poller.settle({ id, before, token, heard });
  const interrupted = Promise.withResolvers<never>();
  let cancelled = false;
  const onAbort = (): void => {
    const cancel = doing === "update" ? cancelUpdate(client, id) : Promise.resolve(false);
    cancel.then((began) => {
      cancelled = began;
      if (began) report({ type: "waiting", subject: name, reason: "its update is cancelled and rolled back" });
      else interrupted.reject(stillRunning(name, doing));
    }, interrupted.reject);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const stack = await Promise.race([settled, interrupted.promise]);
    if (cancelled && stack.status.includes("ROLLBACK")) throw deploymentCancelled(name, stack.status);
    return { stack, events };
  } finally {
    poller.forget(id);
    signal.removeEventListener("abort", onAbort);
  }
}

/** @returns false where it is too late: the update is done but for the removal of what it replaced */
async function cancelUpdate(client: CloudFormationClient, id: string): Promise<boolean> {
  try {
    await client.send(new CancelUpdateStackCommand({ StackName: id, ClientRequestToken: randomUUID() }));
    return true;
  } catch (error) {
    if (isRefusal(error, /CancelUpdateStack cannot be called/)) return false;
    throw error;
  }
}

/** @throws CloudFormation.Failed with the first cause, unless the stack is in one of these states */
export async function mustBe(
  { client }: Pick<Waiting, "client">,
  { stack, events }: Ended,
  good: readonly string[],
): Promise<FoundStack> {
  if (good.includes(stack.status)) return stack;
  const cause = await firstCause(events, (id) => readEvents(client, id, undefined));
  throw deploymentFailed(stack.name, stack.status, cause);
}
