/** Writes or deletes one part of the published map. */

import type { JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { nameOf, type Change } from "@bulkhead/plan";
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Reach } from "../../control.ts";
import { mapFolder, partText } from "./desired.ts";

export async function writePart(change: Change, _: JsonObject | null, reach: Reach): Promise<void> {
  const client = reach.client(SSMClient, change);
  const Name = `${mapFolder}/${nameOf(change)}`;
  if (change.after) {
    const Value = partText(change.after["accounts"] as JsonObject);
    await client.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
    return;
  }
  try {
    await client.send(new DeleteParameterCommand({ Name }));
  } catch (error) {
    // Our own request may have come twice.
    if (awsErrorName(error) !== "ParameterNotFound") throw error;
  }
}
