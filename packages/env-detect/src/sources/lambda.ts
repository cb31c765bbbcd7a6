/** A Lambda function's own ARN, which each invocation carries and no variable does. */

import { parseArn } from "../arn.ts";
import type { Finding } from "../findings.ts";

/** @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export function lambda(invokedFunctionArn: string | undefined): Finding[] {
  const arn = parseArn(invokedFunctionArn);
  if (arn === undefined) return [];
  const of = { side: "machine", source: "invokedFunctionArn", trust: "strong" } as const;
  const findings: Finding[] = [
    { about: "platform", value: "lambda", ...of },
    { about: "account", value: arn.account, ...of },
  ];
  if (arn.region !== undefined) findings.push({ about: "region", value: arn.region, ...of });
  return findings;
}
