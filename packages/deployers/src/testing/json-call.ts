/** Calls of AWS services that this package has no client for: SQS, Kinesis, DynamoDB; in tests only. */

import type { Shop } from "./shop.ts";
import { region } from "./shop.ts";

const targets = { sqs: "AmazonSQS", kinesis: "Kinesis_20131202", dynamodb: "DynamoDB_20120810" } as const;

/** @returns the answer's members */
export async function jsonCall(
  { sandbox, env }: Pick<Shop, "sandbox" | "env">,
  service: keyof typeof targets,
  operation: string,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  const scope = `${env["AWS_ACCESS_KEY_ID"]}/20260101/${region}/${service}/aws4_request`;
  const answer = await fetch(sandbox.endpoint, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, Signature=0`,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `${targets[service]}.${operation}`,
    },
    body: JSON.stringify(input),
  });
  if (!answer.ok) throw new Error(`${service}:${operation}: ${await answer.text()}`);
  const text = await answer.text();
  return text === "" ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}
