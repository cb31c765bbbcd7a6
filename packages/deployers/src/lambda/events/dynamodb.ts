/** Events of a DynamoDB table, by its stream. */

import type { Resolve } from "./source.ts";
import { desiredStream } from "./kinesis.ts";
import type { Wiring } from "./model.ts";
import type { StreamInput } from "./schema.ts";

export async function desiredDynamodb(input: StreamInput, resolve: Resolve): Promise<Wiring> {
  return desiredStream("dynamodb", input, resolve);
}
