/** Events of a Kinesis stream. */

import { sourceArn, type Resolve } from "./source.ts";
import { streamSettings } from "./mapping.ts";
import type { Wiring } from "./model.ts";
import type { StreamInput } from "./schema.ts";

export async function desiredKinesis(input: StreamInput, resolve: Resolve): Promise<Wiring> {
  return desiredStream("kinesis", input, resolve);
}

export async function desiredStream(
  kind: "kinesis" | "dynamodb",
  input: StreamInput,
  resolve: Resolve,
): Promise<Wiring> {
  const source = await sourceArn(kind, input.stream, resolve);
  const onFailure = input.onFailure === undefined ? undefined : await resolve(input.onFailure);
  const settings = streamSettings(input, onFailure);
  return { kind, id: source, source, settings, permission: undefined, position: input.startingPosition };
}
