/** The metadata of an ECS task: its ARN holds account and region. */

import { parseArn } from "../arn.ts";
import { NoAnswerError, request, type Deadline } from "../http.ts";
import type { Finding } from "../findings.ts";

export const ECS_METADATA = "ECS task metadata";

/**
 * Asks the endpoint that ECS_CONTAINER_METADATA_URI_V4 names.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 * @throws NoAnswerError
 */
export async function ecs(uri: string, deadline: Deadline): Promise<Finding[]> {
  const answer = await request(`${uri}/task`, { deadline });
  if (answer.status !== 200) throw new NoAnswerError(`it answered HTTP ${answer.status}`);
  const task = parseArn(taskArn(answer.body));
  if (task === undefined) throw new NoAnswerError("it answered what is no task's metadata");
  const of = { side: "machine", source: ECS_METADATA, trust: "strong" } as const;
  const findings: Finding[] = [
    { about: "platform", value: "ecs", ...of },
    { about: "account", value: task.account, ...of },
  ];
  if (task.region !== undefined) findings.push({ about: "region", value: task.region, ...of });
  return findings;
}

function taskArn(body: string): string | undefined {
  try {
    const arn = (JSON.parse(body) as { TaskARN?: unknown } | null)?.TaskARN;
    return typeof arn === "string" ? arn : undefined;
  } catch {
    return undefined;
  }
}
