/** The first cause among the events of an operation that failed. */

import { describe, expect, it } from "@jest/globals";
import type { Event } from "@bulkhead/core";
import { stackEvent, stackId } from "../testing/stacks.ts";
import { firstCause, reportEvent } from "./events.ts";
import type { StackEvent } from "./model.ts";

const own = { logicalId: "shop-orders", physicalId: stackId, type: "AWS::CloudFormation::Stack" };
const none = async (): Promise<readonly StackEvent[]> => [];

describe("the first cause", () => {
  it("is the first failure that didn't follow from another", async () => {
    const events = [
      stackEvent({ ...own, status: "UPDATE_IN_PROGRESS" }),
      stackEvent({ logicalId: "A", status: "CREATE_FAILED", reason: "Resource creation cancelled" }),
      stackEvent({ logicalId: "B", status: "CREATE_FAILED", reason: "The bucket exists" }),
      stackEvent({ logicalId: "C", status: "UPDATE_FAILED", reason: "Later" }),
      stackEvent({ ...own, status: "UPDATE_ROLLBACK_IN_PROGRESS", reason: "The following resource(s) failed: [B, C]" }),
      stackEvent({ ...own, status: "UPDATE_ROLLBACK_FAILED", reason: "Rollback failed" }),
    ];
    expect(await firstCause(events, none)).toEqual({
      resource: "B",
      type: "AWS::SQS::Queue",
      reason: "The bucket exists",
    });
  });

  it("is sought in nested stacks, as deep as they go", async () => {
    const nested = (logicalId: string, id: string) =>
      stackEvent({
        logicalId,
        physicalId: id,
        type: own.type,
        status: "CREATE_FAILED",
        reason: "Embedded stack failed",
      });
    const inner: Readonly<Record<string, readonly StackEvent[]>> = {
      one: [{ ...nested("Two", "two"), stackId: "one" }],
      two: [{ ...stackEvent({ logicalId: "Topic", status: "CREATE_FAILED", reason: "No such key" }), stackId: "two" }],
    };
    const cause = await firstCause([nested("One", "one")], async (id) => inner[id] ?? []);
    expect(cause).toEqual({ resource: "One/Two/Topic", type: "AWS::SQS::Queue", reason: "No such key" });
  });

  it("is the stack's own reason where no resource failed", async () => {
    const events = [stackEvent({ ...own, status: "ROLLBACK_IN_PROGRESS", reason: "Validation failed" })];
    expect(await firstCause(events, none)).toMatchObject({ resource: "shop-orders", reason: "Validation failed" });
    expect(await firstCause([stackEvent({})], none)).toBeUndefined();
  });
});

describe("events on the screen", () => {
  it("name the stack and the resource, and say what failed", () => {
    const heard: Event[] = [];
    const report = (event: Event): void => void heard.push(event);
    reportEvent(stackEvent({ ...own, status: "UPDATE_IN_PROGRESS", reason: "User Initiated" }), "shop-orders", report);
    reportEvent(stackEvent({}), "shop-orders", report);
    reportEvent(stackEvent({ status: "CREATE_FAILED", reason: "No" }), "shop-orders", report);
    expect(heard).toEqual([
      { type: "waiting", subject: "shop-orders", reason: "UPDATE_IN_PROGRESS: User Initiated" },
      {
        type: "outcome",
        status: "done",
        subject: "shop-orders/Queue",
        message: "shop-orders/Queue: CREATE_COMPLETE AWS::SQS::Queue",
      },
      {
        type: "outcome",
        status: "failed",
        subject: "shop-orders/Queue",
        message: "shop-orders/Queue: CREATE_FAILED AWS::SQS::Queue: No",
      },
    ]);
  });
});
