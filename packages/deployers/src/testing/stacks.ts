/** Stacks as data, for tests of decisions. */

import type { FoundStack, StackEvent, WantedStack } from "../cloudformation/model.ts";
import { applicationTag } from "../owner.ts";
import { defaultPolicy } from "../cloudformation/policy.ts";

export const stackId = "arn:aws:cloudformation:eu-central-1:111111111111:stack/shop-orders/1";

export function wantedStack(more: Partial<WantedStack> = {}): WantedStack {
  return {
    key: "orders",
    name: "shop-orders",
    application: "shop",
    environment: undefined,
    template: { text: "T", url: undefined, volatile: false, parameters: new Map() },
    parameters: new Map(),
    tags: new Map([[applicationTag, "shop"]]),
    capabilities: [],
    policy: defaultPolicy,
    terminationProtection: undefined,
    roleArn: undefined,
    notificationArns: [],
    where: undefined,
    ...more,
  };
}

export function foundStack(more: Partial<FoundStack> = {}): FoundStack {
  return {
    id: stackId,
    name: "shop-orders",
    status: "CREATE_COMPLETE",
    reason: undefined,
    changed: 1,
    parameters: new Map(),
    tags: new Map([[applicationTag, "shop"]]),
    outputs: new Map(),
    roleArn: undefined,
    notificationArns: [],
    terminationProtection: false,
    parentId: undefined,
    description: undefined,
    ...more,
  };
}

let events = 0;
export function stackEvent(more: Partial<StackEvent>): StackEvent {
  const id = `event-${++events}`;
  const base = { id, stackId, logicalId: "Queue", physicalId: "q", type: "AWS::SQS::Queue", status: "CREATE_COMPLETE" };
  return { ...base, reason: undefined, token: undefined, ...more };
}
