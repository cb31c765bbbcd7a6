/** Events of an SQS queue. */

import { sourceArn, type Resolve } from "./source.ts";
import { commonSettings } from "./mapping.ts";
import type { Wiring } from "./model.ts";
import type { SqsInput } from "./schema.ts";

export async function desiredSqs(input: SqsInput, resolve: Resolve): Promise<Wiring> {
  const source = await sourceArn("sqs", input.queue, resolve);
  const settings = { ...commonSettings(input, 10), MaximumConcurrency: input.maximumConcurrency ?? null };
  return { kind: "sqs", id: source, source, settings, permission: undefined };
}
