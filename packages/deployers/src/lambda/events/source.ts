/** Sources as they are declared: look-ups and ARNs. */

import type { Where } from "@bulkhead/core";
import type { SingleInput } from "../../deploy-file/schema-values.ts";
import { eventInvalid } from "./errors.ts";

/** The value that an input stands for. */
export interface Resolve {
  (input: SingleInput): Promise<string>;
  readonly where: Where | undefined;
}

export interface Arn {
  readonly service: string;
  readonly region: string;
  /** All after the account. */
  readonly resource: string;
}

export function parseArn(text: string): Arn | undefined {
  const [arn, , service = "", region = "", , ...rest] = text.split(":");
  return arn === "arn" && rest.length > 0 ? { service, region, resource: rest.join(":") } : undefined;
}

/** @throws Lambda.EventInvalid where it isn't an ARN of the service */
export async function sourceArn(
  service: "sqs" | "kinesis" | "dynamodb" | "sns",
  input: SingleInput,
  resolve: Resolve,
): Promise<string> {
  const arn = await resolve(input);
  if (parseArn(arn)?.service !== service) {
    throw eventInvalid(
      service,
      `${arn} is not an ARN of ${service}`,
      resolve.where,
      "Write the ARN, or a look-up of it.",
    );
  }
  return arn;
}
