/** The events of a stack for a person: a line for each as it comes, and the one that was the cause of a failure. */

import type { Report } from "@bulkhead/core";
import type { FirstCause } from "./errors.ts";
import type { StackEvent } from "./model.ts";

const nestedStack = "AWS::CloudFormation::Stack";

export function reportEvent(event: StackEvent, stackName: string, report: Report): void {
  const { logicalId, type, status, reason } = event;
  const what = isOwn(event) ? stackName : `${stackName}/${logicalId}`;
  const line = `${what}: ${status}${isOwn(event) ? "" : ` ${type}`}${reason ? `: ${reason}` : ""}`;
  if (status.endsWith("_FAILED")) report({ type: "outcome", status: "failed", subject: what, message: line });
  else if (status.endsWith("_COMPLETE") && !status.includes("ROLLBACK")) {
    report({ type: "outcome", status: "done", subject: what, message: line });
  } else report({ type: "waiting", subject: what, reason: line.slice(what.length + 2) });
}

function isOwn({ physicalId, stackId }: StackEvent): boolean {
  return physicalId === stackId;
}

/** What AWS says of a resource that only fell with another. */
const collateral = /^Resource (creation|update|deletion) cancelled|^Resource .* was cancelled/i;

/**
 * The first failure of an operation: not the last one, and not one that only followed from it.
 * @param events of one operation, oldest first
 * @param eventsOf those of a nested stack, by its id
 */
export async function firstCause(
  events: readonly StackEvent[],
  eventsOf: (stackId: string) => Promise<readonly StackEvent[]>,
): Promise<FirstCause | undefined> {
  const failed = events.filter(({ status, reason = "" }) => status.endsWith("_FAILED") && !collateral.test(reason));
  const first = failed.find((event) => !isOwn(event)) ?? failed[0] ?? events.find(startsRollback);
  if (!first) return undefined;
  const { logicalId, type, physicalId, reason = "no reason given" } = first;
  if (type === nestedStack && !isOwn(first) && physicalId !== undefined) {
    const inner = await firstCause(await eventsOf(physicalId), eventsOf);
    if (inner) return { ...inner, resource: `${logicalId}/${inner.resource}` };
  }
  return { resource: logicalId, type, reason };
}

/** Where no resource failed (a validation ahead of all), the stack itself has the reason. */
function startsRollback(event: StackEvent): boolean {
  return isOwn(event) && /ROLLBACK_IN_PROGRESS$/.test(event.status) && event.reason !== undefined;
}
