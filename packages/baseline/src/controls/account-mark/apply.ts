/** Writes the mark of an account in a region. */

import type { JsonObject } from "@bulkhead/core";
import type { Change } from "@bulkhead/plan";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Reach } from "../../control.ts";
import { markParameter } from "./desired.ts";

/** Plain text: who may read parameters needs no right to a key besides. */
export async function writeMark(change: Change, _: JsonObject | null, reach: Reach): Promise<void> {
  const told = Object.entries(change.after ?? {}).filter(([, value]) => value !== null);
  const Value = JSON.stringify(Object.fromEntries(told));
  const command = new PutParameterCommand({ Name: markParameter, Value, Type: "String", Overwrite: true });
  await reach.client(SSMClient, change).send(command);
}
