/** The errors of shifting traffic. */

import { BulkheadError } from "@bulkhead/core";
import { awsMessage } from "../errors.ts";
import type { Shift } from "./model.ts";

type Alias = Pick<Shift, "functionName" | "alias">;

export const alarmMissing = ({ functionName }: Alias, names: readonly string[]): BulkheadError =>
  new BulkheadError({
    code: "Lambda.AlarmMissing",
    fault: "user",
    message: `The traffic of ${functionName} is to be watched by ${names.join(", ")}, which CloudWatch doesn't have here. No traffic was shifted.`,
    next: "Make the alarm first, or mend its name under `traffic.alarms`.",
  });

export const alarmAlready = ({ functionName }: Alias, names: readonly string[]): BulkheadError =>
  new BulkheadError({
    code: "Lambda.AlarmAlready",
    fault: "user",
    message: `${names.join(", ")} is in ALARM before the traffic of ${functionName} is shifted. No traffic was shifted.`,
    next: "Find out why; deploy again when it is over.",
  });

// https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
export const notShared = ({ functionName, from, to }: Shift, cause: unknown): BulkheadError =>
  new BulkheadError({
    code: "Lambda.NotShared",
    fault: "user",
    message: `Lambda doesn't let versions ${from} and ${to} of ${functionName} share its traffic: ${awsMessage(cause)}`,
    next: "Both need the same role and dead-letter queue; where these are to change, deploy once without `traffic`.",
    cause,
  });

export const aliasMoved = ({ functionName, alias }: Alias): BulkheadError =>
  new BulkheadError({
    code: "Lambda.AliasMoved",
    fault: "user",
    message: `Somebody else changed alias ${alias} of ${functionName} meanwhile; it is left as it is.`,
    next: "Look at it, and deploy again.",
  });

export const notTurnedBack = (
  { functionName, alias, from, to }: Omit<Shift, "revisionId">,
  reason: string,
  cause: Error,
): BulkheadError =>
  new BulkheadError({
    code: "Lambda.NotTurnedBack",
    fault: "aws",
    message: `Traffic of ${functionName}:${alias} still goes to version ${to} (${reason}), and turning it back to ${from} failed: ${cause.message}`,
    next: "Deploy again: that turns it back first.",
    cause,
  });
