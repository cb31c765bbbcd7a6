/** Answers of CloudFormation that no simulator gives, as AWS documents them: for scripts of answers in tests. */

import type { AwsRequest, ScriptedAnswer } from "@bulkhead/sandbox";
import { applicationTag } from "../owner.ts";

export const id = (name: string): string => `arn:aws:cloudformation:eu-central-1:111111111111:stack/${name}/1`;

/** An answer of the Query protocol. */
export function answer(operation: string, result: string): ScriptedAnswer {
  return { body: `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>` };
}

/** A stack of the application `shop`, in `<StackStatus>` of the test's choice. */
export function describedStack(name: string, status: string, more = ""): string {
  return [
    `<member><StackName>${name}</StackName><StackId>${id(name)}</StackId><StackStatus>${status}</StackStatus>`,
    "<CreationTime>2026-01-01T00:00:00Z</CreationTime>",
    `<Tags><member><Key>${applicationTag}</Key><Value>shop</Value></member></Tags>${more}</member>`,
  ].join("");
}

export function stacksAnswer(...stacks: readonly string[]): ScriptedAnswer {
  return answer("DescribeStacks", `<Stacks>${stacks.join("")}</Stacks>`);
}

export interface ScriptedEvent {
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type?: string;
  readonly status: string;
  readonly reason?: string;
  readonly token?: string | undefined;
}

/** Events of a stack, newest first as AWS gives them. */
export function eventsAnswer(name: string, events: readonly ScriptedEvent[]): ScriptedAnswer {
  const members = events.map(
    ({ logicalId, physicalId = "p", type = "AWS::SQS::Queue", status, reason = "", token }, index) =>
      `<member><StackId>${id(name)}</StackId><StackName>${name}</StackName><EventId>${name}-${events.length - index}</EventId>
       <LogicalResourceId>${logicalId}</LogicalResourceId><PhysicalResourceId>${physicalId}</PhysicalResourceId>
       <ResourceType>${type}</ResourceType><ResourceStatus>${status}</ResourceStatus>
       <ResourceStatusReason>${reason}</ResourceStatusReason><Timestamp>2026-01-01T00:00:00Z</Timestamp>
       ${token === undefined ? "" : `<ClientRequestToken>${token}</ClientRequestToken>`}</member>`,
  );
  return answer("DescribeStackEvents", `<StackEvents>${members.join("")}</StackEvents>`);
}

/** The members of a request that are set, without the protocol's own. */
export function sent({ input }: AwsRequest): Readonly<Record<string, string>> {
  const members = Object.entries(input as Record<string, string>);
  return Object.fromEntries(members.filter(([name]) => name !== "Action" && name !== "Version"));
}
